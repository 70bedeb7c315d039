"""A real browser over a live server, with the cast and an instance that decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cariatide.commission.models import Instance, MembreInstance, RegleQuorum
from cariatide.commission.statuts import TypeInstance
from tests.distribution import Monde, build_monde
from tests.navigateur import clavier

SECRET = "un mot de passe assez long"
DEBUT = date(2020, 1, 1)


@dataclass
class Scene:
    """The cast with their windows: one signed-in browser context per person."""

    monde: Monde
    navigateur: Browser
    base_url: str
    contexts: dict[str, BrowserContext]
    errors: list[str]

    def ouvre(self, qui: str, width: int = 1366) -> Page:
        """The page of one person, signed in with the keyboard the first time."""
        if qui not in self.contexts:
            context = self.navigateur.new_context(
                base_url=self.base_url, locale="fr-FR", viewport={"width": width, "height": 900}
            )
            context.set_default_timeout(8_000)
            self.contexts[qui] = context
            page = context.new_page()
            page.on("pageerror", lambda e: self.errors.append(str(e)))
            utilisateur = self.monde.personnes[qui]
            page.goto("/compte/connexion/")
            clavier.write(page, "Adresse électronique", utilisateur.email)
            clavier.write(page, "Mot de passe", SECRET)
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_have_text("Ma journée")
        return self.contexts[qui].pages[0]


@pytest.fixture
def scene(navigateur: Browser, live_server: Any) -> Iterator[Scene]:
    """Everybody at their desk; no error of the script in any window."""
    monde = build_monde()
    for utilisateur in monde.personnes.values():
        utilisateur.set_password(SECRET)
        utilisateur.save()
    instance = Instance.objects.create(
        type=TypeInstance.GROUPE_DE_PILOTAGE,
        nom="Groupe de pilotage MOUS",
        secretariat=monde.departement,
        convention=monde.convention,
        du=DEBUT,
    )
    for organisation in (monde.departement, monde.prefecture, monde.operateur):
        MembreInstance.objects.create(
            instance=instance, organisation=organisation, titulaire="", voix=True, du=DEBUT
        )
    RegleQuorum.objects.create(instance=instance, mode="nombre", nombre=2, du=DEBUT)
    monde.organisations["instance"] = instance  # type: ignore[assignment]
    found = Scene(monde, navigateur, live_server.url, {}, [])
    yield found
    for context in found.contexts.values():
        context.close()
    assert found.errors == []
