"""A person without a mouse: Tab until the control has the focus, then type or press."""

import re

from playwright.sync_api import Locator, Page

TABULATIONS_MAX = 250
LOIN = 8
MARQUE = "data-avant"

# How many Tabs a person would count up to the control (negative: backwards). Only a guess: what
# is asserted is the focus after the presses.
_DISTANCE = """(cible) => {
  const depart = document.activeElement;
  const known = new Set();
  const stops = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(e => {
    if (e.disabled || e.type === 'hidden' || e.tabIndex < 0 || !e.checkVisibility()) return false;
    if (e.type !== 'radio' || e === cible) return true;
    const group = e.closest('form')?.querySelector(`input[name="${e.name}"]:checked`);
    if (group ? group !== e : known.has(e.name)) return false;
    known.add(e.name);
    return true;
  });
  const after = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (depart === cible) return 0;
  if (depart === document.body || after(depart, cible))
    return stops.filter(e => (depart === document.body || after(depart, e))
      && (e === cible || after(e, cible))).length;
  return -stops.filter(e => after(e, depart) && (e === cible || after(cible, e))).length;
}"""

_MARK = """(cible, marque) => {
  document.documentElement.setAttribute(marque, '');
  document.addEventListener('htmx:afterSettle',
    () => document.documentElement.removeAttribute(marque), {once: true});
}"""


def reach(page: Page, cible: Locator) -> None:
    """Tab to a control, as many times as it takes; a control that Tab never reaches fails."""
    cible.wait_for(state="visible")
    distance = cible.evaluate(_DISTANCE)
    if distance > LOIN and page.evaluate("document.activeElement === document.body"):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        distance = cible.evaluate(_DISTANCE)
    for _ in range(abs(distance)):
        page.keyboard.press("Tab" if distance > 0 else "Shift+Tab")
    for _ in range(TABULATIONS_MAX):
        if cible.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab n’atteint pas {cible}")


def _motif(etiquette: str) -> str:
    """The label as a pattern, whatever its spaces: those of French typography never break."""
    return re.escape(etiquette).replace("\\ ", r"\s")


def field(page: Page, etiquette: str) -> Locator:
    """The control of that label, optional or not."""
    return page.get_by_label(re.compile(rf"^{_motif(etiquette)}(\s+\(facultatif\))?$"))


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
    case = page.get_by_label(re.compile(rf"^\s*{_motif(etiquette)}")).first
    reach(page, case)
    page.keyboard.press("Space")
    assert case.is_checked()


def press(page: Page, libelle: str, role: str = "button", exact: bool = True) -> None:
    """Press a button or follow a link with Enter, and wait for what comes of it."""
    follow(page, page.get_by_role(role, name=libelle, exact=exact).first)  # type: ignore[arg-type]


def follow(page: Page, cible: Locator) -> None:
    """Enter on a control, then the page that comes.

    The page is marked: the mark goes with the document, or when a part of it has been replaced.
    """
    reach(page, cible)
    cible.evaluate(_MARK, MARQUE)
    page.keyboard.press("Enter")
    page.locator(f"html:not([{MARQUE}])").wait_for(state="attached")
    page.wait_for_load_state()


def unfold(page: Page, libelle: str) -> None:
    """Press what opens in place: a dialogue."""
    reach(page, page.get_by_role("button", name=libelle, exact=True).first)
    page.keyboard.press("Enter")


def pick(page: Page, libelle: str) -> None:
    """Choose among radio buttons: Tab to the group, then the arrows."""
    voulu = page.get_by_role("radio", name=libelle, exact=True)
    groupe = page.locator(f'input[name="{voulu.get_attribute("name")}"]')
    chosen = groupe.and_(page.locator(":checked"))
    reach(page, chosen if chosen.count() else groupe.first)
    if not chosen.count():
        page.keyboard.press("Space")
    for _ in range(groupe.count()):
        if voulu.is_checked():
            return
        page.keyboard.press("ArrowDown")
    assert voulu.is_checked()
