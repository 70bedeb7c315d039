"""Lists of departure (motives: domain model 4bis) and row rules of the social statement."""

from datetime import date

from django.db import migrations

from cariatide.socle.perimetre import Niveau
from cariatide.socle.rls import enable_rls

DU = date(2000, 1, 1)
SOURCE_MOTIFS = "Nomenclature de départ"
SOURCE_PIECES = "Liste de départ, à fixer par l’instance"
MOTIFS = [
    ("sans_logement", "Sans logement"),
    ("heberge", "Hébergé chez un tiers"),
    ("sortie_hebergement", "Sortie d’hébergement"),
    ("indigne", "Logement indigne ou insalubre"),
    ("non_decent", "Logement non décent"),
    ("suroccupation", "Suroccupation"),
    ("impaye", "Impayé de loyer"),
    ("commandement", "Commandement de payer"),
    ("assignation", "Assignation"),
    ("concours_force_publique", "Commandement de quitter les lieux ou concours de la force publique"),
    ("cout_excessif", "Coût du logement excessif"),
    ("separation_violences", "Séparation ou violences"),
    ("demolition", "Démolition, renouvellement urbain"),
    ("inadaptation", "Logement inadapté au handicap ou à l’âge"),
    ("voisinage", "Troubles de voisinage"),
    ("rupture_jeune", "Jeune en rupture"),
]
PIECES = [
    ("identite", "Pièce d’identité ou titre de séjour", True),
    ("composition", "Livret de famille ou justificatif de la composition du ménage", True),
    ("ressources", "Justificatifs des ressources du mois", True),
    ("occupation", "Bail, quittance ou attestation d’hébergement", True),
    ("imposition", "Dernier avis d’imposition", False),
    ("demande_logement", "Attestation de demande de logement social", False),
    ("etat_logement", "Photographies ou constat de l’état du logement", False),
]
DISPOSITIFS = ["mous", "asll", "avdl", "iml", "suivi_bailleur"]
# The state of the home is looked at before works or a move are studied.
SANS_ETAT_DU_LOGEMENT = {"asll", "avdl", "iml", "suivi_bailleur"}


def load(apps, schema_editor):
    motif = apps.get_model("demandes", "Motif")
    motif.objects.bulk_create(
        motif(code=code, libelle=libelle, ordre=10 * rang, du=DU, source=SOURCE_MOTIFS)
        for rang, (code, libelle) in enumerate(MOTIFS, 1)
    )
    piece = apps.get_model("demandes", "PieceRequise")
    piece.objects.bulk_create(
        piece(
            dispositif=dispositif,
            code=code,
            libelle=libelle,
            obligatoire=obligatoire,
            ordre=10 * rang,
            du=DU,
            source=SOURCE_PIECES,
        )
        for dispositif in DISPOSITIFS
        for rang, (code, libelle, obligatoire) in enumerate(PIECES, 1)
        if not (code == "etat_logement" and dispositif in SANS_ETAT_DU_LOGEMENT)
    )


def unload(apps, schema_editor):
    apps.get_model("demandes", "PieceRequise").objects.filter(source=SOURCE_PIECES).delete()
    apps.get_model("demandes", "Motif").objects.filter(source=SOURCE_MOTIFS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("demandes", "0001_initial"),
        ("menages", "0003_regles_de_lignes"),
    ]
    operations = [
        migrations.RunPython(load, unload),
        enable_rls(
            "demandes_saisinesociale",
            Niveau.SOCIAL,
            "(SELECT s.menage_id FROM demandes_saisine s WHERE s.id = demandes_saisinesociale.saisine_id)",
        ),
        # Who wrote the statement reads it too (level F roles prescribe), drafts included.
        migrations.RunSQL(
            "CREATE POLICY auteur ON demandes_saisinesociale USING (auteur_id = "
            "NULLIF(current_setting('cariatide.utilisateur', true), '')::bigint);",
            "DROP POLICY auteur ON demandes_saisinesociale;",
        ),
    ]
