"""The rows written: under every constraint, the same each time, readable by whom they should be."""

import hashlib
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cariatide.bareme.fichiers import load_baremes
from cariatide.bareme.queries import value
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.models import Saisine
from cariatide.demonstration.actions import load
from cariatide.demonstration.queries import list_comptes
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement
from cariatide.menages.actions import refresh_recherche
from cariatide.menages.models import FaitParcours, Menage, MenageSocial, Personne
from cariatide.mesures.models import Mesure, NotePersonnelle, Reorientation
from cariatide.mesures.queries import find_suspension_maximale
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from tests.demonstration.conftest import ECHELLE, annulee, en_systeme, perimetre_de
from tests.distribution import JOUR, add_menage

RAISON = "essai de la démonstration"
# The last acts are the real ones, done during the load (demonstration.gestes): their moment is now.
MOMENT = "CASE WHEN {0} < now() - interval '1 hour' THEN {0} END"
CLES = {
    "menages_menage": "reference, nom_usage, recherche, dernier_contact_le",
    "demandes_saisine": "reference, statut, date_saisine, decidee_le, demarches",
    "mesures_mesure": "reference, statut, axe, debut, fin_prevue, terminee_le, issue",
    "parc_logement": "reference, adresse, loyer, dpe",
    "menages_faitparcours": f"date, titre, detail, auteur, {MOMENT.format('enregistre_le')}",
    "journal_evenement": f"nom, acteur, {MOMENT.format('horodatage')}, libelle",
}


def empreintes() -> dict[str, str]:
    """One hash of the key columns of each table, in the order of the keys."""
    found = {}
    with connection.cursor() as cursor:
        for table, colonnes in CLES.items():
            cursor.execute(f"SELECT {colonnes} FROM {table} ORDER BY id")
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


@pytest.mark.django_db
def test_deux_chargements_du_meme_jour_sont_identiques() -> None:
    found = []
    for _ in range(2):
        with annulee():
            load(JOUR, 3, 0.03)
            with en_systeme():
                found.append(empreintes())
    assert found[0] == found[1]


def test_chaque_changement_d_etat_d_une_saisine_suit_son_cycle(demonstration: None) -> None:
    permis = {(str(s), str(t.cible)) for t in CYCLE.transitions.values() for s in t.sources}
    derniers: dict[int, str] = {}
    for nom, objet_id, donnees in (
        Evenement.objects.filter(objet_type="demandes.saisine")
        .order_by("id")
        .values_list("nom", "objet_id", "donnees")
    ):
        if "statut" not in donnees["apres"]:
            continue
        avant, apres = donnees["avant"]["statut"], donnees["apres"]["statut"]
        assert avant == apres or (avant, apres) in permis, (nom, avant, apres)
        assert derniers.get(objet_id, "brouillon") in (avant, "en_mise_en_oeuvre"), (nom, objet_id)
        derniers[objet_id] = apres
    with en_systeme():
        statuts = dict(Saisine.objects.unscoped(reason=RAISON).values_list("pk", "statut"))
    assert {k: statuts[k] for k in derniers} == derniers
    assert len(set(statuts.values())) >= 6


def test_le_journal_et_le_parcours_sont_dans_l_ordre_du_temps(demonstration: None) -> None:
    moments = list(Evenement.objects.order_by("id").values_list("horodatage", flat=True))
    assert moments == sorted(moments)
    faits = FaitParcours.objects.unscoped(reason=RAISON).order_by("id")
    inscrits = list(faits.values_list("enregistre_le", flat=True))
    assert inscrits == sorted(inscrits)


def test_la_colonne_de_recherche_est_celle_des_actes(demonstration: None) -> None:
    # A file joined to another is found by its reference alone.
    menages = Menage.objects.unscoped(reason=RAISON).filter(fusionne_dans__isnull=True)
    with annulee(), en_systeme():
        before = dict(menages.values_list("pk", "recherche"))
        for pk in before:
            refresh_recherche(pk)
        after = dict(menages.values_list("pk", "recherche"))
    assert {k: sorted(v.split()) for k, v in after.items()} == {
        k: sorted(v.split()) for k, v in before.items()
    }


def test_les_telephones_et_courriels_sont_fictifs(demonstration: None) -> None:
    personnes = Personne.objects.unscoped(reason=RAISON)
    assert all(t.startswith("060000") for t in personnes.values_list("telephone", flat=True) if t)
    courriels = personnes.exclude(courriel="").values_list("courriel", flat=True)
    assert courriels and all(c.endswith("@exemple.invalid") for c in courriels)


