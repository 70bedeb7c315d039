"""Home, search and health."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.demandes.statuts import StatutSaisine
from cariatide.echeances.actions import plan_echeance
from cariatide.socle.pages.journee import blocs
from cariatide.socle.pages.routes import opens
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(JOUR.isoformat() + "T10:00:00+01:00", tick=False):
        yield


def test_visitor_reads_a_presentation(client_de: Any) -> None:
    with client_de() as c:
        response = c.get("/")
    assert response.status_code == 200
    assert "Se connecter" in response.content.decode()


def test_person_without_mandate_is_told_what_to_do(monde: Monde, client_de: Any) -> None:
    with client_de(monde.eve) as c:
        html = c.get("/").content.decode()
    assert "Aucun mandat en cours" in html


def test_day_shows_ones_own_delays_late_first(monde: Monde, client_de: Any) -> None:
    for code, days, who in (("a", 5, "alice"), ("b", -2, "alice"), ("c", 1, "collegue")):
        plan_echeance(
            code=code,
            libelle=f"Échéance {code}",
            objet=("tests", 1),
            due_le=JOUR + timedelta(days=days),
            organisation_id=monde.operateur.pk,
            utilisateur_id=monde.personnes[who].pk,
            url="/menages/",
        )
    with client_de(monde.alice) as c:
        html = c.get("/").content.decode()
    assert html.index("Échéance b") < html.index("Échéance a")
    assert "Échéance c" not in html
    assert "1 en retard" in html
    with client_de(monde.chef) as c:
        page = c.get("/").content.decode()
    assert "Échéance c" not in page and "Un retard dans l’équipe" in page


def test_the_delays_of_a_team_are_one_line(monde: Monde, client_de: Any) -> None:
    """A head of service has a list of their own to do; the rest is counted, a click away."""
    for code, days, owner in (("a", -3, "alice"), ("b", -2, "chef"), ("c", -9, "collegue")):
        plan_echeance(
            code=code, libelle=f"Échéance {code}", objet=("tests", 1),
            due_le=JOUR + timedelta(days=days), organisation_id=monde.operateur.pk,
            utilisateur_id=monde.personnes[owner].pk, url="/menages/",
        )  # fmt: skip
    with client_de(monde.chef) as c:
        page = c.get("/").content.decode()
    assert "Échéance b" in page and "Échéance a" not in page
    assert "2 retards dans l’équipe" in page and "1 en retard" in page
    with client_de(monde.alice) as c:
        assert "dans l’équipe" not in c.get("/").content.decode()


def test_the_list_of_each_block_opens_to_its_roles() -> None:
    for bloc in blocs:
        nom, _, filtres = bloc.liste.partition("?")
        adresse = reverse(nom)
        for role in bloc.roles:
            mandat = MandatEnVigueur(1, 1, "Organisation", role, role, Niveau.FACTUEL)
            assert opens(Perimetre(1, "Quelqu’un", JOUR, (mandat,)), adresse), (bloc.titre, role)
        assert not filtres or filtres.partition("=")[2] in StatutSaisine.values


@pytest.mark.parametrize("texte", ["lefevre", "LEFÈVRE Camille", "06 00 00 00 00", "impasse"])
def test_search_finds_within_the_perimeter(monde: Monde, client_de: Any, texte: str) -> None:
    add_menage(monde)
    url = reverse("web:recherche")
    with client_de(monde.alice) as c:
        assert ">Lefèvre<" in c.get(url, {"q": texte}).content.decode()
    with client_de(monde.charlie) as c:
        assert ">Lefèvre<" not in c.get(url, {"q": texte}).content.decode()


@pytest.mark.parametrize("texte", ["", " ", "\x00", "' OR 1=1 --", ":*", "&|!", "é" * 300, "🏠"])
def test_search_survives_any_text(monde: Monde, client_de: Any, texte: str) -> None:
    with client_de(monde.alice) as c:
        assert c.get(reverse("web:recherche"), {"q": texte}).status_code == 200


def test_search_keeps_what_was_typed_and_escapes_it(monde: Monde, client_de: Any) -> None:
    with client_de(monde.alice) as c:
        html = c.get(reverse("web:recherche"), {"q": 'o"><b>x'}).content.decode()
    assert 'value="o&#34;&gt;&lt;b&gt;x"' in html and "<b>x" not in html
