"""Pages that read measures."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.demandes.statuts import Axe
from cariatide.mesures.models import Mesure
from cariatide.mesures.queries import (
    CHAMPS,
    TRIS,
    add_retards,
    build_fiche,
    count_portefeuilles,
    lecture_mesure,
    list_bilans_a_valider,
    list_diagnostics_a_valider,
    list_inactives,
    list_mesures,
    list_mesures_a_accorder,
    list_referents,
    list_renouvellements_a_accorder,
    list_renouvellements_a_valider,
    list_reorientations_a_decider,
    list_transferts,
)
from cariatide.mesures.rules_reorientation import find_demandeur
from cariatide.mesures.statuts import Presence, StatutMesure
from cariatide.mesures.web.forms import FiltresMesures
from cariatide.mesures.web.views.commun import EQUIPE, LECTEURS
from cariatide.partenaires.models import Convention
from cariatide.partenaires.statuts import Role, TypeConvention
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, paginate
from cariatide.socle.pages.page_liste import ListeCourte, PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("menage__nom_usage", "Ménage", tris=("nom", "nom_desc"), principale=True),
    Colonne("reference", "Référence"),
    Colonne("dispositif", "Dispositif"),
    Colonne("axe", "Axe"),
    Colonne("statut", "État"),
    Colonne("referent__nom", "Référent"),
    Colonne("menage__commune__nom", "Commune"),
    Colonne("fin_prevue", "Terme", "date", tris=("terme", "terme_desc")),
    Colonne("convention__reference", "Convention", masquee=True),
    Colonne("ouverte_le", "Ouverte le", "date", tris=("anciennes", "recentes"), masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Référence"),
    ColonneExport("menage__nom_usage", "Ménage"),
    ColonneExport("dispositif", "Dispositif"),
    ColonneExport("axe", "Axe"),
    ColonneExport("statut", "État"),
    ColonneExport("referent__nom", "Référent"),
    ColonneExport("convention__reference", "Convention"),
    ColonneExport("ouverte_le", "Ouverte le", "date"),
    ColonneExport("fin_prevue", "Terme", "date"),
)
INACTIVITE_JOURS = 60  # shown with the list, a reading aid and no rule
SIGLES = {t.value: t.value.upper() for t in TypeConvention if len(t.value) <= 4}
TONS = {
    StatutMesure.PRESCRITE: "info",
    StatutMesure.ACCORDEE: "info",
    StatutMesure.PROPOSEE: "info",
    StatutMesure.ADHEREE: "info",
    StatutMesure.ACTIVE: "ok",
    StatutMesure.RENOUVELEE: "ok",
    StatutMesure.SUSPENDUE: "warn",
    StatutMesure.BILAN_DU: "warn",
    StatutMesure.REFUSEE: "bad",
}


def _filtres(request: HttpRequest) -> FiltresMesures:
    perimetre: Perimetre = request.perimetre
    seen = Mesure.objects.visible_to(perimetre).order_by()
    conventions = Convention.objects.filter(pk__in=seen.values("convention_id"))
    referents: list[tuple[int, str]] = []
    for mandat in perimetre.mandats:
        if mandat.role in EQUIPE:
            people = list_referents(mandat.organisation_id, perimetre.jour)
            referents += [(u.pk, u.nom_complet) for u in people]
    return FiltresMesures(
        request.GET,
        referents=referents,
        conventions=[(c.pk, c.reference) for c in conventions.order_by("reference")],
    )


def in_words(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row for the file and for paper, as the screen tells it."""
    nom = f"{ligne['referent__prenom']} {ligne['referent__nom']}"
    return ligne | {
        "statut": StatutMesure(ligne["statut"]).label,
        "dispositif": TypeConvention(ligne["dispositif"]).label,
        "axe": Axe(ligne["axe"]).label,
        "referent__nom": nom if ligne["referent__nom"] else "",
    }


LISTE = PageListe(
    "mesures/liste.html",
    filtres=_filtres,
    lignes=list_mesures,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    habille_export=in_words,
    nom="mesures",
    libelle_export="Export de la liste des mesures",
    adresse="mesures:liste",
)
CHARGE = ListeCourte(
    "charge-de-l-equipe",
    "mesures:portefeuille",
    "Export de la charge de l’équipe",
    (
        ColonneExport("referent", "Référent"),
        ColonneExport("total", "Ouvertes", "entier"),
        ColonneExport("actives", "En cours", "entier"),
        ColonneExport("a_terme", "Terme sous 30 jours", "entier"),
        ColonneExport("en_retard", "Terme dépassé", "entier"),
        ColonneExport("echeances_en_retard", "Échéances en retard", "entier"),
    ),
    lambda request: map(describe_charge, read_charges(request.perimetre)),
)
# Labels of the codes that rows of dicts hold.
LIBELLES = {
    "statuts": dict(StatutMesure.choices),
    "dispositifs": dict(TypeConvention.choices),
    "tons": TONS,
    "sigles": SIGLES,
}


