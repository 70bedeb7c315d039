"""The whole thread in six windows, without a mouse: from a saisine to an indicator."""

import re
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cariatide.journal.travail import Travailleur
from tests.navigateur import clavier as k
from tests.navigateur import fil_mesure
from tests.navigateur.conftest import Scene
from tests.navigateur.fil_mesure import iso, menu

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def title(page: Page) -> Any:
    return expect(page.locator("h1"))


def deliver() -> None:
    """What the background process does meanwhile: notices and e-mails."""
    travailleur = Travailleur()
    while travailleur.turn():
        pass


def deposit(scene: Scene) -> None:
    """The prescriber sends a saisine."""
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
    expect(page.locator("main")).to_contain_text(re.compile(r"S-\d{4}-\d{5}"))


PIECES = (
    "Pièce d’identité",
    "Livret de famille",
    "Justificatifs des ressources",
    "Bail, quittance",
)


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
    menu(page, "Commissions")
    k.press(page, "Planifier une séance", "link", exact=False)
    k.choose(page, "Instance", "Groupe de pilotage MOUS")
    jour = timezone.localdate()  # kept: midnight may pass before a member looks for the session
    k.write_date(page, "Date", jour.isoformat())
    k.write(page, "Lieu", "Salle des actes")
    k.press(page, "Planifier la séance")
    k.check(page, "Lefèvre")
    k.press(page, "Inscrire", exact=False)
    k.press(page, "Convoquer les membres")
    k.press(page, "Ouvrir la séance")
    for organisation in ("Conseil départemental de test", "Préfecture de test"):
        k.choose(page, f"Présence de {organisation}", "Présent")
    k.press(page, "Enregistrer les présences")
    k.press(page, "Mettre à l’examen")
    follow_session(scene, jour)
    k.pick(page, "Relogement")
    k.write(page, "Motif, repris dans la notification", "Logement trop petit pour la famille.")
    k.press(page, "Enregistrer et passer au suivant")
    k.unfold(page, "Clore la séance")
    k.press(page, "Clore et émettre le procès-verbal")
    k.press(page, "Notifier les décisions", exact=False)


def follow_session(scene: Scene, jour: date) -> None:
    """A member reads the case under examination, and cannot decide."""
    page = scene.ouvre("membre")
    menu(page, "Commissions")
    k.press(page, jour.strftime("%d/%m/%Y"), "link", exact=False)
    k.press(page, "Suivre la séance", "link", exact=False)
    expect(page.locator("main")).to_contain_text("Synthèse présentée aux membres")
    expect(page.locator("main")).to_contain_text("Suroccupation")
    expect(page.get_by_role("button", name="Enregistrer et passer au suivant")).to_have_count(0)


def test_thread(scene: Scene) -> None:
    deposit(scene)
    examine(scene)
    hold_session(scene)
    bob = scene.ouvre("bob")
    assert fil_mesure.read_value(bob) == "0"
    page = fil_mesure.open_mesure(scene)
    fil_mesure.start(page)
    fil_mesure.visit(page)
    fil_mesure.review(scene, page)
    fil_mesure.enter_home(page)
    reference = re.search(r"M-\d{4}-\d{5}", page.locator("main").inner_text())
    assert reference
    assert fil_mesure.read_value(bob) == "1"
    fil_mesure.open_row(bob)
    fil_mesure.read_facts_only(scene.ouvre("technicien"))
    deliver()
    fil_mesure.read_notices(scene.ouvre("prescripteur"))
    fil_mesure.read_journal(scene.ouvre("dpo"), reference.group())
