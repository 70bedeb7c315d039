"""What the app gives to the others: cards, day's blocks, notices, merge, perimeters of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from cariatide.courriers.ports import regles_avis
from cariatide.journal.models import Evenement
from cariatide.menages.models import Menage
from cariatide.menages.ports import EnCours, rattachables
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesObjectif
from cariatide.mesures.avis import REGLES
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.cycles import cycles
from cariatide.socle.pages.journee import blocs
from cariatide.socle.perimetre import Perimetre, perimetre_systeme
from tests.distribution import JOUR, add_menage
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db


def lit_cartes(menage_id: int, perimetre: Perimetre) -> list[EnCours]:
    return rattachables.get("mesures").read_en_cours(menage_id, perimetre).list_cartes()


def lignes(fabrique: Fabrique, code: str, qui: str) -> list[tuple[str, str]]:
    with fabrique.au_nom_de(qui) as perimetre:
        return [(ligne.titre, ligne.libelle_acte) for ligne in blocs.get(code).lignes(perimetre)]


def avis(nom: str) -> list[Any]:
    return regles_avis.get("mesures").build(Evenement.objects.filter(nom=nom).latest("id").pk)


def test_the_four_lives_are_registered() -> None:
    assert {"mesure", "diagnostic", "bilan", "renouvellement"} <= {
        code for code, _ in cycles.items()
    }


def test_every_model_of_a_household_is_covered() -> None:
    covered = rattachables.get("mesures").modeles
    models = {
        m._meta.label
        for m in apps.get_app_config("mesures").get_models()
        if any(f.name == "menage" for f in m._meta.get_fields())
    }
    assert models == covered


def test_the_orientation_waits_on_the_day_of_the_operator_s_team(fabrique: Fabrique) -> None:
    fabrique.saisine(nom="Okafor")
    expected = [("Maintien dans les lieux, décidé en séance", "Ouvrir la mesure")]
    assert lignes(fabrique, "mesures.orientations", "alice") == expected
    assert lignes(fabrique, "mesures.orientations", "chef") == expected
    assert lignes(fabrique, "mesures.orientations", "charlie") == []


def test_card_of_the_household_page(fabrique: Fabrique) -> None:
    mesure = fabrique.active(mois=7)
    with fabrique.au_nom_de("technicien") as perimetre:
        cartes = lit_cartes(mesure.menage_id, perimetre)
    assert len(cartes) == 1
    assert cartes[0].titre == "Accompagnement : Maîtrise d’œuvre urbaine et sociale"
    assert cartes[0].detail == "Axe maintien dans les lieux · Alice Renard · active"
    assert (cartes[0].echeance, cartes[0].ton) == (mesure.fin_prevue, "soon")
    assert cartes[0].suite == "1 objectif, 0 atteint"
    with fabrique.au_nom_de("charlie") as perimetre:
        assert lit_cartes(mesure.menage_id, perimetre) == []


def test_merge_moves_every_row_and_back(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    fabrique.visite(mesure, JOUR, note="x", personnelle="y")
    cible: Menage = add_menage(fabrique.monde, "prescripteur", "Cible")
    port = rattachables.get("mesures")
    with ouvre_transaction(perimetre_systeme("fusion", JOUR), systeme="fusion"):
        moved = port.move(source_id=mesure.menage_id, cible_id=cible.pk)
        assert reload(mesure).menage_id == cible.pk
        port.move_back(source_id=mesure.menage_id, moved=moved)
    assert reload(mesure).menage_id == mesure.menage_id
    assert len(moved["mesures.Intervention"]) == 2


def test_day_of_the_social_worker(fabrique: Fabrique) -> None:
    fabrique.objectif(fabrique.proposee())
    fabrique.bilan_du(nom="Abadie")
    assert lignes(fabrique, "mesures.travailleur", "alice") == [
        ("Bilan de fin de période dû", "Ouvrir la mesure"),
        ("Contrat à faire signer", "Enregistrer le contrat"),
    ]
    assert lignes(fabrique, "mesures.travailleur", "collegue") == []


def test_day_of_the_head_of_service_and_of_the_funder(fabrique: Fabrique) -> None:
    fabrique.prescrite(nom="Abadie")
    mesure = fabrique.bilan_du(mois=12)
    fabrique.bilan_valide(mesure, "intermediaire")
    with fabrique.au_nom_de("alice") as perimetre:
        renouvellement = actions.propose_renouvellement(
            perimetre=perimetre, mesure_id=mesure.pk, mois=3, motif="Suite",
            objectifs=[DonneesObjectif("Tenir", "impayes")],
        )  # fmt: skip
        with_titles = ("Renouvellement à valider", "Examiner")
    assert with_titles in lignes(fabrique, "mesures.chef", "chef")
    assert ("Diagnostic social à valider", "Relire") in lignes(fabrique, "mesures.chef", "chef")
    assert lignes(fabrique, "mesures.financeur", "financeur") == [("Mesure à accorder", "Accorder")]
    with fabrique.au_nom_de("chef") as perimetre:
        actions.validate_renouvellement(perimetre=perimetre, renouvellement_id=renouvellement.pk)
    assert lignes(fabrique, "mesures.financeur", "financeur") == [
        ("Renouvellement à accorder", "Accorder"),
        ("Mesure à accorder", "Accorder"),
    ]


def test_a_contract_waits_for_an_objective(fabrique: Fabrique) -> None:
    """The line of the day leads to an act that is open: objectives, then the signature."""
    mesure = fabrique.proposee()
    assert lignes(fabrique, "mesures.travailleur", "alice") == [
        ("Objectifs à fixer avec le ménage", "Ajouter un objectif")
    ]
    fabrique.objectif(mesure)
    assert lignes(fabrique, "mesures.travailleur", "alice") == [
        ("Contrat à faire signer", "Enregistrer le contrat")
    ]


def test_notices_name_nobody(fabrique: Fabrique) -> None:
    monde = fabrique.monde
    mesure = fabrique.bilan_du(mois=12)
    fabrique.bilan_valide(mesure, "intermediaire")
    assert set(REGLES) >= {"mesure.prescrite", "bilan.soumis", "renouvellement.valide"}
    (au_financeur,) = avis("mesure.prescrite")
    assert au_financeur.organisation_id == monde.departement.pk
    assert au_financeur.roles == {"financeur"}
    assert au_financeur.titre == f"La mesure {mesure.reference} attend votre accord"
    assert au_financeur.url == f"/mesures/{mesure.pk}/"
    au_referent, au_prescripteur = avis("mesure.accordee")
    assert au_referent.utilisateur_id == monde.alice.pk
    assert au_prescripteur.organisation_id == monde.ccas.pk
    (au_chef,) = avis("bilan.soumis")
    assert (au_chef.organisation_id, au_chef.roles) == (monde.operateur.pk, {"chef_de_service"})
    (a_alice,) = avis("bilan.valide")
    assert a_alice.utilisateur_id == monde.alice.pk
    for nom in ("mesure.prescrite", "mesure.accordee", "bilan.soumis"):
        for a in avis(nom):
            assert "Lefèvre" not in a.titre + a.texte


def test_whoever_did_the_act_is_not_told_of_it(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    with fabrique.au_nom_de("alice", DECISION + timedelta(days=1)) as perimetre:
        actions.request_bilan(perimetre=perimetre, mesure_id=mesure.pk)
    assert avis("mesure.bilan_du") == []
