"""At the end of its retention a household leaves nothing in the batches."""

from datetime import date
from typing import Any

import pytest
import time_machine

from cariatide.menages.actions.conservation import count_purge, list_blocages, put_away, wipe
from cariatide.menages.models import Menage
from cariatide.poste.models import Envoi, FichierLot, LotPostal
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme
from tests.conformite.test_purges import anonymise, archive, fixe_duree
from tests.distribution import JOUR, Monde, add_menage
from tests.poste.fabrique import letter, post, prepare, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def rows(modele: Any) -> Any:
    return modele.objects.unscoped(reason="test")


def test_a_file_whose_letter_is_to_be_posted_stays_open(monde: Monde) -> None:
    document = letter(monde)
    lot = prepare(monde, document)
    assert document.menage_id is not None
    motif = "un courrier est dans un lot à poster"
    assert motif in list_blocages([document.menage_id])[document.menage_id]
    post(monde, lot)
    assert motif not in list_blocages([document.menage_id]).get(document.menage_id, [])


def test_the_purge_erases_the_letters_and_the_file_of_their_batch(monde: Monde) -> None:
    menage = add_menage(monde, nom="Zyxwv", le=date(2022, 3, 1))
    autre = letter(monde, "Reste")
    lot = post(monde, prepare(monde, write(monde, menage), autre))
    Menage.objects.unscoped(reason="test").filter(pk=menage.pk).update(
        dernier_contact_le=date(2022, 3, 1)
    )
    counts = count_purge([menage.pk])
    assert (counts["poste.Envoi"], counts["poste.FichierLot"]) == (1, 1)
    archive(monde)
    assert not rows(FichierLot).exists(), "an archived file is in no batch that somebody opens"
    fixe_duree()
    purge = anonymise(monde)
    assert purge.bilan["modeles"]["poste.Envoi"] == 1 and purge.bilan["ecartees"] == []
    assert [e.document_id for e in rows(Envoi)] == [autre.pk]
    assert rows(LotPostal).get().nombre == 2 and rows(LotPostal).get() == lot, "counts stay"


def test_the_file_goes_with_the_purge_alone(monde: Monde) -> None:
    """Whatever the archive did: the purge itself finds the file by its letters."""
    document = letter(monde)
    post(monde, prepare(monde, document))
    systeme = perimetre_systeme("essai", JOUR)
    assert document.menage_id is not None
    with ouvre_transaction(systeme, systeme="essai"):
        assert wipe(perimetre=systeme, menage_ids=[document.menage_id])["poste.FichierLot"] == 1
    assert not rows(FichierLot).exists() and not rows(Envoi).exists()


def test_an_archive_closes_the_batch(monde: Monde) -> None:
    document = letter(monde)
    post(monde, prepare(monde, document))
    systeme = perimetre_systeme("essai", JOUR)
    assert document.menage_id is not None
    with ouvre_transaction(systeme, systeme="essai"):
        put_away(perimetre=systeme, menage_ids=[document.menage_id])
    assert not rows(FichierLot).exists() and rows(Envoi).count() == 1
