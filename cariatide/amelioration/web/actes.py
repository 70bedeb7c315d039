"""The acts of the life of works, one route each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cariatide.amelioration.actions import DonneesActe, advance_operation
from cariatide.amelioration.lifecycle import CYCLE
from cariatide.amelioration.queries import (
    find_entree,
    find_operation,
    lecture_operation,
    list_actes,
)
from cariatide.amelioration.statuts import ROLES_TRAVAUX
from cariatide.amelioration.web.forms import FORMULAIRES
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.pages.envoi import read_version, run_form
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre

FAITS = {
    "financer": "Le financement est constaté : les travaux peuvent commencer.",
    "commencer": "Les travaux sont commencés.",
    "achever": "L’achèvement est constaté.",
    "louer": "La mise en location est constatée, à la date d’entrée du ménage.",
    "abandonner": "L’opération est abandonnée ; ses échéances sont annulées.",
}


def _introduction(operation: Any, nom: str) -> str:
    if nom == "louer":
        entree = find_entree(operation)
        if entree:
            return f"Un ménage est entré dans ce logement le {entree[1]:%d/%m/%Y}."
    return ""


def _acte(request: HttpRequest, operation_id: int, nom: str) -> HttpResponse:
    """Say why an act is refused before asking anything; else ask what it needs, and do it."""
    perimetre: Perimetre = request.perimetre
    operation = find_operation(perimetre, operation_id)
    transition = CYCLE.transitions[nom]
    actes = {e.transition.nom: e for e in list_actes(perimetre, operation)}
    if nom not in actes or actes[nom].motif:
        motif = actes[nom].motif if nom in actes else None
        raise ActeRefuse(motif or f"« {transition.libelle} » n’est plus possible.")
    initial = {"le": perimetre.jour, "fin_prevue": operation.fin_prevue}
    form: Any = bind(FORMULAIRES[nom], request, initial=initial)

    def envoi() -> HttpResponse:
        d = form.cleaned_data
        advance_operation(
            perimetre=perimetre,
            operation_id=operation_id,
            acte=nom,
            version=read_version(request),
            donnees=DonneesActe(
                le=d.get("le", perimetre.jour),
                motif=d.get("motif", ""),
                reserves=d.get("reserves", ""),
                fin_prevue=d.get("fin_prevue"),
            ),
        )
        messages.success(request, FAITS[nom])
        return redirect("amelioration:operation", operation_id)

    page = {
        "operation": operation,
        "titre": transition.libelle,
        "envoyer": transition.libelle,
        "version": operation.version,
        "introduction": _introduction(operation, nom),
        "annuler": reverse("amelioration:operation", args=[operation_id]),
    }
    return run_form(request, form, envoi, "amelioration/formulaire.html", page)


@route(*ROLES_TRAVAUX, consulte=lecture_operation)
def financer(request: HttpRequest, operation_id: int) -> HttpResponse:
    return _acte(request, operation_id, "financer")


@route(*ROLES_TRAVAUX, consulte=lecture_operation)
def commencer(request: HttpRequest, operation_id: int) -> HttpResponse:
    return _acte(request, operation_id, "commencer")


@route(*ROLES_TRAVAUX, consulte=lecture_operation)
def achever(request: HttpRequest, operation_id: int) -> HttpResponse:
    return _acte(request, operation_id, "achever")


@route(*ROLES_TRAVAUX, consulte=lecture_operation)
def louer(request: HttpRequest, operation_id: int) -> HttpResponse:
    return _acte(request, operation_id, "louer")


@route(*ROLES_TRAVAUX, consulte=lecture_operation)
def abandonner(request: HttpRequest, operation_id: int) -> HttpResponse:
    return _acte(request, operation_id, "abandonner")
