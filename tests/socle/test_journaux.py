"""Technical logs: readable by a machine, and nobody's name in them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cariatide.socle.journaux import JournalDesRequetes, LigneJSON
from tests.distribution import PERSONNES, Monde, add_menage


@pytest.fixture
def sortie() -> Iterator[io.StringIO]:
    """What every logger writes, as production formats it."""
    flux = io.StringIO()
    handler = logging.StreamHandler(flux)
    handler.setFormatter(LigneJSON())
    racine = logging.getLogger()
    racine.addHandler(handler)
    yield flux
    racine.removeHandler(handler)


def read(flux: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(ligne) for ligne in flux.getvalue().splitlines()]


@pytest.mark.django_db
def test_une_ligne_par_demande(monde: Monde, client_de: Any, sortie: io.StringIO) -> None:
    menage = add_menage(monde)
    with client_de(monde.alice) as c:
        reponse = c.get(f"/menages/{menage.pk}/?q=Lefèvre")
    (ligne,) = [x for x in read(sortie) if x["source"] == "cariatide.requetes"]
    assert ligne["requete"] == reponse.headers["X-Request-Id"]
    assert ligne["route"] == "menages:detail"
    assert (ligne["methode"], ligne["statut"]) == ("GET", reponse.status_code)
    assert ligne["utilisateur_id"] == monde.alice.pk
    assert ligne["duree_ms"] > 0


@pytest.mark.django_db
def test_aucun_nom_de_la_distribution(
    monde: Monde, client_de: Any, sortie: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, refusals, wrong addresses, a failure whose message quotes a row."""
    menage = add_menage(monde)
    with client_de(monde.alice) as c:
        c.get(f"/menages/{menage.pk}/")
        c.get("/recherche/?q=Lefèvre")
        c.get("/page/Lefèvre/3-impasse-du-Moulin/")
        c.post(f"/menages/{menage.pk}/contact/", {"telephone": "0600000000", "nom": "Lefèvre"})
    with client_de(monde.charlie) as c:
        c.get(f"/menages/{menage.pk}/")
    with client_de() as c:
        c.post("/compte/connexion/", {"login": monde.alice.email, "password": "faux"})
        c.get("/?courriel=alice.renard@test.invalid")

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise ValueError(f"Key (nom)=({menage.reference} Lefèvre, {monde.alice.email}) exists")

    monkeypatch.setattr("cariatide.web.web.views.rend", fail)
    with client_de(monde.alice) as c:
        c.raise_request_exception = False
        assert c.get("/recherche/?q=Lefèvre").status_code == 500
    texte = sortie.getvalue()
    lignes = read(sortie)
    assert len(lignes) >= 8
    assert [x for x in lignes if x.get("exception") == "ValueError"]
    interdits = {"Lefèvre", "Lef%C3%A8vre", "Camille", "impasse", "Moulin", "0600000000", "@",
                 *(nom for _, nom, _, _ in PERSONNES.values()),
                 *(prenom for prenom, _, _, _ in PERSONNES.values())}  # fmt: skip
    assert not [mot for mot in interdits if mot in texte]


def test_le_numero_d_un_frontal_est_repris_s_il_en_est_un() -> None:
    chaine = JournalDesRequetes(lambda request: HttpResponse())
    numero = "0123456789abcdef0123456789abcdef"
    for given, kept in ((numero, True), ("Lefèvre", False), ("x" * 400, False)):
        request = RequestFactory().get("/", headers={"X-Request-Id": given})
        assert (chaine(request).headers["X-Request-Id"] == given) is kept
