"""The identity provider in a real browser: there, back, signed in, signed out on both sides.

The provider is another site (127.0.0.1, ours is localhost): what the session cookie and the content
policy let through is what they would let through for a real one.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from cariatide.comptes import oidc
from tests.comptes.fournisseur import CLIENT, SECRET, Fournisseur
from tests.distribution import Monde

pytestmark = [pytest.mark.navigateur, pytest.mark.sans_preuve]
BOUTON = "Se connecter avec ProConnect"
LARGEURS = (390, 1366)


@pytest.fixture
def chez(live_server: Any, monde: Monde, settings: Any) -> Iterator[Fournisseur]:
    with Fournisseur() as chez:
        assert urlsplit(chez.adresse).hostname != urlsplit(live_server.url).hostname
        settings.OIDC_EMETTEUR, settings.OIDC_CLIENT = chez.adresse, CLIENT
        settings.OIDC_SECRET = SECRET
        settings.ADRESSE_PUBLIQUE = live_server.url
        settings.ROOT_URLCONF = "tests.comptes.urls_oidc"
        chez.personne["email"] = monde.dora.email
        chez.retours_de_fin.add(f"{live_server.url}/compte/deconnexion/fournisseur/")
        oidc.forget()
        yield chez
        oidc.forget()


@pytest.fixture
def page(navigateur: Browser, live_server: Any, chez: Fournisseur) -> Iterator[Page]:
    context = navigateur.new_context(base_url=live_server.url, locale="fr-FR")
    context.set_default_timeout(15_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text) if is_refused(m.text) else None)
    yield page
    context.close()
    assert errors == []


def is_refused(message: str) -> bool:
    """By our content policy, which also stops the styles that axe tries to write."""
    return "Content Security" in message and "inline style" not in message


def check(page: Page, titre: str, *phrases: str) -> None:
    """One of our pages, on a telephone and on a desk: its words, its width, axe."""
    expect(page.locator("h1")).to_have_text(titre)
    for phrase in phrases:
        expect(page.locator("main")).to_contain_text(phrase)
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, titre
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], titre


def leave(page: Page) -> None:
    page.goto("/compte/connexion/")
    page.get_by_role("link", name=BOUTON).click()
    expect(page.locator("h1")).to_have_text("Fournisseur d’identité")


def test_aller_retour_et_deconnexion_des_deux_cotes(page: Page, chez: Fournisseur) -> None:
    page.goto("/compte/connexion/?next=/menages/")
    check(page, "Se connecter")
    page.get_by_role("link", name=BOUTON).click()
    expect(page.locator("h1")).to_have_text("Fournisseur d’identité")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("h1")).to_have_text("Ménages")
    page.goto("/compte/")
    expect(page.locator("main")).to_contain_text("lié depuis le")

    def without_refresh(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        route.fulfill(
            response=answer,
            headers={n: v for n, v in answer.headers.items() if n.lower() != "refresh"},
        )

    page.route("**/compte/deconnexion/", without_refresh)
    page.goto("/compte/deconnexion/")
    page.get_by_role("button", name="Se déconnecter").click()
    check(page, "Vous êtes déconnecté de Cariatide", "aussi être déconnecté de ProConnect")
    page.get_by_role("link", name="Continuer la déconnexion de ProConnect").click()
    check(page, "Se connecter")
    expect(page.get_by_text("Vous êtes déconnecté de Cariatide et de ProConnect")).to_be_visible()
    assert chez.ouvertes == set() and chez.recus.count("/session/end") == 1

    # It asks who is there again; then a session that it kept is enough, and the way out is alone.
    page.unroute("**/compte/deconnexion/")
    leave(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("h1")).to_have_text("Ma journée")
    page.context.clear_cookies(name="cariatide_session")
    page.goto("/compte/connexion/")
    page.get_by_role("link", name=BOUTON).click()
    expect(page.locator("h1")).to_have_text("Ma journée")
    page.goto("/compte/deconnexion/")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes déconnecté de Cariatide et de ProConnect")).to_be_visible()
    assert chez.ouvertes == set()


def test_le_second_facteur_selon_les_reglages(
    page: Page, chez: Fournisseur, monde: Monde, settings: Any
) -> None:
    """Alice's role asks for one: ours, unless the provider says a value that is believed."""
    settings.OIDC_SECOND_FACTEUR = ["eidas2", "mfa"]
    chez.personne["email"] = monde.alice.email
    leave(page)
    page.get_by_role("button", name="Continuer").click()
    check(page, "Second facteur")
    page.goto("/menages/")
    expect(page.locator("h1")).to_have_text("Second facteur")
    page.context.clear_cookies()
    chez.authentification = {"acr": "eidas1", "amr": ["pwd", "mfa"]}
    leave(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("h1")).to_have_text("Ma journée")


def test_les_refus_se_disent_en_francais(page: Page, chez: Fournisseur) -> None:
    chez.personne["email"] = "personne@test.invalid"
    leave(page)
    page.get_by_role("button", name="Continuer").click()
    check(
        page, "Connexion refusée", "aucun compte de Cariatide n’est ouvert", "par invitation",
    )  # fmt: skip
    # The provider still knows them: only its own sign-out lets them come under another name.
    page.get_by_role("link", name="Changer de compte ProConnect").click()
    expect(page.get_by_text("Vous êtes déconnecté de Cariatide et de ProConnect")).to_be_visible()
    assert chez.ouvertes == set()
    # The state is not one that this browser asked for.
    page.goto(f"/compte/connexion/fournisseur/retour/?code=x&state={'y' * 48}")
    check(page, "Connexion refusée", "vient d’un autre navigateur")
    expect(page.get_by_role("link", name="Changer de compte")).to_have_count(0)
    page.get_by_role("link", name="Revenir à la connexion").click()
    expect(page.locator("h1")).to_have_text("Se connecter")
    page.context.clear_cookies()
    leave(page)
    page.get_by_role("button", name="Refuser").click()
    check(page, "Connexion refusée", "ProConnect l’a refusée")
