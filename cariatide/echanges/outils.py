"""What stands above every declared list: its exports, its printed page, its kept filters."""

from typing import Any

from django.http import HttpRequest

from cariatide.socle.pages.page_liste import Liste

_HORS_FILTRES = ("curseur", "format", "colonne")


def build_outils(request: HttpRequest, liste: Liste) -> dict[str, Any]:
    """What the bar above a list shows, without a query: every page of every list has it."""
    return {
        "liste": liste.nom,
        "requete": read_requete(request),
    }


def read_requete(request: HttpRequest) -> str:
    """The filters and the sort of the address, without what is not theirs."""
    parametres = request.GET.copy()
    for nom in [*_HORS_FILTRES, *(k for k, v in request.GET.items() if not v)]:
        parametres.pop(nom, None)
    return parametres.urlencode()
