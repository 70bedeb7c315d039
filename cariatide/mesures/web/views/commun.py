"""One shape for every page that asks before it acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.comptes.actions import delete_brouillon
from cariatide.mesures.models import Mesure
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.perimetre import Niveau

LECTEURS = ROLES_DOSSIER
EQUIPE = (Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE)
CHEF = (Role.CHEF_DE_SERVICE,)
FINANCEUR = (Role.FINANCEUR,)


@dataclass(frozen=True)
class PageActe:
    """What the page of an act says around its form.

    cle: of the draft, under the measure's key. lecteurs: who will read what is typed.
    """

    titre: str
    envoyer: str
    cle: str
    succes: str
    version: int | None = None
    aide: str = ""
    lecteurs: str = ""
    niveau: Niveau = Niveau.FACTUEL
    gabarit: str = "mesures/acte.html"
    retour: str = ""
    ton: str = "accent"


def read_version(request: HttpRequest) -> int:
    """The version that the page carried; an unreadable one conflicts with every row."""
    brut = request.POST.get("version", "")
    return int(brut) if brut.isascii() and brut.isdigit() and len(brut) < 10 else -1


def run(
    request: HttpRequest,
    mesure: Mesure,
    form: Formulaire,
    page: PageActe,
    envoi: Callable[[dict[str, Any]], Any],
    **contexte: Any,
) -> HttpResponse:
    """Show the form or do the act; a refusal comes back with its reason and what was typed.

    envoi may return the address to go to.
    """
    brouillon = f"mesure-{mesure.pk}-{page.cle}"
    statut = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                # A refused act writes nothing: actions run in their own savepoint.
                suite = envoi(form.cleaned_data)
                delete_brouillon(perimetre=request.perimetre, cle=brouillon)
                messages.success(request, page.succes)
                return redirect(suite or page.retour or mesure_url(mesure))
            statut = 422
        except ErreurMetier as erreur:
            form.add_erreur_metier(erreur)
            statut = 409 if isinstance(erreur, ConflitDeVersion) else 422
        form.mark_errors()
    values = {
        "mesure": mesure,
        "form": form,
        "page": page,
        "brouillon": brouillon,
        "retour": page.retour or mesure_url(mesure),
        "refus": "",
        **contexte,
    }
    return rend(request, page.gabarit, values, statut=statut)


def mesure_url(mesure: Mesure) -> str:
    return reverse("mesures:detail", args=[mesure.pk])


def done(request: HttpRequest, phrase: str, adresse: str) -> HttpResponse:
    """After an act without a page of its own."""
    messages.success(request, phrase)
    return redirect(adresse)
