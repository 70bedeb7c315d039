"""Pages that read occupations."""

from django.http import HttpRequest, HttpResponse

from cariatide.baux.queries import (
    CHAMPS,
    TRIS,
    find_occupation,
    lecture_occupation,
    list_occupations,
    with_labels,
)
from cariatide.baux.rules import describe_periode
from cariatide.baux.statuts import ROLES_BAUX, ROLES_LECTURE
from cariatide.baux.web.forms import FiltresOccupations
from cariatide.parc.models import Logement
from cariatide.partenaires.queries import list_conventions
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("menage__nom_usage", "Ménage", tris=("menage", "menage_desc"), principale=True),
    Colonne("logement__adresse", "Logement"),
    Colonne("logement__commune__nom", "Commune"),
    Colonne("type_libelle", "Type"),
    Colonne("nature_libelle", "Titre"),
    Colonne("entree_par", "Entrée"),
    Colonne("entree_le", "Entrée le", "date", tris=("anciennes", "recentes")),
    Colonne("sortie_le", "Sortie le", "date"),
    Colonne("convention__reference", "Convention", masquee=True),
    Colonne("loyer", "Loyer", "euros", masquee=True),
    Colonne("charges", "Charges", "euros", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("menage__reference", "Ménage"),
    ColonneExport("menage__nom_usage", "Nom"),
    ColonneExport("logement__reference", "Logement"),
    ColonneExport("logement__adresse", "Adresse"),
    ColonneExport("logement__commune__nom", "Commune"),
    ColonneExport("type_libelle", "Type"),
    ColonneExport("nature_libelle", "Titre"),
    ColonneExport("entree_par", "Entrée"),
    ColonneExport("convention__reference", "Convention"),
    ColonneExport("date_signature", "Signé le", "date"),
    ColonneExport("entree_le", "Entrée le", "date"),
    ColonneExport("sortie_le", "Sortie le", "date"),
    ColonneExport("loyer", "Loyer", "montant"),
    ColonneExport("charges", "Charges", "montant"),
)


def _filtres(request: HttpRequest) -> FiltresOccupations:
    conventions = [(c.pk, str(c)) for c in list_conventions(request.perimetre.jour)]
    return FiltresOccupations(request.GET, conventions=conventions)


LISTE = PageListe(
    "baux/liste.html",
    filtres=_filtres,
    lignes=list_occupations,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    habille=with_labels,
    export=COLONNES_EXPORT,
    nom="occupations",
    libelle_export="Export des entrées dans un logement",
    adresse="baux:liste",
)


@route(*ROLES_LECTURE)
def liste(request: HttpRequest) -> HttpResponse:
    """Entries of households into homes."""
    return LISTE.show(request)


@route(*ROLES_LECTURE, consulte=lecture_occupation)
def occupation(request: HttpRequest, occupation_id: int) -> HttpResponse:
    """One occupation: who, where, by what title, from when to when."""
    perimetre: Perimetre = request.perimetre
    found = find_occupation(perimetre, occupation_id)
    contexte = {
        "occupation": found,
        "menage": found.menage,
        "logement": found.logement,
        "periode": describe_periode(found.entree_le, found.sortie_le),
        "voit_logement": Logement.objects.visible_to(perimetre)
        .filter(pk=found.logement_id)
        .exists(),
        "peut_ecrire": perimetre.has_role(*ROLES_BAUX),
        "peut_corriger": perimetre.find_mandat(ROLES_BAUX, found.organisation_id) is not None,
    }
    return rend(request, "baux/occupation.html", contexte)
