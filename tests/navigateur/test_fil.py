"""The whole thread in six windows, without a mouse: from a saisine to an indicator."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cariatide.journal.travail import Travailleur
from tests.navigateur import clavier as k
from tests.navigateur.conftest import Scene

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def title(page: Page) -> Any:
    return expect(page.locator("h1"))


def deliver() -> None:
    """What the background process does meanwhile: notices and e-mails."""
    travailleur = Travailleur()
    while travailleur.turn():
        pass


def iso(jours: int) -> str:
    return (timezone.localdate() + timedelta(days=jours)).isoformat()


def deposit(scene: Scene) -> str:
    """The prescriber sends a saisine; returns its reference."""
    page = scene.ouvre("prescripteur")
    k.press(page, "Nouvelle saisine", "link")
    title(page).to_have_text("Nouvelle saisine")
    k.choose(page, "Civilité", "Madame")
    k.write(page, "Prénom", "Camille")
    k.write(page, "Nom", "Lefèvre")
    k.write_date(page, "Date de naissance", "1990-05-04")
    k.write(page, "Code postal et commune", "Maubeuge")
    k.choose(page, "Dispositif demandé", "MOUS")
    k.check(page, "Suroccupation")
    k.write_date(page, "Ménage informé le", iso(-1))
    k.press(page, "Déposer la saisine")
    title(page).to_contain_text("Lefèvre")
    reference = re.search(r"S-\d{4}-\d{5}", page.content())
    assert reference, page.locator("main").inner_text()
    return reference.group()


def dump(page):
    page.wait_for_timeout(500)
    with open("/tmp/dump.txt", "w") as f:
        f.write(page.url + "\n" + page.locator("main").inner_text() + "\n----\n" + "\n".join(page.locator("main button, main a, main input, main select, main textarea").evaluate_all("es => es.map(e => e.tagName+' '+(e.name||'')+' '+(e.innerText||e.value||'')+' '+(e.disabled?'DISABLED':''))")))


PIECES = ("Pièce d’identité", "Livret de famille", "Justificatifs des ressources", "Bail, quittance")


def examine(scene: Scene) -> None:
    """The secretary receives the pieces and declares the saisine receivable."""
    page = scene.ouvre("dora")
    k.press(page, "Lefèvre", "link", exact=False)
    for piece in PIECES:
        k.press(page, f"Reçue aujourd’hui : {piece}", exact=False)
    k.press(page, "Déclarer recevable")
    expect(page.locator("main")).to_contain_text("Recevable")


def hold_session(scene: Scene) -> None:
    """The secretary plans, convenes, opens, decides, closes and notifies."""
    page = scene.ouvre("dora")
    page.goto("/commissions/")
    k.press(page, "Planifier une séance", "link", exact=False)
    k.choose(page, "Instance", "Groupe de pilotage MOUS")
    k.write_date(page, "Date", iso(0))
    k.write(page, "Lieu", "Salle des actes")
    k.press(page, "Planifier la séance")
    dump(page)
    k.check(page, "Lefèvre")
    k.press(page, "Inscrire", exact=False)
    dump(page)
    k.press(page, "Convoquer les membres")
    dump(page)
    k.press(page, "Ouvrir la séance")
    dump(page)
    for organisation in ("Conseil départemental de test", "Préfecture de test"):
        k.choose(page, f"Présence de {organisation}", "Présent")
    k.press(page, "Enregistrer les présences")
    dump(page)
    k.press(page, "Mettre à l’examen")
    follow_session(scene)
    k.reach(page, page.get_by_role("radio", name="Maintien"))
    page.keyboard.press("ArrowRight")
    k.write(page, "Motif, repris dans la notification", "Logement trop petit pour la famille.")
    k.press(page, "Enregistrer et passer au suivant")
    dump(page)
    k.press(page, "Clore la séance")
    k.press(page, "Clore et émettre le procès-verbal")
    dump(page)
    k.press(page, "Notifier les décisions", exact=False)
    dump(page)


def follow_session(scene: Scene) -> None:
    """A member reads the case under examination, and cannot decide."""
    page = scene.ouvre("membre")
    page.goto("/commissions/")
    dump(page)
    jour = timezone.localdate().strftime("%d/%m/%Y")
    k.press(page, jour, "link", exact=False)
    dump(page)
    k.press(page, "Suivre la séance", "link", exact=False)
    expect(page.locator("main")).to_contain_text("Synthèse présentée aux membres")
    expect(page.locator("main")).to_contain_text("Suroccupation")
    expect(page.get_by_role("button", name="Enregistrer et passer au suivant")).to_have_count(0)


def test_thread(scene: Scene) -> None:
    reference = deposit(scene)
    examine(scene)
    hold_session(scene)
    assert reference
