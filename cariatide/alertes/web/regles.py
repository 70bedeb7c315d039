"""The rules of alerts: what holds for one's organisation or for all, with its history."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.alertes.actions import Choix, set_reglage
from cariatide.alertes.queries import (
    find_regle,
    list_historique,
    list_regles,
    read_reglages,
)
from cariatide.alertes.statuts import ROLES_DES_REGLES
from cariatide.alertes.web.forms import FormulaireReglage
from cariatide.bareme.actions import ROLES_DE_L_ORGANISATION
from cariatide.bareme.queries import find_parametre
from cariatide.bareme.rules import format_valeur
from cariatide.bareme.statuts import ROLES_DE_PARAMETRAGE
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, read_entier, run_acte
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import ListeCourte
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne

PLATEFORME = 0


def list_portees(perimetre: Perimetre) -> list[tuple[int, str]]:
    """Whose rules this person reads: their organisations, and what holds for all."""
    organisations = {
        m.organisation_id: m.organisation for m in perimetre.mandats if m.role in ROLES_DES_REGLES
    }
    portees = sorted(organisations.items(), key=lambda x: x[1])
    return [*portees, (PLATEFORME, "Toutes les organisations")]


def may_set(perimetre: Perimetre, organisation_id: int) -> bool:
    """The organisation's own people, the plan's for all."""
    if organisation_id == PLATEFORME:
        return perimetre.find_mandat(ROLES_DE_PARAMETRAGE) is not None
    return perimetre.find_mandat(ROLES_DE_L_ORGANISATION, organisation_id) is not None


def read_portee(request: HttpRequest) -> int:
    """The organisation that the address names; the first of theirs when it names none."""
    portees = [pk for pk, _ in list_portees(request.perimetre)]
    wanted = read_entier(request.GET.get("pour", portees[0]))
    if wanted not in portees:
        raise Introuvable("Les règles de cette organisation ne sont pas dans votre périmètre.")
    return wanted


def _iter_rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    for ligne in list_regles(request.perimetre, read_portee(request) or None):
        reglage = ligne.reglage
        etat = "En service" if reglage.valeur else "Non réglée"
        yield {
            "regle": ligne.regle.libelle,
            "etat": etat if reglage.active else "Hors service",
            "delai": format_valeur(reglage.valeur) if reglage.valeur else "",
            "source": reglage.valeur.reference if reglage.valeur else "",
            "responsable": ligne.responsable,
            "escalade": reglage.escalade or None,
            "ouvertes": ligne.ouvertes,
        }


LISTE = ListeCourte(
    "regles-d-alerte",
    "alertes:regles",
    "Export de la liste des règles d’alerte",
    (
        Colonne("regle", "Règle"),
        Colonne("etat", "État"),
        Colonne("delai", "Délai ou nombre"),
        Colonne("source", "Source"),
        Colonne("responsable", "Responsable"),
        Colonne("escalade", "Remontée après (jours)", "entier"),
        Colonne("ouvertes", "À traiter", "entier"),
    ),
    _iter_rows,
)


@route(*ROLES_DES_REGLES)
def liste(request: HttpRequest) -> HttpResponse:
    """Each rule as it works there: delay and its source, who answers, in service or not."""
    portee = read_portee(request)
    adresse = reverse("alertes:regles")
    return rend(
        request,
        "alertes/regles.html",
        {
            "lignes": list_regles(request.perimetre, portee or None),
            "portee": portee,
            "onglets": [
                (nom, f"{adresse}?pour={pk}", pk == portee)
                for pk, nom in list_portees(request.perimetre)
            ],
            "peut_regler": may_set(request.perimetre, portee),
            "format_valeur": format_valeur,
            "outils": LISTE.outils(request),
        },
    )


@route(*ROLES_DES_REGLES)
def regler(request: HttpRequest, regle: str) -> HttpResponse:
    """Set a rule from today on, and read how it was."""
    portee, connue = read_portee(request), find_regle(regle)
    reglage = read_reglages(request.perimetre.jour, [regle])[regle].of(portee or None)
    local = find_parametre(connue.parametre).local
    historique = list_historique(regle, portee or None)
    retour = f"{reverse('alertes:regles')}?pour={portee}"
    nom = dict(list_portees(request.perimetre))[portee]
    lu = {
        "historique": historique, "reglage": reglage, "format_valeur": format_valeur,
        "parametre": find_parametre(connue.parametre),
    }  # fmt: skip
    if request.method == "GET" and not may_set(request.perimetre, portee):
        lu |= {"regle": connue, "retour": retour, "portee": nom}
        return rend(request, "alertes/regle.html", lu)
    propre = historique[0] if historique and historique[0].au is None else None
    initial = {
        "active": reglage.active,
        "delai": reglage.valeur.entier if reglage.valeur else None,
        "responsable": reglage.responsable,
        "escalade_jours": propre.escalade_jours if propre else None,
    }
    form = bind(
        FormulaireReglage, request, regle=connue, reglage=reglage, local=local, initial=initial
    )

    def envoi(form: Any) -> Fait:
        donnees = dict(form.cleaned_data)
        set_reglage(
            perimetre=request.perimetre,
            code=regle,
            organisation_id=portee or None,
            motif=donnees.pop("motif"),
            choix=Choix(**{"delai": None, **donnees}),
        )
        return Fait(f"« {connue.libelle} » est réglée à partir d’aujourd’hui.")

    page = PageActe(
        connue.libelle,
        retour=retour,
        envoyer="Régler cette règle",
        brouillon=f"regle-{regle}-{portee}",
        fil=[("Règles d’alerte", retour)],
        surtitre=nom,
        aide=f"Ce que l’alerte demande de faire : {connue.aide}",
        refus=""
        if may_set(request.perimetre, portee)
        else "Vos mandats permettent de lire cette règle, pas de la régler.",
    )
    return run_acte(request, form, page, envoi, gabarit="alertes/regler.html", **lu)
