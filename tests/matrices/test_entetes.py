"""Security headers on whatever the service answers, and no inline script nor style in a page."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import reverse

from cariatide.socle.pages import routes as pages
from cariatide.socle.pages.entetes import CSP, ENTETES
from config.settings import base
from tests.distribution import Monde, add_menage
from tests.documents.test_actions import bring
from tests.fichiers import export
from tests.matrices.routes import list_adresses

EN_LIGNE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=\s*[\"']|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def faults(nom: str, reponse: HttpResponseBase, statique: bool = False) -> Iterator[str]:
    """What this answer lacks, or holds in line."""
    for entete, valeur in ENTETES.items():
        if reponse.headers.get(entete) != valeur:
            yield f"{nom} : {entete} = {reponse.headers.get(entete)}"
    if not statique and "no-store" not in reponse.headers.get("Cache-Control", ""):
        yield f"{nom} : Cache-Control = {reponse.headers.get('Cache-Control')}"
    if "html" in reponse.headers.get("Content-Type", "") and not reponse.streaming:
        found = EN_LIGNE.search(reponse.content.decode())  # type: ignore[attr-defined]
        if found:
            yield f"{nom} : {found.group(0)[:80]} dans la page"


def test_la_politique_n_admet_rien_en_ligne() -> None:
    assert "unsafe" not in CSP and "*" not in CSP and "http" not in CSP
    regles = dict(regle.strip().split(" ", 1) for regle in CSP.split(";"))
    assert regles["script-src"] == regles["style-src"] == regles["default-src"] == "'self'"
    assert regles["frame-ancestors"] == regles["base-uri"] == regles["object-src"] == "'none'"


@pytest.mark.parametrize(
    "fautive",
    ["<script>x</script>", '<p style="color: red">', '<b onclick="x()">', "<style>p{}</style>"],
)
def test_une_faute_est_vue(fautive: str) -> None:
    assert EN_LIGNE.search(fautive)
    assert not EN_LIGNE.search('<script src="/statique/a.js" defer></script><p class="style">')


@pytest.mark.django_db
@pytest.mark.parametrize("qui", [None, "chef", "dora", "technique", "eve"])
def test_chaque_route(monde: Monde, client_de: Any, qui: str | None) -> None:
    """Pages, redirections, refusals (403), absent objects (404), forbidden methods (405)."""
    fautes: list[str] = []
    statuts = set()
    with client_de(monde.personnes[qui] if qui else None) as c:
        for route, adresse in list_adresses():
            if route.nom == "account_logout":
                continue
            reponse = c.get(adresse)
            statuts.add(reponse.status_code)
            fautes += faults(route.nom, reponse)
    assert not fautes, "\n".join(fautes)
    assert {200, 302} <= statuts and (qui is None or {403, 405} <= statuts)


@pytest.mark.django_db
def test_les_erreurs_et_les_fichiers(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    c = Client(raise_request_exception=False, enforce_csrf_checks=True)
    reponses = {
        "404": c.get("/rien-ici/"),
        "403 csrf": c.post(reverse("account_login"), {"login": "x"}),
        "405": c.post(reverse("web:sante")),
        "400": c.get("/", headers={"host": "autre.invalid"}),
        "redirection": c.get("/compte"),
    }
    statuts = {nom: r.status_code for nom, r in reponses.items()}
    assert statuts["404"] == 404 and statuts["403 csrf"] == 403 and statuts["400"] == 400

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("panne d’essai")

    monkeypatch.setattr(pages.AccesAuxRoutes, "_run", broken)
    reponses["500"] = c.get(reverse("account_login"))
    assert reponses["500"].status_code == 500
    assert not [f for nom, r in reponses.items() for f in faults(nom, r)]

    fichier = c.get("/statique/socle/cariatide.js")
    assert fichier.status_code == 200
    assert not list(faults("fichier", fichier, statique=True))
    assert "no-store" not in fichier.headers.get("Cache-Control", "")
    fichier.close()
    absent = c.get("/statique/absent.js")
    assert absent.status_code == 404 and not list(faults("absent", absent))


@pytest.mark.django_db
def test_ce_qui_se_telecharge(monde: Monde, client_de: Any) -> None:
    """Files written while they are sent, files of a person, and what answers HEAD and OPTIONS."""
    menage = add_menage(monde)
    piece = bring(monde, menage_id=menage.pk)
    liste = reverse("menages:liste")
    with client_de(monde.alice) as c:
        reponses = {
            **{f: export(c, "menages", format_=f) for f in ("csv", "xlsx", "ods")},
            "zip": c.get(reverse("documents:archive", args=[menage.pk])),
            "piece": c.get(reverse("documents:piece", args=[piece.pk])),
            "dossier": c.get(reverse("menages:dossier_pdf", args=[menage.pk])),
            "parcours": c.get(reverse("menages:parcours_pdf", args=[menage.pk])),
            "head": c.head(liste),
            "options": c.options(liste),  # no page answers to it
        }
        assert all(r.streaming for n, r in reponses.items() if n in ("csv", "xlsx", "ods", "zip"))
        assert not [f for nom, r in reponses.items() for f in faults(nom, r)]
        for nom, reponse in reponses.items():
            assert reponse.status_code == (405 if nom == "options" else 200), nom
            if nom not in ("head", "options", "parcours"):  # ours alone, and shown
                assert reponse.headers["Content-Disposition"].startswith("attachment"), nom
            reponse.close()


def test_l_ordre_est_controle() -> None:
    def codes(ordre: list[str]) -> list[str]:
        with override_settings(MIDDLEWARE=ordre):
            return [str(m.id) for m in run_checks(tags=["security"])]

    premier, *autres = base.MIDDLEWARE
    assert codes(base.MIDDLEWARE) == []
    assert codes(autres) == ["cariatide.E020"]
    assert codes([*autres, premier]) == ["cariatide.E020"]
