"""The pages of documents in a real browser: accessible, and no sideways scroll on a telephone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from cariatide.socle.perimetre import Niveau
from tests.distribution import Monde, add_menage
from tests.documents import exemples
from tests.documents.test_actions import PDF, bring, issue

pytestmark = pytest.mark.navigateur
RGAA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def prepare(monde: Monde) -> dict[str, str]:
    """A household with papers of two levels and pieces; addresses of the pages by name."""
    menage = add_menage(monde)
    issue(monde, menage_id=menage.pk, titre="Proposition de rendez-vous à votre domicile")
    issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=menage.pk)
    issue(monde, modele="proces_verbal", contexte=exemples.proces_verbal())
    piece = bring(monde, menage_id=menage.pk, objet=("menages.menage", menage.pk))
    bring(
        monde,
        contenu=PDF + b"2",
        nom="attestation de la caisse d’allocations familiales de novembre.pdf",
        type_="ressources",
        niveau=Niveau.SOCIAL,
        menage_id=menage.pk,
    )
    return {
        "liste": reverse("documents:liste"),
        "menage": reverse("documents:menage", args=[menage.pk]),
        "deposer": reverse("documents:deposer", args=[menage.pk]),
        "retirer": reverse("documents:retirer", args=[piece.pk]),
    }


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_pages_are_accessible(
    navigateur: Browser, live_server: Any, monde: Monde, width: int, look: Any
) -> None:
    pages = prepare(monde)
    client = Client()
    client.force_login(monde.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    jeton = client.cookies["cariatide_session"].value
    context = navigateur.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", color_scheme=look
    )
    context.add_cookies([{"name": "cariatide_session", "value": jeton, "url": live_server.url}])
    page = context.new_page()
    for nom, adresse in pages.items():
        page.goto(live_server.url + adresse)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, nom
        resultat = Axe().run(page, options=RGAA)
        assert resultat.violations_count == 0, (nom, resultat.generate_report())
    context.close()
