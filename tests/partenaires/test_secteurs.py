"""Sectors on their pages: who keeps which, what a signed agreement forbids, bad input in words."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Convention
from cariatide.territoire.models import Arrondissement, Secteur
from cariatide.territoire.queries import communes_of
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen_day() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def saisie(**options: Any) -> dict[str, Any]:
    return {
        "nom": "Équipe de Maubeuge", "code": "EQ-MAUB", "du": JOUR, "source": "Décision",
        "communes": "59392\nJeumont", **options,
    }  # fmt: skip


def create(client_de: Any, qui: Any, **options: Any) -> Secteur:
    with client_de(qui) as c:
        response = c.post(reverse("partenaires:nouveau_secteur"), saisie(**options))
        assert response.status_code == 302, response.content.decode()
    return Secteur.objects.latest("pk")


def noms(secteur: Secteur) -> list[str]:
    return list(secteur.communes.order_by("nom").values_list("nom", flat=True))


def test_a_sector_of_an_organisation(monde: Monde, client_de: Any) -> None:
    secteur = create(client_de, monde.administratrice, organisation=monde.operateur.pk)
    assert (secteur.organisation_id, secteur.du, secteur.au) == (monde.operateur.pk, JOUR, None)
    assert noms(secteur) == ["Jeumont", "Maubeuge"]
    fiche = reverse("partenaires:secteur", args=[secteur.pk])
    with client_de(monde.administratrice) as c:
        html = c.get(fiche).content.decode()
        assert "Jeumont" in html and "Avesnes-sur-Helpe" in html and "Habitat Test" in html
        assert "Équipe de Maubeuge" in c.get(reverse("partenaires:secteurs")).content.decode()
        assert reverse("partenaires:secteurs") in c.get("/").content.decode()
        change = reverse("partenaires:communes_secteur", args=[secteur.pk])
        assert "59392" in c.get(change).content.decode()
        assert c.post(change, {"communes": "Hautmont"}).status_code == 302
        assert noms(secteur) == ["Hautmont"]
        fin = reverse("partenaires:fin_secteur", args=[secteur.pk])
        assert c.post(fin, {"au": JOUR - timedelta(days=1)}).status_code == 422
        assert c.post(fin, {"au": JOUR + timedelta(days=30)}).status_code == 302
    secteur.refresh_from_db()
    assert secteur.au == date(2026, 12, 22)
    faits = Evenement.objects.filter(objet_type="territoire.secteur").order_by("id")
    attendus = ["secteur.cree", "secteur.communes_modifiees", "secteur.clos"]
    assert [f.nom for f in faits] == attendus
    # Another organisation does not see it; the département sees the common ones and its own.
    for qui in ("bob", "technique"):
        with client_de(monde.personnes[qui]) as c:
            assert c.get(fiche).status_code == 404, qui


def test_a_common_sector_belongs_to_the_plan(monde: Monde, client_de: Any) -> None:
    with client_de(monde.administratrice) as c:
        refus = c.post(reverse("partenaires:nouveau_secteur"), saisie(organisation=""))
    assert refus.status_code == 422 and "Aucun de vos mandats" in refus.content.decode()
    secteur = create(client_de, monde.bob, organisation="")
    assert secteur.organisation_id is None
    with client_de(monde.administratrice) as c:
        html = c.get(reverse("partenaires:secteur", args=[secteur.pk])).content.decode()
        assert "Commun à tous" in html and "Changer les communes" not in html
        adresse = reverse("partenaires:communes_secteur", args=[secteur.pk])
        assert c.post(adresse, {"communes": "Hautmont"}).status_code == 422
    assert noms(secteur) == ["Jeumont", "Maubeuge"]


def test_a_signed_agreement_holds_its_territory(monde: Monde, client_de: Any) -> None:
    secteur = create(client_de, monde.bob, organisation=monde.departement.pk)
    Convention.objects.filter(pk=monde.convention.pk).update(secteur=secteur)
    with client_de(monde.bob) as c:
        adresse = reverse("partenaires:communes_secteur", args=[secteur.pk])
        refus = c.post(adresse, {"communes": "Hautmont"})
        assert refus.status_code == 422
        assert "MOUS-2025" in refus.content.decode() and "avenant" in refus.content.decode()
        fin = reverse("partenaires:fin_secteur", args=[secteur.pk])
        assert c.post(fin, {"au": JOUR}).status_code == 422
        page = c.get(reverse("partenaires:secteur", args=[secteur.pk])).content.decode()
        assert "MOUS-2025" in page
    assert noms(secteur) == ["Jeumont", "Maubeuge"]


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("communes", "Villeneuve-Inconnue", "Villeneuve-Inconnue"),
        ("communes", "", "nécessaire"),
        ("nom", "", "nécessaire"),
        ("au", "2020-01-01", "date postérieure"),
        ("code", "EQ-MAUB", "déjà pris"),
        ("organisation", "999999", "valide"),
    ],
)
def test_bad_sectors_are_refused_in_words(
    monde: Monde, client_de: Any, champ: str, valeur: str, phrase: str
) -> None:
    pk = monde.departement.pk
    create(client_de, monde.bob, organisation=pk)
    with client_de(monde.bob) as c:
        envoi = saisie(**{"organisation": pk, "code": "AUTRE", champ: valeur})
        response = c.post(reverse("partenaires:nouveau_secteur"), envoi)
    assert response.status_code == 422
    assert phrase in response.content.decode()
    assert Secteur.objects.count() == 1


def test_a_whole_arrondissement_in_one_line(monde: Monde, client_de: Any) -> None:
    secteur = create(client_de, monde.bob, communes="arrondissement d’Avesnes-sur-Helpe")
    arrondissement = Arrondissement.objects.get(nom="Avesnes-sur-Helpe")
    assert secteur.communes.count() == communes_of(arrondissement).count() > 100
    with client_de(monde.bob) as c:
        html = c.get(reverse("partenaires:secteur", args=[secteur.pk])).content.decode()
    assert "100" in html


def test_nobody_else_keeps_sectors(monde: Monde, client_de: Any) -> None:
    secteur = create(client_de, monde.bob)
    for qui in ("alice", "dora", "prescripteur", "dpo", "eve"):
        with client_de(monde.personnes[qui]) as c:
            for nom in ("secteur", "communes_secteur", "fin_secteur"):
                adresse = reverse(f"partenaires:{nom}", args=[secteur.pk])
                assert c.get(adresse).status_code == 403, (qui, nom)
            assert c.get(reverse("partenaires:secteurs")).status_code == 403