def test_alice_suit_ses_mesures_et_charlie_ne_voit_rien_d_ici(demonstration: None) -> None:
    alice, charlie = perimetre_de("alice.renard"), perimetre_de("charlie.maes")
    mine = Mesure.objects.visible_to(alice).filter(referent_id=alice.utilisateur_id)
    assert mine.exists()
    ici = set(Mesure.objects.visible_to(alice).values_list("pk", flat=True))
    ailleurs = set(Mesure.objects.visible_to(charlie).values_list("pk", flat=True))
    # A household that went on elsewhere is read by both teams.
    with en_systeme():
        decidees = Reorientation.objects.unscoped(reason=RAISON).filter(
            mesure__reorientee_le__isnull=False
        )
        menages = set(decidees.values_list("menage_id", flat=True))
        parties = Mesure.objects.unscoped(reason=RAISON).filter(menage_id__in=menages)
        communes = set(parties.values_list("pk", flat=True))
    assert ailleurs - communes and not (ici & ailleurs) - communes


def test_les_tables_sociales_restent_fermees_sans_contexte(demonstration: None) -> None:
    assert not MenageSocial.objects.unscoped(reason=RAISON).exists()
    assert not NotePersonnelle.objects.unscoped(reason=RAISON).exists()
    notes = NotePersonnelle.objects.unscoped(reason=RAISON)
    with en_systeme():
        assert MenageSocial.objects.unscoped(reason=RAISON).exists()
        auteurs = set(notes.values_list("auteur_id", flat=True))
    assert auteurs
    alice = perimetre_de("alice.renard")
    with ouvre_transaction(alice):
        assert set(notes.values_list("auteur_id", flat=True)) <= {alice.utilisateur_id}


def test_le_menage_des_images_est_la(demonstration: None) -> None:
    menage = Menage.objects.unscoped(reason=RAISON).get(nom_usage="Lefèvre – Diallo")
    alice = perimetre_de("alice.renard")
    mesure = Mesure.objects.visible_to(alice).get(menage=menage)
    assert (mesure.statut, mesure.axe) == ("active", "maintien")
    passages = menage.pk, Saisine.objects.visible_to(alice).get(menage=menage).statut
    assert passages[1] == "en_mise_en_oeuvre"


def test_les_echeances_ouvertes_ont_une_adresse(demonstration: None) -> None:
    ouvertes = Echeance.objects.unscoped(reason=RAISON).filter(statut="ouverte")
    assert ouvertes.exists()
    assert not ouvertes.filter(url="").exists()


def test_un_compte_par_role_et_dix_neuf_salaries(demonstration: None) -> None:
    assert set(Mandat.objects.values_list("role", flat=True)) == set(Role.values)
    salaries = Mandat.objects.filter(organisation__nom="Habitat Sambre")
    assert salaries.values("utilisateur_id").distinct().count() == 19
    assert [c.nom for c in list_comptes()][:3] == ["Paul Prévost", "Dora Michel", "Alice Renard"]


# -- command -----------------------------------------------------------------------------------


def lance(commande: str, *arguments: str) -> str:
    sortie = StringIO()
    call_command(commande, *arguments, stdout=sortie)
    return sortie.getvalue()


@pytest.mark.django_db
def test_la_commande_refuse_hors_de_la_demonstration() -> None:
    for commande in ("charge_demonstration", "comptes_demonstration"):
        with pytest.raises(CommandError, match="démonstration"):
            lance(commande)


@pytest.mark.django_db
def test_la_commande_ne_charge_qu_une_fois(settings: Any) -> None:
    settings.DEMONSTRATION = True
    jour = f"--date={JOUR.isoformat()}"
    assert "chargée" in lance("charge_demonstration", jour, "--echelle=0.02")
    with en_systeme():
        before = empreintes()
    assert "déjà chargée pour le 22/11/2026" in lance("charge_demonstration", jour)
    assert "make reset" in lance("charge_demonstration", "--date=2026-11-23")
    with en_systeme():
        assert empreintes() == before
    comptes = lance("comptes_demonstration")
    assert "alice.renard@exemple.invalid" in comptes and "demonstration-cariatide" in comptes


@pytest.mark.django_db
def test_la_commande_ne_se_melange_pas_a_des_menages(monde: Any, settings: Any) -> None:
    settings.DEMONSTRATION = True
    add_menage(monde)
    with pytest.raises(CommandError, match="déjà des ménages"):
        lance("charge_demonstration")
    with pytest.raises(CommandError, match="echelle"):
        lance("charge_demonstration", "--echelle=2")


def test_l_echelle_reduite_garde_les_proportions(demonstration: None) -> None:
    with en_systeme():
        assert Saisine.objects.unscoped(reason=RAISON).count() >= 900 * ECHELLE


def test_ce_qu_aucun_texte_national_ne_fixe_est_decide_sur_place(demonstration: None) -> None:
    """Without these invented decisions no measure could be suspended, whoever ordered it."""
    with en_systeme():
        sans_valeur = [p for p in load_baremes().values() if p.local and not p.valeurs]
        assert len(sans_valeur) == 5
        for parametre in sans_valeur:
            fixe = value(parametre.code, le=JOUR)
            assert fixe.locale and "démonstration" in fixe.reference, parametre.code
        mesures = Mesure.objects.unscoped(reason=RAISON).select_related("convention")
        commanditaires = {m.convention.commanditaire_id: m for m in mesures}
        assert len(commanditaires) >= 3
        for mesure in commanditaires.values():
            assert find_suspension_maximale(mesure, JOUR) == 3
