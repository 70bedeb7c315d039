"""Pages that read works."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

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
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, link, paginate, walk
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
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


def _filtres(request: HttpRequest) -> tuple[FiltresTravaux, dict[str, Any]]:
    perimetre: Perimetre = request.perimetre
    conventions = [(c.pk, str(c)) for c in list_conventions(perimetre.jour)]
    form = FiltresTravaux(request.GET, conventions=conventions)
    form.is_valid()
    return form, {k: v for k, v in form.cleaned_data.items() if v}


@route(*ROLES_LECTURE)
def liste(request: HttpRequest) -> HttpResponse:
    """Works of the perimeter, by state."""
    perimetre: Perimetre = request.perimetre
    form, filtres = _filtres(request)
    page = paginate(
        list_operations(perimetre, filtres),
        choose_tri(TRIS, request.GET.get("tri")),
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    counts = count_operations(perimetre, filtres)
    chosen = filtres.get("statut", "")
    onglets = [
        ("Toutes", link(request.GET, statut=None, curseur=None), not chosen, sum(counts.values()))
    ] + [
        (s.label, link(request.GET, statut=s.value, curseur=None), chosen == s.value, counts[s])
        for s in StatutOperation
    ]
    contexte = {
        "form": form,
        "filtres": filtres,
        "onglets": onglets,
        "page": page,
        "lignes": [with_labels(ligne) for ligne in page.lignes],
        "colonnes": COLONNES,
        "tons": TONS,
    }
    return rend(request, "amelioration/liste.html", contexte, bloc="liste")


def _lecture_export(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    return Lecture("export", 0, None, Niveau.FACTUEL, "Export des travaux")


@route(*ROLES_LECTURE, consulte=_lecture_export)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a spreadsheet."""
    _, filtres = _filtres(request)
    perimetre: Perimetre = request.perimetre
    tri = choose_tri(TRIS, request.GET.get("tri"))
    return stream_export(
        perimetre,
        nom="travaux",
        format_=request.GET.get("format", "csv"),
        colonnes=choose_colonnes(COLONNES_EXPORT, request.GET.getlist("colonne")),
        lignes=lambda: (
            with_labels(ligne) for ligne in walk(list_operations(perimetre, filtres), tri, CHAMPS)
        ),
    )


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
