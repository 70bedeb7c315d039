"""The retention clock: on the page of a household, in the list of the officer, held or not."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.conformite.actions import lift_gel, pose_gel
from cariatide.conformite.models import GelConservation
from cariatide.conformite.queries import list_dossiers
from cariatide.conformite.rules import find_butoir, read_etat
from cariatide.conformite.statuts import Conservation
from cariatide.journal.models import Consultation, Evenement
from cariatide.menages.models import Menage
from cariatide.menages.queries import read_conservation
from cariatide.menages.rules import compute_terme
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from tests.distribution import JOUR, Monde, add_menage
from tests.fichiers import export

ECHU, BIENTOT, ACTIF = date(2024, 11, 22), date(2025, 3, 1), date(2026, 1, 15)


@pytest.fixture
def dossiers(monde: Monde) -> dict[str, Menage]:
    return {
        nom: add_menage(monde, nom=nom, le=le)
        for nom, le in (("Echu", ECHU), ("Bientot", BIENTOT), ("Actif", ACTIF))
    }


def references(monde: Monde, qui: str = "dpo", **filtres: Any) -> set[str]:
    rows = list_dossiers(monde.perimetre(qui), filtres)
    return set(rows.values_list("reference", flat=True))


def test_the_length_is_a_sourced_value() -> None:
    duree = read_conservation(JOUR)
    assert duree.valeur == 2
    assert "2021-028" in duree.reference
    assert str(duree.confiance) == "H"


@pytest.mark.parametrize(
    ("contact", "attendu"),
    [
        (date(2024, 11, 21), Conservation.ECHUE),
        (date(2024, 11, 22), Conservation.ECHUE),
        (date(2024, 11, 23), Conservation.BIENTOT),
        (date(2025, 5, 22), Conservation.BIENTOT),
        (date(2025, 5, 23), Conservation.ACTIVE),
    ],
)
def test_state_of_a_file(contact: date, attendu: Conservation) -> None:
    assert read_etat(contact, 2, JOUR, gele=False) == attendu
    assert read_etat(contact, 2, JOUR, gele=True) == Conservation.GELEE


@pytest.mark.parametrize("jour", [JOUR, date(2026, 2, 28), date(2028, 2, 29), date(2026, 3, 1)])
def test_the_bound_of_the_list_is_the_clock(jour: date) -> None:
    butoir = find_butoir(jour, 2)
    assert compute_terme(butoir, 2) <= jour
    assert compute_terme(date.fromordinal(butoir.toordinal() + 1), 2) > jour


def test_list_by_state(monde: Monde, dossiers: dict[str, Menage]) -> None:
    assert references(monde) == {dossiers["Echu"].reference}
    assert references(monde, etat="bientot") == {dossiers["Bientot"].reference}
    assert references(monde, reference=dossiers["Actif"].reference) == {dossiers["Actif"].reference}
    assert references(monde, "alice") == set()


def test_hold_wins_over_the_clock(monde: Monde, dossiers: dict[str, Menage]) -> None:
    dpo, echu = monde.perimetre("dpo"), dossiers["Echu"]
    pose_gel(perimetre=dpo, menage_id=echu.pk, motif="Recours en cours")
    assert references(monde) == set()
    assert references(monde, etat="gelee") == {echu.reference}
    with pytest.raises(ActeRefuse, match="déjà gelée"):
        pose_gel(perimetre=dpo, menage_id=echu.pk, motif="Encore")
    assert lift_gel(perimetre=dpo, menage_id=echu.pk, motif="Recours jugé") == 1
    assert references(monde) == {echu.reference}
    gel = GelConservation._base_manager.get()
    assert (gel.motif, gel.leve_motif, gel.leve_le) == ("Recours en cours", "Recours jugé", JOUR)
    with pytest.raises(ActeRefuse, match="n’est pas gelée"):
        lift_gel(perimetre=dpo, menage_id=echu.pk, motif="Encore")
    noms = Evenement.objects.filter(nom__startswith="conservation.").order_by("pk")
    assert list(noms.values_list("nom", "menage_id")) == [
        ("conservation.gelee", echu.pk),
        ("conservation.levee", echu.pk),
    ]


def test_refusals(monde: Monde, dossiers: dict[str, Menage]) -> None:
    with pytest.raises(ActeRefuse, match="Seul le délégué"):
        pose_gel(perimetre=monde.perimetre("alice"), menage_id=dossiers["Echu"].pk, motif="x")
    with pytest.raises(ErreurMetier, match="motivé"):
        pose_gel(perimetre=monde.perimetre("dpo"), menage_id=dossiers["Echu"].pk, motif=" ")
    with pytest.raises(Introuvable):
        pose_gel(perimetre=monde.perimetre("dpo"), menage_id=0, motif="x")
    assert not GelConservation._base_manager.exists()


def test_pages(monde: Monde, dossiers: dict[str, Menage], client_de: Any) -> None:
    echu = dossiers["Echu"]
    liste = reverse("conformite:liste")
    geler = reverse("conformite:geler", args=[echu.pk])
    degeler = reverse("conformite:degeler", args=[echu.pk])
    with time_machine.travel(JOUR, tick=False):
        with client_de(monde.dpo) as c:
            page = c.get(liste).content.decode()
            assert echu.reference in page
            assert "Echu" not in page  # never a name
            assert "22/11/2026" in page
            assert c.get(degeler).status_code == 409
            assert c.post(geler, {"motif": ""}).status_code == 422
            assert c.post(geler, {"motif": "Recours"}).status_code == 302
            assert "Aucun dossier n’est au terme" in c.get(liste).content.decode()
            assert "Recours" in c.get(degeler).content.decode()
            assert c.post(degeler, {"motif": "Jugé"}).status_code == 302
            fichier = export(c, "conservation")
            assert echu.reference in b"".join(fichier.streaming_content).decode()
        with client_de(monde.alice) as c:
            assert c.get(liste).status_code == 403
            assert c.post(geler, {"motif": "x"}).status_code == 403
    assert Consultation.objects.filter(route="conformite:degeler", menage_id=echu.pk).exists()


def test_clock_on_the_page_of_a_household(
    monde: Monde, dossiers: dict[str, Menage], client_de: Any
) -> None:
    with client_de(monde.alice) as c, time_machine.travel(JOUR, tick=False):
        echu = c.get(reverse("menages:detail", args=[dossiers["Echu"].pk])).content.decode()
        actif = c.get(reverse("menages:detail", args=[dossiers["Actif"].pk])).content.decode()
    assert "Conservation échue" in echu
    assert "Conservation échue" not in actif
    assert "conservation active jusqu’au 15/01/2028" in actif
