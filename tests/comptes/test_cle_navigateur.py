"""A key in a real browser: registered, then asked for, by our script under the content policy."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.distribution import Monde

pytestmark = [pytest.mark.navigateur, pytest.mark.sans_preuve]
SCRIPT = "**/comptes/cle*.js"
SECRET = "un mot de passe assez long"
CLE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(page: Any, email: str) -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(SECRET)
    page.get_by_role("button", name="Se connecter").click()


def test_une_cle_dans_le_navigateur(navigateur: Browser, live_server: Any, monde: Monde) -> None:
    monde.alice.set_password(SECRET)
    monde.alice.save()
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = navigateur.new_context(base_url=base, locale="fr-FR")
    context.set_default_timeout(30_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else None)
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": CLE})

    sign_in(page, monde.alice.email)
    expect(page.locator("h1")).to_have_text("Second facteur")
    # A slow network: the form is there before its script, without which it would hold no key.
    retenus: list[Route] = []
    page.route(SCRIPT, lambda route: retenus.append(route))
    page.get_by_role("link", name="Ajouter une clé").click()
    page.get_by_label("Nom de cette clé").fill("Clé du poste")
    ajouter = page.get_by_role("button", name="Ajouter la clé")
    expect(ajouter).to_be_disabled()
    assert len(retenus) == 1
    retenus.pop().continue_()
    page.unroute(SCRIPT)
    ajouter.click()
    expect(page.locator("h1")).to_have_text("Codes de secours")
    page.get_by_role("link", name="Continuer").click()
    expect(page.locator("h1")).to_have_text("Ma journée")

    page.goto("/compte/deconnexion/")
    page.get_by_role("button", name="Se déconnecter").click()
    sign_in(page, monde.alice.email)
    expect(page.locator("h1")).to_have_text("Second facteur")
    page.get_by_role("button", name="Employer une clé de sécurité").click()
    expect(page.locator("h1")).to_have_text("Ma journée")
    assert errors == []
    context.close()
