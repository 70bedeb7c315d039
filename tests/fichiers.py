"""A list taken as a file, as its page does: every column, and what for."""

from typing import Any

from django.urls import reverse

from cariatide.socle.pages.page_liste import listes


def export(client: Any, nom: str, requete: str = "", format_: str = "csv") -> Any:
    """The answer of the page of exports of a list, with the filters of `requete`."""
    envoi = {
        "colonnes": [c.code for c in listes[nom].colonnes_export],
        "format": format_,
        "finalite": "Essai",
    }
    return client.post(reverse("echanges:exporter", args=[nom]) + requete, envoi)
