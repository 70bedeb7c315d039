"""What the views of the commissions share."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cariatide.comptes.actions import delete_brouillon
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend

# Who sits or keeps the agenda; the plan officer reads instances and dates, no household.
ROLES_SEANCE = (Role.SECRETARIAT, Role.MEMBRE_COMMISSION)
ROLES_INSTANCE = (*ROLES_SEANCE, Role.CHARGE_DU_PLAN)


def read_int(request: HttpRequest, nom: str, defaut: int = -1) -> int:
    """A whole number of the form; anything else is `defaut`."""
    brut = str(request.POST.get(nom, ""))
    return int(brut) if brut.isascii() and brut.isdigit() and len(brut) < 10 else defaut


def run_form(
    request: HttpRequest,
    form: Formulaire,
    envoi: Callable[[], HttpResponseBase],
    page: dict[str, Any],
    *,
    gabarit: str = "commission/formulaire.html",
) -> HttpResponseBase:
    """Show the form, or send it; a refused act comes back with its reason and what was typed.

    page: titre, retour (address), and optionally surtitre, envoyer, version, brouillon, aide.
    """
    statut = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                response = envoi()
                if page.get("brouillon"):
                    delete_brouillon(perimetre=request.perimetre, cle=page["brouillon"])
                return response
            statut = 422
        except ErreurMetier as erreur:
            form.add_erreur_metier(erreur)
            statut = 409 if isinstance(erreur, ConflitDeVersion) else 422
        form.mark_errors()
    defauts = {"surtitre": "", "envoyer": "Enregistrer", "version": None, "brouillon": ""}
    valeurs = {**defauts, "aide": "", "fil": [], "ton": "accent", **page, "form": form}
    return rend(request, gabarit, valeurs, statut=statut)


def send_pdf(pdf: bytes, nom: str) -> HttpResponse:
    """A PDF shown by the browser, under its own name, kept by no cache."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{nom}"'
    response["Cache-Control"] = "no-store"
    return response
