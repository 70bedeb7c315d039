"""Pages that read works."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.queries import (
    CHAMPS,
    TRIS,
    count_operations,
    find_operation,
    lecture_operation,
    list_actes,
    list_financements,
    list_operations,
    load_plan,
    with_labels,
)
from cariatide.amelioration.statuts import (
    MODIFIABLES,
    ROLES_ETUDE,
    ROLES_LECTURE,
    TONS,
    StatutOperation,
)
from cariatide.amelioration.web.forms import FiltresTravaux
from cariatide.parc.models import Logement
from cariatide.partenaires.queries import list_conventions
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe, build_onglets
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("objet", "Travaux", principale=True),
    Colonne("reference", "Référence", tris=("reference", "reference_desc"), masquee=True),
    Colonne("logement__adresse", "Logement"),
    Colonne("logement__commune__nom", "Commune"),
    Colonne("statut_libelle", "État"),
    Colonne("finalite_libelle", "Finalité", masquee=True),
    Colonne("maitre_ouvrage_libelle", "Maître d’ouvrage"),
    Colonne("menage__nom_usage", "Ménage", masquee=True),
    Colonne("cout", "Coût", "euros"),
    Colonne("total_accorde", "Accordé", "euros", masquee=True),
    Colonne("etudiee_le", "Étude le", "date", tris=("anciennes", "recentes")),
    Colonne("fin_prevue", "Fin prévue", "date"),
    Colonne("achevee_le", "Achevée le", "date"),
    Colonne("louee_le", "Louée le", "date", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Référence"),
    ColonneExport("objet", "Travaux"),
    ColonneExport("convention__reference", "Convention"),
    ColonneExport("logement__reference", "Logement"),
    ColonneExport("logement__adresse", "Adresse"),
    ColonneExport("logement__commune__nom", "Commune"),
    ColonneExport("type_libelle", "Type"),
    ColonneExport("menage__reference", "Ménage"),
    ColonneExport("statut_libelle", "État"),
    ColonneExport("finalite_libelle", "Finalité"),
    ColonneExport("maitre_ouvrage_libelle", "Maître d’ouvrage"),
    ColonneExport("logement_adapte", "Logement adapté", "booleen"),
    ColonneExport("cout", "Coût", "montant"),
    ColonneExport("total_accorde", "Montant accordé", "montant"),
    ColonneExport("etudiee_le", "Étude le", "date"),
    ColonneExport("financee_le", "Financée le", "date"),
    ColonneExport("achevee_le", "Achevée le", "date"),
    ColonneExport("louee_le", "Louée le", "date"),
    ColonneExport("abandonnee_le", "Abandonnée le", "date"),
    ColonneExport("motif_abandon", "Motif de l’abandon"),
)
ETAPES = (
    ("abandonnee_le", "Opération abandonnée", "x", "bad"),
    ("louee_le", "Logement loué", "key-round", "ok"),
    ("achevee_le", "Travaux achevés", "check", "ok"),
    ("debut_travaux_le", "Travaux commencés", "hammer", ""),
    ("financee_le", "Financement constaté", "euro", ""),
    ("etudiee_le", "Étude ouverte", "search", ""),
)


def _filtres(request: HttpRequest) -> FiltresTravaux:
    conventions = [(c.pk, str(c)) for c in list_conventions(request.perimetre.jour)]
    return FiltresTravaux(request.GET, conventions=conventions)


LISTE = PageListe(
    "amelioration/liste.html",
    filtres=_filtres,
    lignes=list_operations,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    habille=with_labels,
    export=COLONNES_EXPORT,
    nom="travaux",
    libelle_export="Export des travaux",
    adresse="amelioration:liste",
)


@route(*ROLES_LECTURE)
def liste(request: HttpRequest) -> HttpResponse:
    """Works of the perimeter, by state."""
    lue = LISTE.read(request)
    counts = count_operations(request.perimetre, lue.filtres)
    onglets = build_onglets(request, lue.filtres, dict(StatutOperation.choices), counts)
    return LISTE.rend(request, lue, onglets=onglets, tons=TONS)


def _etapes(operation: OperationTravaux) -> list[dict[str, Any]]:
    """Dated steps, latest first."""
    return [
        {"date": getattr(operation, champ), "titre": titre, "symbole": symbole, "ton": ton}
        for champ, titre, symbole, ton in ETAPES
        if getattr(operation, champ)
    ]


@route(*ROLES_LECTURE, consulte=lecture_operation)
def operation(request: HttpRequest, operation_id: int) -> HttpResponse:
    """One operation: acts, steps, financing plan, home, household."""
    perimetre: Perimetre = request.perimetre
    found = find_operation(perimetre, operation_id)
    ecrit = perimetre.find_mandat(ROLES_ETUDE, found.organisation_id) is not None
    ouverte = found.statut in MODIFIABLES
    contexte = {
        "operation": found,
        "logement": found.logement,
        "menage": found.menage,
        "actes": list_actes(perimetre, found),
        "etapes": _etapes(found),
        "plan": load_plan(perimetre, found),
        "financements": list_financements(perimetre, operation_id),
        "ton": TONS[StatutOperation(found.statut)],
        "peut_modifier": ecrit and ouverte,
        "peut_retirer": ecrit and found.statut == StatutOperation.ETUDIEE,
        "voit_logement": Logement.objects.visible_to(perimetre)
        .filter(pk=found.logement_id)
        .exists(),
    }
    return rend(request, "amelioration/operation.html", contexte)
