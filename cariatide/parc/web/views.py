"""Pages that read homes."""

from django.http import HttpRequest, HttpResponse

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
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
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


LISTE = PageListe(
    "parc/liste.html",
    filtres=lambda request: FiltresLogements(request.GET),
    lignes=list_logements,
    tris=TRIS_LOGEMENTS,
    champs=CHAMPS_LOGEMENTS,
    colonnes=COLONNES,
    habille=with_labels,
    export=COLONNES_EXPORT,
    nom="logements",
    libelle_export="Export de la liste des logements",
    adresse="parc:liste",
)


@route(*ROLES_PARC)
def liste(request: HttpRequest) -> HttpResponse:
    """Homes of the perimeter."""
    return LISTE.show(request)


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
        "peut_diagnostiquer": perimetre.find_mandat(ROLES_DIAGNOSTIC, organisation_id) is not None,
    }
    return rend(request, "parc/logement.html", contexte)
