"""Pages that read homes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cariatide.parc.queries import (
    CHAMPS_LOGEMENTS,
    TRIS_LOGEMENTS,
    build_fiche,
    lecture_logement,
    list_logements,
    with_labels,
)
from cariatide.parc.rules import describe_etats
from cariatide.parc.statuts import ROLES_DIAGNOSTIC, ROLES_PARC
from cariatide.parc.web.forms import FiltresLogements
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate, walk
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("adresse", "Adresse", tris=("adresse", "adresse_desc"), principale=True),
    Colonne("commune__nom", "Commune"),
    Colonne("reference", "Référence"),
    Colonne("type_libelle", "Type"),
    Colonne("categorie_libelle", "Catégorie", masquee=True),
    Colonne("proprietaire_nom", "Propriétaire"),
    Colonne("surface", "Surface (m²)", "nombre"),
    Colonne("loyer", "Loyer", "euros"),
    Colonne("charges", "Charges", "euros", masquee=True),
    Colonne("dpe", "DPE"),
    Colonne("offre_libelle", "Offre"),
    Colonne("cree_le", "Enregistré le", "date", tris=("anciens", "recents"), masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Référence"),
    ColonneExport("adresse", "Adresse"),
    ColonneExport("complement", "Complément"),
    ColonneExport("code_postal", "Code postal"),
    ColonneExport("commune__nom", "Commune"),
    ColonneExport("type_libelle", "Type"),
    ColonneExport("categorie_libelle", "Catégorie"),
    ColonneExport("proprietaire_nom", "Propriétaire"),
    ColonneExport("surface", "Surface (m²)", "decimal"),
    ColonneExport("loyer", "Loyer", "montant"),
    ColonneExport("charges", "Charges", "montant"),
    ColonneExport("dpe", "Étiquette énergie"),
    ColonneExport("offre_libelle", "Offre"),
    ColonneExport("cree_le", "Enregistré le", "date"),
)


def _filtres(request: HttpRequest) -> tuple[FiltresLogements, dict[str, Any]]:
    form = FiltresLogements(request.GET)
    form.is_valid()
    return form, {k: v for k, v in form.cleaned_data.items() if v}


@route(*ROLES_PARC)
def liste(request: HttpRequest) -> HttpResponse:
    """Homes of the perimeter."""
    form, filtres = _filtres(request)
    page = paginate(
        list_logements(request.perimetre, filtres),
        choose_tri(TRIS_LOGEMENTS, request.GET.get("tri")),
        CHAMPS_LOGEMENTS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    contexte = {
        "form": form,
        "filtres": filtres,
        "page": page,
        "lignes": [with_labels(ligne) for ligne in page.lignes],
        "colonnes": COLONNES,
    }
    return rend(request, "parc/liste.html", contexte, bloc="liste")


def _lecture_export(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    return Lecture("export", 0, None, Niveau.FACTUEL, "Export de la liste des logements")


@route(*ROLES_PARC, consulte=_lecture_export)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a spreadsheet, with the filters and the sort of the page."""
    _, filtres = _filtres(request)
    tri = choose_tri(TRIS_LOGEMENTS, request.GET.get("tri"))
    perimetre: Perimetre = request.perimetre
    return stream_export(
        perimetre,
        nom="logements",
        format_=request.GET.get("format", "csv"),
        colonnes=choose_colonnes(COLONNES_EXPORT, request.GET.getlist("colonne")),
        lignes=lambda: (
            with_labels(ligne)
            for ligne in walk(list_logements(perimetre, filtres), tri, CHAMPS_LOGEMENTS)
        ),
    )


@route(*ROLES_PARC, consulte=lecture_logement)
def logement(request: HttpRequest, logement_id: int) -> HttpResponse:
    """One home: what it is, whose it is, what was seen, who lives there, which works."""
    perimetre: Perimetre = request.perimetre
    fiche = build_fiche(perimetre, logement_id)
    organisation_id = fiche.logement.organisation_id
    contexte = {
        "fiche": fiche,
        "logement": fiche.logement,
        "etats": lambda vus: describe_etats([e.etat for e in vus]),
        "peut_ecrire": perimetre.find_mandat(ROLES_PARC, organisation_id) is not None,
        "peut_diagnostiquer": perimetre.find_mandat(ROLES_DIAGNOSTIC, organisation_id) is not None,
    }
    return rend(request, "parc/logement.html", contexte)
