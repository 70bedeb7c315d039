"""Dashboard and page of an indicator: value, definition, chart with its table, rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from cariatide.bareme.queries import value as bareme
from cariatide.demandes.statuts import Axe
from cariatide.echanges.exports import Fichier, run_export
from cariatide.observatoire.actions import ROLES_PUBLICATION, freeze_valeur
from cariatide.observatoire.models import ValeurFigee
from cariatide.observatoire.queries import (
    Cible,
    Filtre,
    Ligne,
    Part,
    Resultat,
    break_down,
    compute,
    compute_monthly,
    find_cible,
    list_lignes,
)
from cariatide.observatoire.rules import (
    Periode,
    calendar_year,
    convention_years,
    describe_target,
    mask_small_cells,
    month_ends,
)
from cariatide.observatoire.statuts import Ventilation
from cariatide.partenaires.models import Convention
from cariatide.partenaires.statuts import Role, TypeConvention, TypeOrganisation
from cariatide.socle.dates import MOIS_COURTS
from cariatide.socle.graphiques import Serie, bar_chart, line_chart
from cariatide.socle.indicateurs import Agregat, Indicateur, indicateurs
from cariatide.socle.pages.actes import Fait, read_entier, run_bouton
from cariatide.socle.pages.exports import stream_export
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import ListeCourte
from cariatide.socle.pages.routes import opens, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne

TOUS = frozenset(Role)
ANNEES = 4
NOM_EXPORT = "indicateur"  # under which the columns of its rows are remembered
PAGES_PAR_OBJET = {
    "baux.occupation": "menages:detail",
    "amelioration.operation": "amelioration:operation",
    "demandes.saisine": "demandes:detail",
}
# The statements give codes; people read words.
LIBELLES = {**dict(TypeOrganisation.choices), **dict(Axe.choices)}
COLONNES = (
    Colonne("jour", "Date", "date"),
    Colonne("libelle", "Fait"),
    Colonne("commune", "Commune"),
    Colonne("axe", "Axe"),
    Colonne("origine", "Origine"),
    Colonne("valeur", "Valeur", "decimal"),
)


@dataclass(frozen=True)
class Choix:
    """What the address asks for: a period and a filter."""

    periode: Periode
    precedente: Periode | None
    filtre: Filtre
    annee: int
    rang: int | None
    convention: Convention | None


def read_choix(request: HttpRequest) -> Choix:
    """Read year, agreement and rank of its year; what is unknown is ignored."""
    jour = request.perimetre.jour
    annee = read_entier(request.GET.get("annee", ""), 0) or jour.year
    annee = annee if 1990 <= annee <= jour.year + 1 else jour.year
    convention_id = read_entier(request.GET.get("convention", ""), 0)
    convention = Convention.objects.filter(pk=convention_id).first() if convention_id else None
    filtre = Filtre(convention_id=convention.pk if convention else None)
    rang = read_entier(request.GET.get("rang", ""), 0) if convention else 0
    years = convention_years(convention.du, convention.au) if convention else []
    if rang and rang <= len(years):
        before = years[rang - 2] if rang > 1 else None
        return Choix(years[rang - 1], before, filtre, annee, rang, convention)
    return Choix(calendar_year(annee), calendar_year(annee - 1), filtre, annee, None, convention)


def list_conventions_suivies() -> list[Convention]:
    """Agreements that the indicators of this thread read."""
    return list(Convention.objects.filter(type=TypeConvention.MOUS).order_by("-du", "id"))


def _read_cartes(choix: Choix) -> list[dict[str, Any]]:
    cartes = []
    for indicateur in indicateurs:
        resultat = compute(indicateur, choix.periode, choix.filtre)
        avant = compute(indicateur, choix.precedente, choix.filtre) if choix.precedente else None
        cible = find_cible(indicateur, choix.periode, choix.filtre)
        cartes.append(
            {
                "indicateur": indicateur,
                "resultat": resultat,
                "avant": avant,
                "cible": cible,
                "position": _position(resultat, cible),
                "texte": _shown(indicateur, resultat.valeur),
            }
        )
    return cartes


def _iter_valeurs(request: HttpRequest) -> Iterator[dict[str, Any]]:
    choix = read_choix(request)
    for carte in _read_cartes(choix):
        indicateur, avant, cible = carte["indicateur"], carte["avant"], carte["cible"]
        yield {
            "code": indicateur.code,
            "libelle": indicateur.libelle,
            "unite": indicateur.unite,
            "periode": choix.periode.libelle,
            "convention": choix.convention.reference if choix.convention else "",
            "valeur": carte["resultat"].valeur,
            "avant": avant.valeur if avant else None,
            "minimum": cible.minimum,
            "maximum": cible.maximum,
            "position": carte["position"],
            "completude": carte["resultat"].completude,
        }


TABLEAU = ListeCourte(
    "indicateurs",
    "observatoire:tableau",
    "Export de la liste des indicateurs",
    (
        Colonne("code", "Code"),
        Colonne("libelle", "Indicateur"),
        Colonne("unite", "Unité"),
        Colonne("periode", "Période"),
        Colonne("convention", "Convention"),
        Colonne("valeur", "Valeur", "decimal"),
        Colonne("avant", "Période précédente", "decimal"),
        Colonne("minimum", "Objectif, au moins", "decimal"),
        Colonne("maximum", "Objectif, au plus", "decimal"),
        Colonne("position", "Situation"),
        Colonne("completude", "Complétude (part de 1)", "decimal"),
    ),
    _iter_valeurs,
)


@route(*TOUS)
def tableau(request: HttpRequest) -> HttpResponse:
    """Every indicator with its value of the year, its target and the year before."""
    choix = read_choix(request)
    contexte = {
        "cartes": _read_cartes(choix),
        "outils": TABLEAU.outils(request),
        **_choix_contexte(request, choix),
    }
    return rend(request, "observatoire/tableau.html", contexte)


def _choix_contexte(request: HttpRequest, choix: Choix) -> dict[str, Any]:
    jour = request.perimetre.jour
    years = convention_years(choix.convention.du, choix.convention.au) if choix.convention else []
    return {
        "choix": choix,
        "annees": list(range(jour.year, jour.year - ANNEES, -1)),
        "conventions": list_conventions_suivies(),
        "annees_convention": [
            (rang, periode) for rang, periode in enumerate(years, 1) if periode.debut <= jour
        ],
    }


def _shown(indicateur: Indicateur, valeur: Decimal | None) -> str:
    if valeur is None:
        return "n.c."
    nombre = f"{valeur:.0f}" if valeur == valeur.to_integral_value() else f"{valeur:.1f}"
    return nombre.replace(".", ",")


def _position(resultat: Resultat, cible: Cible) -> str:
    valeur = float(resultat.valeur) if resultat.valeur is not None else None
    return describe_target(valeur, cible.minimum, cible.maximum)


def _find(code: str) -> Indicateur:
    indicateur = indicateurs.find(code)
    if indicateur is None:
        raise Http404(f"Aucun indicateur ne porte le code « {code} ».")
    return indicateur


@route(*TOUS)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator, explained and opened."""
    indicateur, perimetre = _find(code), request.perimetre
    choix = read_choix(request)
    resultat = compute(indicateur, choix.periode, choix.filtre)
    cible = find_cible(indicateur, choix.periode, choix.filtre)
    contexte = {
        "indicateur": indicateur,
        "resultat": resultat,
        "texte": _shown(indicateur, resultat.valeur),
        "cible": cible,
        "position": _position(resultat, cible),
        "mensuel": _monthly(indicateur, choix, cible, perimetre),
        "annuel": _yearly(indicateur, choix, perimetre),
        "ventilations": [
            _breakdown(indicateur, choix, v, perimetre) for v in indicateur.ventilations
        ],
        "figees": list(
            ValeurFigee.objects.filter(
                code=code,
                debut=choix.periode.debut,
                fin=choix.periode.fin,
                convention_id=choix.filtre.convention_id,
            ).order_by("-revision")
        ),
        "peut_figer": perimetre.has_role(*ROLES_PUBLICATION) and choix.periode.fin < perimetre.jour,
        **_rows_contexte(request, perimetre, indicateur, choix),
        **_choix_contexte(request, choix),
    }
    return rend(request, "observatoire/indicateur.html", contexte)


