"""Second part of the thread: the measure, the visits, the review, the dated entry into a home."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.navigateur import clavier as k
from tests.navigateur.conftest import Scene

PARTAGEE = "Visite du logement : une chambre pour toute la famille."
PERSONNELLE = "Penser à rappeler l’école."


def iso(jours: int) -> str:
    return (timezone.localdate() + timedelta(days=jours)).isoformat()


def main(page: Page) -> Any:
    return expect(page.locator("main"))


def menu(page: Page, libelle: str) -> None:
    """Go by the side navigation."""
    nav = page.get_by_role("navigation", name="Navigation principale")
    k.follow(page, nav.get_by_role("link", name=libelle, exact=True))


def back(page: Page) -> None:
    """From a writing of the measure to the measure, by the trail above the title."""
    trail = page.get_by_role("navigation", name="Fil d’Ariane")
    k.follow(page, trail.get_by_role("link").last)


def open_mesure(scene: Scene) -> Page:
    """The social worker finds the orientation and opens the measure, granted by the session."""
    page = scene.ouvre("alice")
    menu(page, "Saisines")
    k.press(page, "Lefèvre", "link", exact=False)
    main(page).to_contain_text("Orientée vers le relogement")
    k.press(page, "Ouvrir la mesure", "link")
    k.write(page, "Durée en mois", "6")
    k.choose(page, "Intensité", "Moyenne")
    k.press(page, "Ouvrir la mesure")
    main(page).to_contain_text("Elle est accordée")
    return page


def diagnose(page: Page) -> None:
    """The initial diagnosis, from its request to its last line."""
    k.press(page, "Demander un diagnostic", "link")
    k.press(page, "Demander le diagnostic")
    k.press(page, "Proposer un rendez-vous", "link")
    k.write_date(page, "Rendez-vous proposé pour le", iso(0))
    k.press(page, "Enregistrer le rendez-vous")
    k.press(page, "Enregistrer la visite", "link")
    k.press(page, "Enregistrer la visite")
    k.press(page, "Rédiger", "link")
    k.write(page, "Logement", "Une seule chambre, humide.")
    k.write(page, "Préconisations", "Reloger la famille.")
    k.press(page, "Enregistrer")
    k.press(page, "Terminer la rédaction")
    main(page).to_contain_text("Rédigé")


def start(page: Page) -> None:
    """Proposal, objective, adhesion, signed contract, diagnosis: the measure begins."""
    k.press(page, "Proposer la mesure au ménage", "link")
    k.write_date(page, "Signature du contrat prévue le", iso(7))
    k.press(page, "Enregistrer la proposition")
    k.press(page, "Fixer un objectif", "link")
    k.write(page, "Objectif", "Déposer une demande de logement social")
    k.choose(page, "Thème", "Recherche de logement")
    k.press(page, "Fixer l’objectif")
    k.press(page, "Enregistrer l’adhésion du ménage", "link")
    k.press(page, "Enregistrer l’adhésion")
    k.press(page, "Enregistrer le contrat signé", "link")
    k.press(page, "Enregistrer la signature")
    diagnose(page)
    back(page)
    k.press(page, "Commencer l’accompagnement", "link")
    k.press(page, "Commencer")
    main(page).to_contain_text("L’accompagnement commence")


def visit(page: Page) -> None:
    """A visit: what is shared with the team, and what stays with its author."""
    k.press(page, "Consigner un entretien", "link")
    k.write(page, "Durée en minutes", "50")
    k.write(page, "Synthèse partagée", PARTAGEE)
    k.reach(page, page.locator("summary", has_text="Note personnelle"))
    page.keyboard.press("Enter")
    k.write(page, "Note personnelle", PERSONNELLE)
    k.press(page, "Enregistrer l’entretien")
    main(page).to_contain_text(PARTAGEE)
    main(page).to_contain_text(PERSONNELLE)


def review(scene: Scene, page: Page) -> None:
    """The review is begun from the visits, submitted, then validated by the head of service."""
    k.press(page, "Établir un bilan", "link")
    k.pick(page, "Bilan intermédiaire")
    k.press(page, "Commencer le bilan")
    k.write(page, "Évolution de la situation", "La demande de logement est déposée.")
    k.choose(page, "Degré d’atteinte : Déposer une demande de logement social", "4")
    k.write(page, "Conclusion", "Un logement adapté est proposé.")
    k.choose(page, "Suite proposée", "Poursuivre jusqu’au terme")
    k.write(page, "Synthèse pour les partenaires", "Le relogement est proche.")
    k.press(page, "Enregistrer le bilan")
    k.press(page, "Soumettre au chef de service")
    main(page).to_contain_text("le chef de service est averti")
    expect(page.get_by_role("button", name="Valider le bilan")).to_have_count(0)
    chef = scene.ouvre("chef")
    menu(chef, "Décisions attendues")
    k.press(chef, "Relire le bilan de Lefèvre", "link")
    back(chef)
    main(chef).to_contain_text(PARTAGEE)
    main(chef).not_to_contain_text(PERSONNELLE)
    menu(chef, "Décisions attendues")
    k.press(chef, "Relire le bilan de Lefèvre", "link")
    k.press(chef, "Valider le bilan")
    main(chef).to_contain_text("Le bilan est validé")
    back(page)


def enter_home(page: Page) -> None:
    """The household enters a home of the agreement, today."""
    k.press(page, "ménage M-", "link", exact=False)
    k.press(page, "Entrée dans un logement", "link")
    k.write(page, "Adresse", "12 rue des Charpentiers")
    k.write(page, "Code postal", "59600")
    k.write(page, "Commune", "Maubeuge")
    k.choose(page, "Type", "T3")
    k.choose(page, "Catégorie", "HLM")
    k.choose(page, "Titre d’occupation", "Bail d")
    k.write_date(page, "Titre signé le", iso(-2))
    k.press(page, "Enregistrer l’entrée")
    main(page).to_contain_text("est enregistrée et inscrite à son parcours")


def read_value(page: Page) -> str:
    """What the chargé du plan reads on the page of C-I1."""
    menu(page, "Indicateurs")
    k.press(page, "Ménages relogés ou logements améliorés", "link", exact=False)
    return page.locator(".chiffre").first.inner_text()


def open_row(page: Page) -> None:
    """From the number to the case behind it."""
    k.press(page, "M-20", "link", exact=False)
    expect(page.locator("h1")).to_have_text("Lefèvre")
    main(page).to_contain_text("Bail d’habitation")
    main(page).not_to_contain_text(PARTAGEE)


def read_notices(page: Page) -> None:
    """The prescriber knows the fate of the saisine, and reads nothing of the visits."""
    k.press(page, "Notifications", "link", exact=False)
    main(page).to_contain_text("L’instance l’a orientée vers le relogement.")
    main(page).to_contain_text("a commencé")
    main(page).not_to_contain_text("Lefèvre")
    k.press(page, "Ouvrir : La saisine", exact=False)
    expect(page.locator("h1")).to_have_text("Lefèvre")
    main(page).not_to_contain_text(PARTAGEE)


def read_facts_only(page: Page) -> None:
    """The technician of the same operator reads the facts of the measure, no shared note."""
    menu(page, "Accompagnement")
    k.press(page, "Lefèvre", "link", exact=False)
    main(page).to_contain_text("Visite à domicile")
    main(page).not_to_contain_text(PARTAGEE)
    main(page).not_to_contain_text(PERSONNELLE)
    expect(page.get_by_role("link", name="Consigner un entretien")).to_have_count(0)


def read_journal(page: Page, reference: str) -> None:
    """The data-protection officer reads who read the household, and cannot open it."""
    menu(page, "Consultations")
    k.reach(page, page.locator("summary", has_text="Filtrer"))
    page.keyboard.press("Enter")
    k.write(page, "Référence du ménage", reference)
    k.press(page, "Appliquer")
    for qui in ("Manon Siège", "Alice Renard", "Claire Chevalier", "Bob Pilote", "Théo Tisserand"):
        main(page).to_contain_text(qui)
    assert page.goto("/menages/").status == 403  # type: ignore[union-attr]
