"""One form page: show it, send it, show it again with the refusal and what was typed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend


def read_version(request: HttpRequest) -> int:
    """The version that the form carried; -1, which no object has, when it is unreadable."""
    brut = request.POST.get("version", "")
    return int(brut) if brut.isascii() and brut.isdigit() and len(brut) < 10 else -1


def run_form(
    request: HttpRequest,
    form: Formulaire,
    envoi: Callable[[], HttpResponse],
    gabarit: str,
    page: dict[str, Any],
) -> HttpResponse:
    """On POST, `envoi` when the form is valid; a refused act (422, or 409 for a conflict) comes
    back in the page."""
    statut = 200
    if request.method == "POST":
        statut = 422
        try:
            if form.is_valid():
                return envoi()
        except Introuvable:
            raise
        except ErreurMetier as erreur:
            form.add_erreur_metier(erreur)
            statut = 409 if isinstance(erreur, ConflitDeVersion) else 422
        form.mark_errors()
    return rend(request, gabarit, {"form": form, **page}, statut=statut)