def _rows_contexte(
    request: HttpRequest, perimetre: Perimetre, indicateur: Indicateur, choix: Choix
) -> dict[str, Any]:
    lignes = list_lignes(
        perimetre,
        indicateur,
        choix.periode,
        choix.filtre,
        read_entier(request.GET.get("page", ""), 0) or 1,
    )
    return {
        "lignes": lignes,
        "liens": [_link(perimetre, ligne) for ligne in lignes.visibles],
        "mots": LIBELLES,
    }


def _link(perimetre: Perimetre, ligne: Ligne) -> str:
    """The page of the object behind a line, when this person opens it."""
    nom = PAGES_PAR_OBJET.get(ligne.objet_type, "")
    pk = ligne.menage_id if nom == "menages:detail" else ligne.objet_id
    try:
        adresse = reverse(nom, args=[pk]) if nom and pk else ""
    except NoReverseMatch:
        return ""
    return adresse if opens(perimetre, adresse) else ""


def _monthly(
    indicateur: Indicateur, choix: Choix, cible: Cible, perimetre: Perimetre
) -> dict[str, Any]:
    mois = month_ends(choix.periode)
    labels = [MOIS_COURTS[fin.month - 1] for fin in mois]
    now = compute_monthly(indicateur, choix.periode, choix.filtre, perimetre.jour)
    series = [Serie(choix.periode.libelle, now)]
    before: list[Decimal | None] = []
    if choix.precedente:
        before = compute_monthly(indicateur, choix.precedente, choix.filtre)[: len(mois)]
        before += [None] * (len(mois) - len(before))
        series.append(Serie(choix.precedente.libelle, before))
    titre = f"{indicateur.libelle}, cumul mensuel {choix.periode.libelle}"
    svg = line_chart(
        series,
        labels,
        title=titre,
        desc=f"Valeur cumulée à la fin de chaque mois, en {indicateur.unite}.",
        target_min=cible.minimum if indicateur.agregat == Agregat.DISTINCT else None,
        target_max=(cible.maximum or cible.minimum)
        if indicateur.agregat == Agregat.DISTINCT
        else None,
    )
    table = [
        (label, _shown(indicateur, n) if n is not None else "—",
         _shown(indicateur, b) if b is not None else "—")
        for label, n, b in zip(labels, now, before or [None] * len(labels), strict=True)
    ]  # fmt: skip
    return {"svg": svg, "table": table}


