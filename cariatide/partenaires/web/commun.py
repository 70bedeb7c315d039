"""One way to show a form, run its act and answer, for every page that writes here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cariatide.partenaires.models import Organisation
from cariatide.partenaires.queries import find_organisation
from cariatide.partenaires.rules import find_administration
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.perimetre import Perimetre

# The act receives the bound form; it returns the sentence shown and where to go.
Acte = Callable[[Any], tuple[str, str]]


def read_version(request: HttpRequest) -> int:
    """The version the page showed; anything else never matches."""
    brut = request.POST.get("version", "")
    return int(brut) if brut.isascii() and brut.isdigit() and len(brut) < 10 else -1


def find_administree(perimetre: Perimetre, organisation_id: int) -> Organisation:
    """The organisation that this person administers; another one answers 404."""
    if find_administration(perimetre, organisation_id) is None:
        raise Introuvable("Cette organisation n’est pas la vôtre.")
    return find_organisation(organisation_id)


def run_form(
    request: HttpRequest,
    form: Formulaire,
    acte: Acte,
    contexte: dict[str, Any],
    gabarit: str = "partenaires/formulaire.html",
) -> HttpResponse:
    """Show the form (422 or 409 with what was typed), or do the act and go on."""
    statut = 200
    if request.method == "POST":
        statut = 422
        if form.is_valid():
            try:
                phrase, adresse = acte(form)
            except Introuvable:
                raise
            except ErreurMetier as erreur:
                form.add_erreur_metier(erreur)
                statut = 409 if isinstance(erreur, ConflitDeVersion) else 422
            else:
                messages.success(request, phrase)
                return redirect(adresse)
        form.mark_errors()
    return rend(request, gabarit, {"form": form, **contexte}, statut=statut)


def run_act(request: HttpRequest, acte: Callable[[], str], adresse: str) -> HttpResponse:
    """A button without a page of its own: its refusal is said on the page it came from."""
    try:
        phrase = acte()
    except Introuvable:
        raise
    except ErreurMetier as erreur:
        messages.error(request, " ".join([erreur.message, *_autres(erreur)]))
    else:
        messages.success(request, phrase)
    return redirect(adresse)


def _autres(erreur: ErreurMetier) -> list[str]:
    return [phrase for phrase in erreur.champs.values() if phrase != erreur.message]
