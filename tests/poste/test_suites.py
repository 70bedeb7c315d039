"""What happens to a batch when a household or an organisation changes under it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.menages.actions import DonneesDomicile, move_domicile
from cariatide.menages.models import FaitParcours, Menage, Rattachement
from cariatide.partenaires.actions import DonneesOrganisation, record_succession
from cariatide.partenaires.statuts import TypeOrganisation
from cariatide.poste import actions, queries
from cariatide.poste.models import Envoi, LotPostal
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse
from tests.distribution import JOUR, Monde
from tests.poste.fabrique import letter, post, prepare

pytestmark = pytest.mark.django_db
RAISON = "test"


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def test_a_batch_given_up_frees_the_letters_that_one_no_longer_reads(monde: Monde) -> None:
    un, deux = letter(monde), letter(monde, "Nguyen")
    lot, chef = prepare(monde, un, deux), monde.perimetre("chef")
    liens = Rattachement.objects.filter(menage_id=deux.menage_id)
    liens.update(au=JOUR - timedelta(days=1))
    actions.cancel_lot(perimetre=chef, lot_postal_id=lot.pk, version=lot.version)
    assert not Envoi.objects.unscoped(reason=RAISON).filter(annule=False).exists()
    liens.update(au=None)
    attente = queries.list_courriers(chef, {})
    assert set(attente.values_list("pk", flat=True)) == {un.pk, deux.pk}


def test_the_protected_address_wins_over_a_file_made_before(monde: Monde, client_de: Any) -> None:
    document = letter(monde)
    lot, chef, alice = prepare(monde, document), monde.perimetre("chef"), monde.perimetre("alice")
    menage = Menage.objects.find_visible(alice, document.menage_id or 0)
    ailleurs = DonneesDomicile(adresse="8 rue Neuve", code_postal="59600")
    with ouvre_transaction(alice):
        move_domicile(
            perimetre=alice, menage_id=menage.pk, version=menage.version, domicile=ailleurs,
            du=JOUR, protege=True,
        )  # fmt: skip
    with pytest.raises(ActeRefuse, match="protégée depuis"):
        queries.read_fichier(chef, lot)
    with client_de(monde.chef) as c:
        html = c.get(reverse("poste:lot", args=[lot.pk])).content.decode()
    assert "protégée depuis" in html and reverse("poste:telecharger", args=[lot.pk]) not in html


def succeed(monde: Monde) -> Any:
    """The operator ends today; its people and its files go on with its successor."""
    monde.operateur.refresh_from_db()
    return record_succession(
        perimetre=monde.perimetre("technique"),
        ancienne_id=monde.operateur.pk,
        version=monde.operateur.version,
        le=JOUR,
        donnees=DonneesOrganisation(type=TypeOrganisation.ASSOCIATION, nom="La suite"),
    )


def test_the_successor_posts_what_was_waiting(monde: Monde) -> None:
    document = letter(monde)
    nouvelle, chef = succeed(monde), monde.perimetre("chef")
    attente = queries.list_courriers(chef, {"organisation_id": nouvelle.pk})
    assert [c.pk for c in attente] == [document.pk]
    with ouvre_transaction(chef):
        lot = actions.prepare_lot(
            perimetre=chef, organisation_id=nouvelle.pk, documents=[document.pk]
        )
        actions.cancel_lot(perimetre=chef, lot_postal_id=lot.pk, version=lot.version)
        envoi = actions.record_envoi(
            perimetre=chef, document_id=document.pk, le=JOUR, mode="main_propre"
        )
    assert (lot.organisation_id, envoi.organisation_id) == (nouvelle.pk, nouvelle.pk)


def test_the_successor_notes_what_comes_back(monde: Monde) -> None:
    """The page it goes back to is that of the batch: it opens."""
    lot = post(monde, prepare(monde, letter(monde)))
    nouvelle, chef = succeed(monde), monde.perimetre("chef")
    assert queries.find_lot(chef, lot.pk) == lot
    (envoi,) = queries.list_envois(chef, lot.pk)
    actions.record_retour(perimetre=chef, envoi_id=envoi.pk, le=JOUR, motif="npai")
    assert LotPostal.objects.find_visible(chef, lot.pk).organisation_id == nouvelle.pk


def test_letters_that_stay_out_do_not_hide_the_others(monde: Monde, monkeypatch: Any) -> None:
    """As many as a batch holds wait for their référent: those issued since are still offered."""
    monkeypatch.setattr(queries, "LOT_MAX", 1)
    hors = ("À remettre par le référent du ménage",)
    restent = [letter(monde, nom, rue=hors).pk for nom in ("Adam", "Berger")]
    document = letter(monde)
    choix = queries.read_choix(monde.perimetre("chef"), monde.operateur.pk, {})
    assert [x.document_id for x in choix.lettres] == [document.pk]
    assert ([x.document_id for x in choix.ecartees], choix.suite) == (restent[:1], False)


def test_a_batch_is_posted_with_the_letters_that_one_no_longer_reads(
    monde: Monde, client_de: Any
) -> None:
    """It left: every letter says so, and the household gone elsewhere is not shown for that."""
    un, deux = letter(monde), letter(monde, "Nguyen")
    lot = prepare(monde, un, deux)
    liens = Rattachement.objects.filter(menage_id=deux.menage_id)
    liens.update(au=JOUR - timedelta(days=1))
    adresse = reverse("poste:poster", args=[lot.pk])
    with client_de(monde.chef) as c:
        html = c.get(adresse).content.decode()
        assert "n’est plus dans votre périmètre" in html and "Nguyen" not in html
        envoi = {"version": lot.version, "le": JOUR.isoformat(), "mode": "suivie",
                 "numeros": "1A\n2B"}  # fmt: skip
        html = c.post(adresse, envoi, follow=True).content.decode()
        assert "est noté posté" in html and "Nguyen" not in html and deux.reference not in html
    rows = Envoi.objects.unscoped(reason=RAISON).order_by("rang")
    assert [(e.document_id, e.parti_le, e.numero) for e in rows] == [
        (un.pk, JOUR, "1A"), (deux.pk, JOUR, "2B"),
    ]  # fmt: skip
    faits = FaitParcours.objects.unscoped(reason=RAISON).filter(titre="Courrier posté")
    assert set(faits.values_list("menage_id", flat=True)) == {un.menage_id, deux.menage_id}
