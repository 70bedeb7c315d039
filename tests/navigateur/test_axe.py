"""Every page of the resolver in a browser: axe-core, telephone width, one title, one language.

Closed by default: a GET route without a page that opens fails, unless `routes` says why.
"""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.navigateur.decor import build_decor
from tests.navigateur.routes import FICHIERS, SANS_PAGE, Exemple, Guide, Route, list_routes

TELEPHONE = {"width": 390, "height": 844}
BUREAU = {"width": 1366, "height": 900}
PARTS = 2
# What a reader of the tree, not of the screen, is told of the page.
_FACTS = """() => ({
  h1: document.querySelectorAll('h1').length,
  langue: document.documentElement.lang,
  titre: document.title.trim(),
})"""
_WIDTH = "() => document.documentElement.scrollWidth"


def list_pages() -> list[Route]:
    return [r for r in list_routes() if r.nom not in SANS_PAGE and not FICHIERS.search(r.nom)]


def test_exclusions_name_routes_that_exist() -> None:
    noms = {route.nom for route in list_routes()}
    assert set(SANS_PAGE) <= noms
    assert [nom for nom in SANS_PAGE if FICHIERS.search(nom)] == []
    assert len(list_pages()) > 100


class Visite:
    """One browser window per account, signed in by its session."""

    def __init__(self, navigateur: Browser, base_url: str, guide: Guide) -> None:
        self.navigateur, self.base_url, self.guide = navigateur, base_url, guide
        self.pages: dict[int, Page] = {}
        self.errors: list[str] = []

    def open(self, exemple: Exemple) -> Page:
        key = exemple.qui.pk if exemple.qui else 0
        if key not in self.pages:
            self.pages[key] = self._context(exemple).new_page()
            self.pages[key].on("pageerror", lambda e: self.errors.append(f"{exemple.nom}: {e}"))
        page = self.pages[key]
        page.set_viewport_size(BUREAU)  # type: ignore[arg-type]
        page.goto(exemple.adresse)
        return page

    def _context(self, exemple: Exemple) -> BrowserContext:
        context = self.navigateur.new_context(base_url=self.base_url, locale="fr-FR")
        cookies = self.guide.client(exemple.qui).cookies
        context.add_cookies(
            [{"name": n, "value": c.value, "url": self.base_url} for n, c in cookies.items()]
        )
        return context

    def inspect(self, exemple: Exemple) -> list[str]:
        """What is wrong with one page, in words."""
        page = self.open(exemple)
        found = [
            f"{v['id']} {v['nodes'][0]['target']} {v['nodes'][0]['html'][:160]}"
            for v in Axe().run(page).response["violations"]
        ]
        facts = page.evaluate(_FACTS)
        if facts["h1"] != 1 or facts["langue"] != "fr" or not facts["titre"]:
            found.append(str(facts))
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        width = page.evaluate(_WIDTH)
        if width > TELEPHONE["width"]:
            found.append(f"{width} px sur un téléphone")
        return [f"{exemple.nom} {exemple.adresse} : {line}" for line in found]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(
    part: int, navigateur: Browser, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.DEMONSTRATION = True
    settings.BOITE_COURRIELS = tmp_path
    build_decor()
    guide = Guide()
    visite = Visite(navigateur, live_server.url, guide)
    closed, wrong = [], []
    for route in list_pages()[part::PARTS]:
        exemple = guide.find(route)
        if exemple is None:
            closed.append(route.nom)
        else:
            wrong += visite.inspect(exemple)
    visite.close()
    assert (closed, visite.errors) == ([], [])
    assert wrong == [], "\n".join(wrong)