@route(*LECTEURS)
def liste(request: HttpRequest) -> HttpResponse:
    """Measures of the perimeter."""
    return LISTE.show(request, equipe=request.perimetre.has_role(*EQUIPE), **LIBELLES)


def read_charges(perimetre: Perimetre) -> list[dict[str, Any]]:
    """The load of each référent, for a head of service alone."""
    if not perimetre.has_role(Role.CHEF_DE_SERVICE):
        return []
    return add_retards(perimetre, count_portefeuilles(perimetre))


def describe_charge(charge: dict[str, Any]) -> dict[str, Any]:
    nom = f"{charge['referent__prenom']} {charge['referent__nom']}"
    return charge | {"referent": nom if charge["referent_id"] else "À désigner"}


@route(*EQUIPE)
def portefeuille(request: HttpRequest) -> HttpResponse:
    """One's own measures, and the load of the team for its head of service."""
    perimetre: Perimetre = request.perimetre
    filtres = {"referent": perimetre.utilisateur_id}
    tri = choose_tri(TRIS, request.GET.get("tri"))
    page = paginate(
        list_mesures(perimetre, filtres),
        tri,
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    depuis = perimetre.jour - timedelta(days=INACTIVITE_JOURS)
    inactives = list_inactives(perimetre, depuis)
    chef = perimetre.has_role(Role.CHEF_DE_SERVICE)
    if not chef:
        inactives = inactives.filter(referent_id=perimetre.utilisateur_id)
    contexte = {
        "page": page,
        "colonnes": COLONNES,
        "charges": read_charges(perimetre),
        "outils": CHARGE.outils(request) if chef else [],
        "transferts": list(list_transferts(perimetre)[:50]),
        "inactives": list(inactives.select_related("menage").order_by("terme", "pk")[:10]),
        "depuis": depuis,
        **LIBELLES,
    }
    return rend(request, "mesures/portefeuille.html", contexte, bloc="liste")


@route(Role.CHEF_DE_SERVICE, Role.FINANCEUR)
def decisions(request: HttpRequest) -> HttpResponse:
    """What waits for the head of service, or for the funder."""
    perimetre: Perimetre = request.perimetre
    chef = perimetre.has_role(Role.CHEF_DE_SERVICE)
    financeur = perimetre.has_role(Role.FINANCEUR)
    contexte = {
        "chef": chef,
        "financeur": financeur,
        "bilans": list(list_bilans_a_valider(perimetre)[:100]) if chef else [],
        "diagnostics": list(list_diagnostics_a_valider(perimetre)[:100]) if chef else [],
        "renouvellements": list(list_renouvellements_a_valider(perimetre)[:100]) if chef else [],
        "accords": list(list_mesures_a_accorder(perimetre)[:100]) if financeur else [],
        "prolongations": (
            list(list_renouvellements_a_accorder(perimetre)[:100]) if financeur else []
        ),
        "reorientations": (
            list(list_reorientations_a_decider(perimetre)[:100]) if financeur else []
        ),
    }
    return rend(request, "mesures/decisions.html", contexte)


def _fiche(request: HttpRequest, mesure_id: int, gabarit: str, tous: bool) -> HttpResponse:
    perimetre: Perimetre = request.perimetre
    fiche = build_fiche(perimetre, mesure_id, tous_les_entretiens=tous)
    mesure = fiche.mesure
    equipe = perimetre.find_mandat(EQUIPE, mesure.operateur_id) is not None
    contexte = {
        "fiche": fiche,
        "mesure": mesure,
        "equipe": equipe,
        "ecrit": equipe and fiche.lit_social,
        "demandeur": fiche.lit_social and find_demandeur(mesure, perimetre) is not None,
        "chef": perimetre.find_mandat({Role.CHEF_DE_SERVICE}, mesure.operateur_id) is not None,
        "financeur": perimetre.find_mandat({Role.FINANCEUR}, mesure.convention.commanditaire_id)
        is not None,
        "rencontres": sum(n for p, n in fiche.presences.items() if p != Presence.SANS_OBJET),
        "bilan_presences": _describe_presences(fiche.presences),
        "tons": TONS,
    }
    return rend(request, gabarit, contexte)


def _describe_presences(presences: dict[str, int]) -> str:
    """« 4 rencontres prévues, dont 1 manquée et 1 excusée. »"""
    total = sum(n for p, n in presences.items() if p != Presence.SANS_OBJET)
    if not total:
        return ""
    parts = [
        f"{n} {mot}{'s' if n > 1 else ''}"
        for code, mot in ((Presence.ABSENT, "manquée"), (Presence.EXCUSE, "excusée"))
        if (n := presences.get(code, 0))
    ]
    s = "s" if total > 1 else ""
    return f"{total} rencontre{s} prévue{s}{', dont ' + ' et '.join(parts) if parts else ''}."


@route(*LECTEURS, consulte=lecture_mesure, exception=True)
def detail(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """The page of a measure."""
    return _fiche(request, mesure_id, "mesures/detail.html", False)


@route(*LECTEURS, consulte=lecture_mesure)
def entretiens(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Every meeting, for the screen and for paper."""
    return _fiche(request, mesure_id, "mesures/entretiens.html", True)
