"""A page sent twice with the same key has one effect: draft, deposit, acts, pieces of a saisine."""

import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cariatide.commission.models import Instance
from cariatide.demandes.models import PieceSaisine, Saisine
from cariatide.documents.models import Piece
from cariatide.journal.models import Evenement
from cariatide.menages.models import Menage
from tests.demandes.conftest import Depose, pieces_of, reload
from tests.demandes.test_saisie import NOUVELLE, formulaire
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
DEJA = "il n’a été fait qu’une fois"


@pytest.fixture(autouse=True)
def the_day() -> Any:
    with time_machine.travel(JOUR, tick=False):
        yield


def key(c: Client, adresse: str) -> str:
    """A key that the page gives to one of its forms; any of them will do for another."""
    page = c.get(adresse).content.decode()
    found: list[str] = re.findall(r'name="envoi" value="([0-9a-f-]{36})"', page)
    return found[0]


def twice(c: Client, adresse: str, saisie: dict[str, Any]) -> str:
    """Where both sendings lead; the second one says that it was done already."""
    premier, second = c.post(adresse, saisie), c.post(adresse, saisie)
    assert premier.status_code == second.status_code == 302
    assert premier["Location"] == second["Location"]
    assert DEJA in c.get(second["Location"]).content.decode()
    return str(premier["Location"])


def saisines() -> int:
    return Saisine.objects.unscoped(reason="test").count()


def test_a_deposit_sent_twice_is_one_saisine(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        cle = key(c, NOUVELLE)
        adresse = twice(c, NOUVELLE, formulaire(monde, envoi=cle))
    (saisine,) = Saisine.objects.unscoped(reason="test")
    assert adresse == reverse("demandes:detail", args=[saisine.pk])
    assert Menage.objects.unscoped(reason="test").count() == 1
    assert Evenement.objects.filter(nom="saisine.deposee").count() == 1


@pytest.mark.parametrize("geste", ["enregistrer", "ajouter", "actualiser"])
def test_a_draft_sent_twice_is_one_draft(
    monde: Monde, instance: Instance, client_de: Any, geste: str
) -> None:
    with client_de(monde.prescripteur) as c:
        cle = key(c, NOUVELLE)
        saisie = formulaire(monde, geste=geste, envoi=cle)
        c.post(NOUVELLE, saisie)
        second = c.post(NOUVELLE, saisie)
    (draft,) = Saisine.objects.unscoped(reason="test")
    assert second["Location"] == reverse("demandes:brouillon", args=[draft.pk])
    assert (draft.version, len(draft.saisie["personnes"])) == (1, 2 if geste == "ajouter" else 1)


def test_a_refused_deposit_sent_twice_leaves_one_draft(
    monde: Monde, instance: Instance, client_de: Any
) -> None:
    with client_de(monde.prescripteur) as c:
        cle = key(c, NOUVELLE)
        saisie = formulaire(monde, motifs=[], envoi=cle)
        assert c.post(NOUVELLE, saisie).status_code == 422
        second = c.post(NOUVELLE, saisie)
        (draft,) = Saisine.objects.unscoped(reason="test")
        assert second["Location"] == reverse("demandes:brouillon", args=[draft.pk])
        # Mended on the page that came back, it is another sending.
        cle = key(c, second["Location"])
        suite = formulaire(monde, envoi=cle, version=str(draft.version))
        assert c.post(second["Location"], suite).status_code == 302
    assert reload(draft).statut == "deposee"


def test_acts_of_the_page_sent_twice(monde: Monde, depose: Depose, client_de: Any) -> None:
    saisine = depose(pieces_recues=["identite"])
    page = reverse("demandes:detail", args=[saisine.pk])
    with client_de(monde.dora) as c:
        cle = key(c, page)
        commun = {"envoi": cle, "version": str(saisine.version)}
        demande = {
            **commun, "pieces": [pieces_of(saisine)["ressources"].code],
            "attendue_le": "2026-12-01",
        }  # fmt: skip
        assert twice(c, reverse("demandes:demander_pieces", args=[saisine.pk]), demande) == page
        recu = reload(saisine)
        commun = {"envoi": key(c, page), "version": str(recu.version)}
        classement = {**commun, "motif": "Retirée", "issue": "abandon"}
        assert twice(c, reverse("demandes:classer", args=[saisine.pk]), classement) == page
    noms = Evenement.objects.filter(objet_id=saisine.pk).values_list("nom", flat=True)
    assert sorted(set(noms)) == sorted(noms)


def test_a_piece_sent_twice_is_one_file(monde: Monde, depose: Depose, client_de: Any) -> None:
    saisine = depose(pieces_recues=["identite"])
    piece = pieces_of(saisine)["ressources"]
    page = reverse("demandes:detail", args=[saisine.pk])
    adresse = reverse("demandes:recevoir_piece", args=[saisine.pk, piece.pk])
    with client_de(monde.prescripteur) as c:
        cle = key(c, page)
        for _ in range(2):
            fichier = SimpleUploadedFile("paie.pdf", b"%PDF-1.4\n%%EOF\n")
            assert c.post(adresse, {"envoi": cle, "fichier": fichier}).status_code == 302
    assert Piece.objects.unscoped(reason="test").count() == 1
    assert PieceSaisine.objects.unscoped(reason="test").get(pk=piece.pk).recue_le == JOUR
