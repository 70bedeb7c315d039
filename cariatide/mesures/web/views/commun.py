"""What the acts of a measure, and of what hangs from it, have in common on their pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.mesures.lifecycle import CYCLE
from cariatide.mesures.models import Mesure
from cariatide.mesures.queries import (
    find_mesure,
    lecture_mesure,
    make_contexte,
    refuse_adhesion,
    refuse_suite,
)
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.actes import ActeSimple, done, read_version, run_simple
from cariatide.socle.pages.routes import LectureDe, route
from cariatide.socle.perimetre import Perimetre

LECTEURS = ROLES_DOSSIER
EQUIPE = (Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE)
CHEF = (Role.CHEF_DE_SERVICE,)
FINANCEUR = (Role.FINANCEUR,)
Vue = Callable[..., HttpResponse]


def mesure_url(mesure_id: int) -> str:
    return reverse("mesures:detail", args=[mesure_id])


@dataclass(frozen=True)
class Genre:
    """A kind of object whose simple acts are declared.

    cle: its name in addresses and in actions. adresse: the page that shows it.
    consulte: what the journal keeps of its pages.
    """

    cle: str
    find: Callable[[Perimetre, int], Any]
    adresse: Callable[[Any], str]
    consulte: LectureDe


MESURE = Genre("mesure_id", find_mesure, lambda m: mesure_url(m.pk), lecture_mesure)


def page_acte(request: HttpRequest, mesure: Mesure) -> dict[str, Any]:
    """What a PageActe says of the measure: where it stands, its version, the draft of this act."""
    return {
        "retour": mesure_url(mesure.pk),
        "version": mesure.version,
        "brouillon": f"mesure-{mesure.pk}-{request.resolver_match.url_name}",
        "fil": [
            ("Accompagnement", reverse("mesures:liste")),
            (mesure.reference, mesure_url(mesure.pk)),
        ],
        "surtitre": f"{mesure.menage.nom_usage} · mesure {mesure.reference}",
    }


def page_transition(request: HttpRequest, mesure: Mesure) -> dict[str, Any]:
    """The same for the transition that this route bears, with why it is refused now."""
    acte = request.resolver_match.url_name or ""
    transition = CYCLE.transitions.get(acte)
    refus = transition and CYCLE.refusal(
        transition, mesure, make_contexte(mesure, request.perimetre)
    )
    if acte == "adhesion":
        refus = refuse_adhesion(mesure)
    return {**page_acte(request, mesure), "refus": refus or ""}


def page_suite(request: HttpRequest, objet: Any, retour: str = "") -> dict[str, Any]:
    """The same for an object that hangs from a measure: its own version, draft, refusals."""
    mesure = find_mesure(request.perimetre, objet.mesure_id)
    page = page_acte(request, mesure)
    acte = (request.resolver_match.url_name or "").partition("_")[2]
    return {
        **page,
        "retour": retour or page["retour"],
        "version": objet.version,
        "brouillon": f"{page['brouillon']}-{objet.pk}",
        "refus": refuse_suite(objet, acte, mesure, request.perimetre),
    }


def acte(genre: Genre, roles: tuple[Role, ...], simple: ActeSimple) -> Vue:
    """The view of a declared act."""

    @route(*roles, consulte=genre.consulte)
    def vue(request: HttpRequest, **ids: int) -> HttpResponse:
        objet = genre.find(request.perimetre, ids[genre.cle])
        if isinstance(objet, Mesure):
            page = page_transition(request, objet)
        else:
            page = page_suite(request, objet, genre.adresse(objet))
        return run_simple(request, simple, simple.page(**page), **ids)

    return vue


def bouton(genre: Genre, roles: tuple[Role, ...], action: Callable[..., Any], phrase: str) -> Vue:
    """The view of an act that asks for nothing: a refusal is the explained page (409)."""

    @route(*roles)
    @require_POST
    def vue(request: HttpRequest, **ids: int) -> HttpResponse:
        objet = action(perimetre=request.perimetre, version=read_version(request), **ids)
        return done(request, phrase, genre.adresse(objet))

    return vue
