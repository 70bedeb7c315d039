"""Pages that read saisines."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from cariatide.demandes.exports import COLONNES, COLONNES_EXPORT
from cariatide.demandes.queries import (
    CHAMPS,
    TRIS,
    lecture_saisine,
    list_origines,
    list_saisines,
    may_write,
)
from cariatide.demandes.statuts import ROLES_LECTEURS, StatutSaisine
from cariatide.demandes.web.forms import FiltresSaisines
from cariatide.demandes.web.page import show_saisine
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import Tri, choose_tri, paginate, walk
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre

LIBELLES_STATUT = dict(StatutSaisine.choices)
LIBELLES_DISPOSITIF = dict(TypeConvention.choices)


def _filtres(request: HttpRequest) -> tuple[FiltresSaisines, dict[str, Any]]:
    form = FiltresSaisines(request.GET, origines=list_origines(request.perimetre))
    form.is_valid()
    return form, {k: v for k, v in form.cleaned_data.items() if v}


@route(*ROLES_LECTEURS)
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Saisines of the perimeter."""
    form, filtres = _filtres(request)
    tri = choose_tri(TRIS, request.GET.get("tri"))
    page = paginate(
        list_saisines(request.perimetre, filtres),
        tri,
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {
        "form": form,
        "filtres": filtres,
        "page": page,
        "colonnes": COLONNES,
        "statuts": LIBELLES_STATUT,
        "dispositifs": LIBELLES_DISPOSITIF,
        "peut_ecrire": may_write(request.perimetre),
    }
    return rend(request, "demandes/liste.html", contexte, bloc="liste")


def _lecture_export(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    return Lecture("export", 0, None, Niveau.FACTUEL, "Export de la liste des saisines")


@route(*ROLES_LECTEURS, consulte=_lecture_export)
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a spreadsheet, with the filters and the sort of the page."""
    _, filtres = _filtres(request)
    tri = choose_tri(TRIS, request.GET.get("tri"))
    perimetre: Perimetre = request.perimetre
    return stream_export(
        perimetre,
        nom="saisines",
        format_=request.GET.get("format", "csv"),
        colonnes=choose_colonnes(COLONNES_EXPORT, request.GET.getlist("colonne")),
        lignes=lambda: _rows(perimetre, filtres, tri),
    )


def _rows(perimetre: Perimetre, filtres: dict[str, Any], tri: Tri) -> Iterator[dict[str, Any]]:
    """The rows of the list in words; the commune of a protected address is left out."""
    for ligne in walk(list_saisines(perimetre, filtres), tri, CHAMPS):
        yield {
            **ligne,
            "menage": ligne["menage__nom_usage"],
            "commune": "" if ligne["menage__adresse_protegee"] else ligne["commune__nom"],
            "dispositif": LIBELLES_DISPOSITIF.get(ligne["dispositif"], ""),
            "motifs": ", ".join(ligne["liste_motifs"]),
            "origine": ligne["origine_organisation__sigle"] or ligne["origine_organisation__nom"],
            "statut": LIBELLES_STATUT[ligne["statut"]],
        }


@route(*ROLES_LECTEURS, consulte=lecture_saisine)
@require_GET
def detail(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """The page of a saisine; that of a draft is its form."""
    return show_saisine(request, saisine_id)