def _yearly(indicateur: Indicateur, choix: Choix, perimetre: Perimetre) -> dict[str, Any]:
    years = [calendar_year(perimetre.jour.year - i) for i in range(ANNEES - 1, -1, -1)]
    values = [compute(indicateur, periode, choix.filtre) for periode in years]
    svg = bar_chart(
        [Serie("Valeur", [v.valeur for v in values])],
        [p.libelle for p in years],
        title=f"{indicateur.libelle}, par année",
        desc=f"Valeur de chaque année civile, en {indicateur.unite}. La dernière est en cours.",
    )
    table = [
        (p.libelle, _shown(indicateur, v.valeur), v.completude)
        for p, v in zip(years, values, strict=True)
    ]
    return {"svg": svg, "table": table}


def _breakdown(
    indicateur: Indicateur, choix: Choix, ventilation: str, perimetre: Perimetre
) -> dict[str, Any]:
    parts = break_down(indicateur, choix.periode, ventilation, choix.filtre)
    masked = not any(m.niveau_max >= Niveau.FACTUEL for m in perimetre.mandats)
    if masked:
        parts = _mask(parts, int(bareme("statistiques.seuil_secret", le=perimetre.jour).valeur))
    return {
        "libelle": Ventilation(ventilation).label,
        "parts": [
            (
                LIBELLES.get(p.libelle, p.libelle),
                "secret" if p.effectif < 0 else _shown(indicateur, p.valeur),
            )
            for p in parts
        ],
        "masque": masked,
    }


def _mask(parts: Iterable[Part], seuil: int) -> list[Part]:
    found = list(parts)
    cells = mask_small_cells([p.effectif for p in found], seuil)
    return [
        p if cell is not None else Part(p.libelle, None, -1)
        for p, cell in zip(found, cells, strict=True)
    ]


@route(*TOUS)
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The rows behind the number, within the perimeter, once said what for."""
    indicateur, choix = _find(code), read_choix(request)
    perimetre: Perimetre = request.perimetre
    retour = reverse("observatoire:indicateur", args=[indicateur.code])
    fichier = Fichier(
        nom=NOM_EXPORT,
        libelle=f"Lignes de l’indicateur {indicateur.code}, {choix.periode.libelle}",
        niveau=Niveau.FACTUEL,
        colonnes=COLONNES,
        retour=f"{retour}?{request.GET.urlencode()}" if request.GET else retour,
        send=lambda colonnes, format_: stream_export(
            perimetre,
            nom=f"indicateur-{indicateur.code}",
            format_=format_,
            colonnes=colonnes,
            lignes=lambda: _iter_lignes(perimetre, indicateur, choix),
        ),
    )
    return run_export(request, fichier)


def _iter_lignes(
    perimetre: Perimetre, indicateur: Indicateur, choix: Choix
) -> Iterable[dict[str, Any]]:
    numero = 1
    while True:
        lignes = list_lignes(perimetre, indicateur, choix.periode, choix.filtre, numero)
        for ligne in lignes.visibles:
            cells = {c.code: getattr(ligne, c.code) for c in COLONNES}
            yield {code: LIBELLES.get(v, v) for code, v in cells.items()}
        if numero >= lignes.pages:
            return
        numero += 1


@route(*ROLES_PUBLICATION)
@require_POST
def figer(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the value of a finished period."""
    indicateur, choix = _find(code), read_choix(request)

    def envoi() -> Fait:
        valeur = freeze_valeur(
            perimetre=request.perimetre,
            code=indicateur.code,
            periode=choix.periode,
            convention_id=choix.filtre.convention_id,
            motif=request.POST.get("motif", "")[:300],
        )
        return Fait(f"La valeur de {choix.periode.libelle} est figée (révision {valeur.revision}).")

    retour = reverse("observatoire:indicateur", args=[indicateur.code])
    return run_bouton(request, f"{retour}?{request.GET.urlencode()}", envoi)
