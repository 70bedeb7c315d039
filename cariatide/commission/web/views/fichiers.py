"""Files of the commissions: the calendar as a spreadsheet, the notifications to print."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cariatide.commission.documents import print_notifications
from cariatide.commission.queries import (
    CHAMPS,
    TRIS,
    find_seance,
    lectures_notifications,
    list_seances,
)
from cariatide.commission.statuts import StatutSeance
from cariatide.commission.web.forms import FiltresSeances
from cariatide.commission.web.views.commun import ROLES_INSTANCE, send_pdf
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.listes import choose_tri, walk
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne

COLONNES = (
    Colonne("le", "Date", "date"),
    Colonne("heure", "Heure"),
    Colonne("instance__nom", "Instance"),
    Colonne("lieu", "Lieu"),
    Colonne("statut", "État"),
    Colonne("inscrits", "Dossiers", "entier"),
    Colonne("decides", "Décisions", "entier"),
)


def _lecture_export(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    return Lecture("export", 0, None, Niveau.AGREGE, "Export du calendrier des séances")


@route(*ROLES_INSTANCE, consulte=_lecture_export)
def export(request: HttpRequest) -> HttpResponseBase:
    """The calendar as a spreadsheet, with the filters and the sort of the page."""
    perimetre: Perimetre = request.perimetre
    form = FiltresSeances(request.GET)
    filtres = {k: v for k, v in form.cleaned_data.items() if v} if form.is_valid() else {}
    tri = choose_tri(TRIS, request.GET.get("tri"))

    def lignes() -> Iterator[dict[str, Any]]:
        for ligne in walk(list_seances(perimetre, filtres), tri, CHAMPS):
            heure, statut = f"{ligne['heure']:%H:%M}", StatutSeance(ligne["statut"]).label
            yield {**ligne, "heure": heure, "statut": statut}

    return stream_export(
        perimetre,
        nom="seances",
        format_=request.GET.get("format", "csv"),
        colonnes=choose_colonnes(COLONNES, request.GET.getlist("colonne")),
        lignes=lignes,
    )


@route(Role.SECRETARIAT, consulte=lectures_notifications)
def notifications(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Every notification issued for a session, in one file to print."""
    seance = find_seance(request.perimetre, seance_id)
    pdf = print_notifications(request.perimetre, seance)
    return send_pdf(pdf, f"notifications-{seance.le.isoformat()}.pdf")
