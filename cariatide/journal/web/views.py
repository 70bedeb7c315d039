"""Acts and reads for the data-protection officer; dead letters for the technician."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cariatide.journal.queries import (
    TRIS,
    TRIS_LIVRAISONS,
    filter_consultations,
    filter_evenements,
    list_abandonnees,
)
from cariatide.journal.relance import retry_livraison, retry_toutes
from cariatide.journal.statuts import ROLES_DES_LIVRAISONS, ROLES_DU_JOURNAL
from cariatide.journal.web.forms import FiltresActes, FiltresConsultations, FiltresJournal
from cariatide.journal.web.presentation import describe_changements
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate, walk
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

_QUAND = Colonne("horodatage", "Quand", "heure", tris=("ancien", "recent"))
COLONNES_ACTES = (
    _QUAND,
    Colonne("nom", "Acte", principale=True),
    Colonne("acteur", "Par"),
    Colonne("organisation", "Pour"),
    Colonne("libelle", "Sur"),
    Colonne("donnees", "Changements"),
    Colonne("role", "Rôle", masquee=True),
    Colonne("objet_type", "Objet", masquee=True),
)
CHAMPS_ACTES = ("pk", "objet_id", "menage_id", "niveau", *(c.code for c in COLONNES_ACTES))
COLONNES_CONSULTATIONS = (
    _QUAND,
    Colonne("acteur", "Par", principale=True),
    Colonne("organisation", "Pour"),
    Colonne("libelle", "Lu"),
    Colonne("niveau", "Niveau"),
    Colonne("route", "Page"),
    Colonne("role", "Rôles", masquee=True),
    Colonne("objet_type", "Objet", masquee=True),
)
CHAMPS_CONSULTATIONS = ("pk", "objet_id", *(c.code for c in COLONNES_CONSULTATIONS))
_EXPORT = (
    ColonneExport("horodatage", "Quand", "date_heure"),
    ColonneExport("acteur", "Par"),
    ColonneExport("organisation", "Organisation"),
    ColonneExport("role", "Rôle"),
    ColonneExport("objet_type", "Objet"),
    ColonneExport("objet_id", "Numéro de l’objet", "entier"),
    ColonneExport("libelle", "Libellé"),
    ColonneExport("niveau", "Niveau", "entier"),
)
EXPORT_ACTES = (*_EXPORT, ColonneExport("nom", "Acte"))
EXPORT_CONSULTATIONS = (*_EXPORT, ColonneExport("route", "Page"))


def _filtres(form: FiltresJournal) -> dict[str, Any]:
    form.is_valid()
    return {k: v for k, v in form.cleaned_data.items() if v}


def _page(
    request: HttpRequest,
    form: FiltresJournal,
    rows: Callable[[dict[str, Any]], QuerySet[Any]],
    champs: tuple[str, ...],
    contexte: dict[str, Any],
    gabarit: str,
) -> HttpResponse:
    filtres = _filtres(form)
    page = paginate(
        rows(filtres),
        choose_tri(TRIS, request.GET.get("tri")),
        champs,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {"form": form, "page": page, "filtres": filtres, **contexte}
    return rend(request, gabarit, contexte, bloc="liste")


def _export(
    request: HttpRequest,
    form: FiltresJournal,
    nom: str,
    rows: Callable[[dict[str, Any]], QuerySet[Any]],
    colonnes: tuple[ColonneExport, ...],
) -> HttpResponseBase:
    filtres = _filtres(form)
    choisies = choose_colonnes(colonnes, request.GET.getlist("colonne"))
    tri = choose_tri(TRIS, request.GET.get("tri"))
    return stream_export(
        request.perimetre,  # type: ignore[attr-defined]
        nom=nom,
        format_=request.GET.get("format", "csv"),
        colonnes=choisies,
        lignes=lambda: walk(rows(filtres), tri, [c.code for c in choisies]),
    )


def _lecture(libelle: str) -> Callable[[Perimetre, dict[str, Any]], Lecture]:
    """An export of the journal is a read that the journal keeps."""

    def lecture(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
        return Lecture("export", 0, None, Niveau.FACTUEL, libelle)

    return lecture


@route(*ROLES_DU_JOURNAL)
def actes(request: HttpRequest) -> HttpResponse:
    """Every write of the platform."""
    contexte = {"colonnes": COLONNES_ACTES, "changements": describe_changements}
    form = FiltresActes(request.GET)
    return _page(request, form, filter_evenements, CHAMPS_ACTES, contexte, "journal/actes.html")


@route(*ROLES_DU_JOURNAL, consulte=_lecture("Export du journal des actes"))
def export_actes(request: HttpRequest) -> HttpResponseBase:
    """The writes as a spreadsheet, with the filters of the page."""
    form = FiltresActes(request.GET)
    return _export(request, form, "journal-actes", filter_evenements, EXPORT_ACTES)


@route(*ROLES_DU_JOURNAL)
def consultations(request: HttpRequest) -> HttpResponse:
    """Every read of a household's data."""
    contexte = {"colonnes": COLONNES_CONSULTATIONS, "niveaux": {int(n): n for n in Niveau}}
    form = FiltresConsultations(request.GET)
    gabarit = "journal/consultations.html"
    return _page(request, form, filter_consultations, CHAMPS_CONSULTATIONS, contexte, gabarit)


@route(*ROLES_DU_JOURNAL, consulte=_lecture("Export du journal des consultations"))
def export_consultations(request: HttpRequest) -> HttpResponseBase:
    """The reads as a spreadsheet, with the filters of the page."""
    form = FiltresConsultations(request.GET)
    nom = "journal-consultations"
    return _export(request, form, nom, filter_consultations, EXPORT_CONSULTATIONS)


@route(*ROLES_DES_LIVRAISONS)
def livraisons(request: HttpRequest) -> HttpResponse:
    """Deliveries given up: what failed, how often, and one button to try again.

    The technician sees which event and why, not on whom: no label of the event.
    """
    page = paginate(
        list_abandonnees(),
        TRIS_LIVRAISONS[0],
        ("pk", "consommateur", "tentatives", "erreur", "evenement_id", "evenement__nom",
         "evenement__horodatage", "evenement__objet_type", "evenement__objet_id"),
        curseur=request.GET.get("curseur"),
    )  # fmt: skip
    return rend(request, "journal/livraisons.html", {"page": page})


@route(*ROLES_DES_LIVRAISONS)
@require_POST
def relancer(request: HttpRequest, livraison_id: int) -> HttpResponse:
    """Try one again."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    try:
        livraison = retry_livraison(perimetre=perimetre, livraison_id=livraison_id)
    except ErreurMetier as erreur:
        messages.error(request, erreur.message)
    else:
        messages.success(
            request, f"La livraison à « {livraison.consommateur} » repart au prochain tour."
        )
    return redirect("journal:livraisons")


@route(*ROLES_DES_LIVRAISONS)
@require_POST
def tout_relancer(request: HttpRequest) -> HttpResponse:
    """Try all of them again."""
    nombre = retry_toutes(perimetre=request.perimetre)  # type: ignore[attr-defined]
    messages.success(
        request,
        "Aucune livraison n’était en panne."
        if not nombre
        else "La livraison repart."
        if nombre == 1
        else f"Les {nombre} livraisons repartent.",
    )
    return redirect("journal:livraisons")
