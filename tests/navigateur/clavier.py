"""A person without a mouse: Tab until the control has the focus, then type or press."""

import re

from playwright.sync_api import Locator, Page

TABULATIONS_MAX = 250


def reach(page: Page, cible: Locator) -> None:
    """Tab to a control, as many times as it takes; a control that Tab never reaches fails."""
    cible.wait_for(state="visible")
    for _ in range(TABULATIONS_MAX):
        if cible.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab n’atteint pas {cible}")


def field(page: Page, etiquette: str) -> Locator:
    """The control of that label, optional or not."""
    return page.get_by_label(re.compile(rf"^{re.escape(etiquette)}(\s+\(facultatif\))?$"))


def write(page: Page, etiquette: str, texte: str) -> None:
    """Fill a field found by its label."""
    reach(page, field(page, etiquette))
    page.keyboard.press("Control+A")
    page.keyboard.type(texte)


def write_date(page: Page, etiquette: str, iso: str) -> None:
    """Type a date in the order of the browser's own language: Debian's has English alone."""
    champ = field(page, etiquette)
    reach(page, champ)
    annee, mois, jour = iso.split("-")
    page.keyboard.type(f"{jour}{mois}{annee}")
    if champ.input_value() != iso:
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.keyboard.type(f"{mois}{jour}{annee}")
    assert champ.input_value() == iso, f"{etiquette} : {champ.input_value()}"


def choose(page: Page, etiquette: str, choix: str) -> None:
    """Choose in a list by typing the beginning of the choice, up to its first accent."""
    liste = field(page, etiquette)
    reach(page, liste)
    page.keyboard.type(re.match(r"[ -~]*", choix).group())  # type: ignore[union-attr]
    shown = liste.evaluate("e => e.options[e.selectedIndex].text")
    assert shown.startswith(choix), f"{etiquette} : {shown}"


def check(page: Page, etiquette: str) -> None:
    """Tick a box whose label begins so."""
    case = page.get_by_label(re.compile(rf"^\s*{re.escape(etiquette)}")).first
    reach(page, case)
    page.keyboard.press("Space")
    assert case.is_checked()


def press(page: Page, libelle: str, role: str = "button", exact: bool = True) -> None:
    """Press a button or follow a link with Enter."""
    reach(page, page.get_by_role(role, name=libelle, exact=exact).first)  # type: ignore[arg-type]
    page.keyboard.press("Enter")
    page.wait_for_load_state()
