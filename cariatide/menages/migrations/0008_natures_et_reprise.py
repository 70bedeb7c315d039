"""Natures of a budget; totals kept so far become snapshots; row rules; nothing is written over."""

from datetime import date

from django.db import migrations

from cariatide.socle.perimetre import Niveau
from cariatide.socle.rls import enable_rls

DU = date(2000, 1, 1)
MODELE = "Modèle de domaine, section 2 (situation financière)"
STATUTS = "Modèle de domaine, section 1 (statuts)"
FSL = "R-FSL-1 : loi n° 90-449, article 6"
AUTRE = "Liste de départ, à compléter localement"
# (code, sens, label, part in the taux d'effort, to be told, source)
NATURES = [
    ("emploi", "ressource", "Revenus d’emploi", "", False, AUTRE),
    ("rsa", "ressource", "RSA", "", False, STATUTS),
    ("aah", "ressource", "AAH", "", False, STATUTS),
    ("prestations_familiales", "ressource", "Prestations familiales", "", False,
     "Inventaire, A12 (suivis CAF)"),
    ("retraite", "ressource", "Retraite", "", False, "Inventaire, A21 (caisses de retraite)"),
    ("aide_logement", "ressource", "Aide au logement", "aide_logement", False, MODELE),
    ("autre_ressource", "ressource", "Autre ressource", "", True, AUTRE),
    ("loyer", "charge", "Loyer", "loyer", False, MODELE),
    ("charges_locatives", "charge", "Charges locatives", "charges_locatives", False, MODELE),
    ("energie", "charge", "Énergie", "", False, FSL),
    ("eau", "charge", "Eau", "", False, FSL),
    ("telephone", "charge", "Téléphone et internet", "", False, FSL),
    ("assurance", "charge", "Assurance du logement", "", False, "R-IMP-3 : loi n° 89-462, article 7 g"),
    ("autre_charge", "charge", "Autre charge", "", True, AUTRE),
    ("dette_logement", "dette", "Loyer et charges", "", False, FSL),
    ("dette_energie", "dette", "Énergie", "", False, FSL),
    ("dette_eau", "dette", "Eau", "", False, FSL),
    ("dette_telephone", "dette", "Téléphone et internet", "", False, FSL),
    ("autre_dette", "dette", "Autre dette", "", False, AUTRE),
]
REPRISE = "Reprise d’un total"
FONCTION = """
CREATE FUNCTION menages_situation_figee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a snapshot is never written over: write another one'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def load(apps, schema_editor):
    nature = apps.get_model("menages", "NatureBudget")
    nature.objects.bulk_create(
        nature(code=code, sens=sens, libelle=libelle, calcul=calcul, a_preciser=a_preciser,
               ordre=10 * rang, du=DU, source=source)
        for rang, (code, sens, libelle, calcul, a_preciser, source) in enumerate(NATURES, 1)
    )


def carry(apps, schema_editor):
    """Each total that was kept becomes one line of a snapshot, at its date."""
    social = apps.get_model("menages", "MenageSocial")
    situation = apps.get_model("menages", "SituationFinanciere")
    ligne = apps.get_model("menages", "LigneSituation")
    natures = dict(apps.get_model("menages", "NatureBudget").objects.values_list("code", "pk"))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cariatide.systeme', 'reprise des totaux', true)")
    for row in social._base_manager.select_related("menage").order_by("pk").iterator(2000):
        totaux = (
            ("autre_ressource", row.ressources_mensuelles),
            ("autre_charge", row.charges_mensuelles),
            ("autre_dette", row.dettes),
        )
        kept = [(code, montant) for code, montant in totaux if montant is not None]
        if not kept:
            continue
        releve = situation(menage_id=row.menage_id, le=row.situation_au or row.menage.cree_le,
                           auteur_nom=REPRISE)
        releve.save(force_insert=True)
        for code, montant in kept:
            ligne(situation=releve, menage_id=row.menage_id, nature_id=natures[code],
                  precision=REPRISE, montant=montant).save(force_insert=True)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cariatide.systeme', '', true)")
        # What waits for the end of the transaction would forbid the row rules that follow.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _frozen(table: str, columns: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER fige BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW"
        " EXECUTE FUNCTION menages_situation_figee();",
        f"DROP TRIGGER fige ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("menages", "0007_situations_financieres")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(carry, migrations.RunPython.noop),
        enable_rls("menages_situationfinanciere", Niveau.SOCIAL),
        enable_rls("menages_lignesituation", Niveau.SOCIAL),
        migrations.RunSQL(FONCTION, "DROP FUNCTION menages_situation_figee();"),
        _frozen(
            "menages_situationfinanciere",
            "le, surendettement, remarque, auteur_id, auteur_nom, organisation_id, enregistree_le",
        ),
        _frozen("menages_lignesituation", "situation_id, nature_id, precision, montant"),
    ]
