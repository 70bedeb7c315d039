"""Pages that read saisines."""

from typing import Any

from django.http import HttpRequest, HttpResponse
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
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route

LIBELLES_STATUT = dict(StatutSaisine.choices)
LIBELLES_DISPOSITIF = dict(TypeConvention.choices)


def _in_words(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of the export; the commune of a protected address is left out."""
    return {
        **ligne,
        "menage": ligne["menage__nom_usage"],
        "commune": "" if ligne["menage__adresse_protegee"] else ligne["commune__nom"],
        "dispositif": LIBELLES_DISPOSITIF.get(ligne["dispositif"], ""),
        "motifs": ", ".join(ligne["liste_motifs"]),
        "origine": ligne["origine_organisation__sigle"] or ligne["origine_organisation__nom"],
        "statut": LIBELLES_STATUT[ligne["statut"]],
    }


LISTE = PageListe(
    "demandes/liste.html",
    filtres=lambda r: FiltresSaisines(r.GET, origines=list_origines(r.perimetre)),
    lignes=list_saisines,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    nom="saisines",
    libelle_export="Export de la liste des saisines",
    habille_export=_in_words,
    adresse="demandes:liste",
)


@route(*ROLES_LECTEURS)
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Saisines of the perimeter."""
    return LISTE.show(
        request,
        statuts=LIBELLES_STATUT,
        dispositifs=LIBELLES_DISPOSITIF,
        peut_ecrire=may_write(request.perimetre),
    )


@route(*ROLES_LECTEURS, consulte=lecture_saisine, exception=True)
@require_GET
def detail(request: HttpRequest, saisine_id: int) -> HttpResponse:
    """The page of a saisine; that of a draft is its form."""
    return show_saisine(request, saisine_id)
