"""The layout and its script in a real browser: drafts, dialogues, columns, keyboard, contrast."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.navigateur
SECRET = "un mot de passe assez long"


@pytest.fixture
def page(navigateur: Browser, live_server: Any, monde: Any) -> Iterator[Page]:
    """Alice, signed in with her keyboard."""
    monde.alice.set_password(SECRET)
    monde.alice.save()
    context = navigateur.new_context(base_url=live_server.url, locale="fr-FR")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto("/compte/connexion/?next=/composants/")
    page.get_by_label("Adresse électronique").fill(monde.alice.email)
    page.keyboard.press("Tab")
    page.keyboard.type(SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Composants")
    yield page
    context.close()
    assert errors == []


def saisine(page: Page) -> Any:
    return page.locator("#saisine form")


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1366])
def test_accessible_and_no_sideways_scroll(page: Page, look: Any, width: int) -> None:
    page.emulate_media(color_scheme=look)
    page.set_viewport_size({"width": width, "height": 900})
    for adresse in ("/composants/", "/compte/", "/nulle-part/", "/compte/mot-de-passe/changer/"):
        page.goto(adresse)
        assert page.evaluate("document.documentElement.dataset.bsTheme") == look
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["target"]) for v in found] == []


def test_draft_survives_leaving_and_ends_with_the_sending(page: Page) -> None:
    nom = saisine(page).get_by_label("Nom du ménage")
    nom.fill("Lefèvre")
    saisine(page).get_by_label("Impayé de loyer").check()
    page.goto("/compte/")
    page.goto("/composants/")
    expect(saisine(page).locator(".brouillon")).to_contain_text("repris")
    expect(nom).to_have_value("Lefèvre")
    expect(saisine(page).get_by_label("Impayé de loyer")).to_be_checked()
    # Refused: the draft stays. Accepted: it ends.
    saisine(page).get_by_role("button", name="Déposer").click()
    expect(saisine(page).locator("[data-resume]")).to_be_focused()
    expect(nom).to_have_value("Lefèvre")
    saisine(page).get_by_label("Maintien dans les lieux").check()
    saisine(page).get_by_label("Situation connue").fill("2026-01-31")
    saisine(page).get_by_role("button", name="Déposer").click()
    expect(saisine(page).locator("[data-resume]")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.goto("/composants/")
    page.wait_for_load_state("networkidle")
    expect(nom).to_have_value("")
    expect(saisine(page).locator(".brouillon")).to_have_count(0)


def test_draft_is_kept_on_this_machine_while_the_service_is_away(page: Page) -> None:
    page.route("**/brouillons/**", lambda route: route.abort())
    saisine(page).get_by_label("Nom du ménage").fill("Okafor")
    expect(saisine(page).locator(".brouillon")).to_contain_text("sur ce poste", timeout=6000)
    page.unroute("**/brouillons/**")
    page.reload()
    expect(saisine(page).get_by_label("Nom du ménage")).to_have_value("Okafor")
    page.get_by_role("button", name="Repartir de zéro").click()
    expect(saisine(page).get_by_label("Nom du ménage")).to_have_value("")
    page.reload()
    expect(saisine(page).get_by_label("Nom du ménage")).to_have_value("")


def test_dialogue_takes_and_gives_back_the_focus(page: Page) -> None:
    opener = page.get_by_role("button", name="Ouvrir un dialogue")
    opener.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog", name="Ajourner ce dossier")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_columns_are_remembered(page: Page) -> None:
    head = page.locator("thead th")
    expect(head.filter(has_text="Référence")).to_be_hidden()
    page.locator("details.colonnes summary").click()
    page.get_by_role("checkbox", name="Référence").check()
    page.get_by_role("checkbox", name="Commune").uncheck()
    page.reload()
    expect(head.filter(has_text="Référence")).to_be_visible()
    expect(head.filter(has_text="Commune")).to_be_hidden()


def test_look_is_chosen_and_remembered(page: Page) -> None:
    page.locator("details.compte summary").click()
    page.get_by_role("button", name="Sombre").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_paper_holds_the_page_and_not_its_controls(page: Page) -> None:
    def shown(selector: str) -> bool:
        return page.locator(selector).first.is_visible()

    controls = ("#navigation", "header.topbar", "main .btn", "details.colonnes summary")
    assert all(shown(s) for s in controls) and not shown(".imprime")
    page.emulate_media(media="print")
    assert [s for s in controls if shown(s)] == []
    assert shown("h1") and shown("table.t tbody tr")
    assert "Alice Renard" in page.locator(".imprime").inner_text()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_search_field_leads_to_what_is_looked_for(page: Page) -> None:
    """The slash takes the keyboard to the field, Enter opens the results, which keep the text."""
    page.locator("h1").click()
    page.keyboard.press("/")
    champ = page.get_by_role("searchbox", name="Rechercher un ménage")
    expect(champ).to_be_focused()
    page.keyboard.type("lefevre")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=lefevre")
    expect(page.get_by_role("searchbox", name="Rechercher un ménage")).to_have_value("lefevre")
    expect(page.locator("main")).to_contain_text("lefevre")


def test_side_navigation_on_a_telephone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    nav = page.get_by_role("navigation", name="Navigation principale")
    expect(nav).to_be_hidden()
    page.locator("[data-menu]").click()
    expect(nav).to_be_visible()
    page.keyboard.press("Escape")
    expect(nav).to_be_hidden()


def test_refused_confirmation_sends_nothing(page: Page) -> None:
    page.once("dialog", lambda d: d.dismiss())
    page.get_by_role("button", name="Accorder").click()
    expect(page.locator("[data-resume]")).to_have_count(0)
    page.once("dialog", lambda d: d.accept())
    page.get_by_role("button", name="Accorder").click()
    expect(page.locator("[data-resume]")).to_have_count(1)


def test_works_without_script(navigateur: Browser, live_server: Any, monde: Any) -> None:
    monde.alice.set_password(SECRET)
    monde.alice.save()
    context = navigateur.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/compte/connexion/?next=/composants/")
    page.fill("#id_login", monde.alice.email)
    page.fill("#id_password", SECRET)
    page.click("main button[type=submit]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Composants")
    page.get_by_text("Ouvrir un dialogue").click()
    expect(page.get_by_text("Le dossier sera repris")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("[data-menu]").click()
    expect(page.locator("#navigation")).to_be_visible()
    context.close()
