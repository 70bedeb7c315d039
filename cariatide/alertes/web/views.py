"""My alerts, my team's, and what is done of one of them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.alertes import actions, queries
from cariatide.alertes.lifecycle import CYCLE
from cariatide.alertes.models import Alerte
from cariatide.alertes.statuts import ROLES_DES_ALERTES, ROLES_DES_REGLES, ROLES_EQUIPE
from cariatide.alertes.web.forms import (
    FiltresAlertes,
    FiltresEquipe,
    FormulaireCloture,
    FormulaireReport,
)
from cariatide.socle.dates import format_date
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte, run_bouton
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("gravite_libelle", "Gravité", tris=("gravite",)),
    Colonne("libelle", "Alerte", principale=True),
    Colonne("menage_nom", "Ménage"),
    Colonne("reference", "Référence"),
    Colonne("depuis", "Depuis ou pour le", "date", tris=("depuis",)),
    Colonne("qui", "Responsable"),
    Colonne("etat", "État"),
    Colonne("ouverte_le", "Ouverte le", "date", tris=("ouverte",), masquee=True),
    Colonne("organisation_nom", "Organisation", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("libelle", "Alerte"),
    ColonneExport("gravite_libelle", "Gravité"),
    ColonneExport("menage_nom", "Ménage"),
    ColonneExport("reference", "Référence"),
    ColonneExport("depuis", "Depuis ou pour le", "date"),
    ColonneExport("qui", "Responsable"),
    ColonneExport("organisation_nom", "Organisation"),
    ColonneExport("etat", "État"),
    ColonneExport("ouverte_le", "Ouverte le", "date"),
    ColonneExport("reportee_au", "Reportée au", "date"),
    ColonneExport("remontee_le", "Remontée le", "date"),
    ColonneExport("close_le", "Close le", "date"),
)
LISTE = PageListe(
    "alertes/liste.html",
    filtres=lambda request: FiltresAlertes(request.GET),
    lignes=queries.list_miennes,
    tris=queries.TRIS,
    champs=queries.CHAMPS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    habille=queries.describe,
    nom="alertes",
    adresse="alertes:liste",
    libelle_export="Export de mes alertes",
)
EQUIPE = PageListe(
    "alertes/liste.html",
    filtres=lambda request: FiltresEquipe(request.GET),
    lignes=queries.list_equipe,
    tris=queries.TRIS,
    champs=queries.CHAMPS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    habille=queries.describe,
    nom="alertes-equipe",
    adresse="alertes:equipe",
    libelle_export="Export des alertes de l’équipe",
)
AIDE_REPORT = (
    "Elle quitte la liste jusqu’à ce jour. Si sa cause dure encore, elle revient d’elle-même."
)
AIDE_CLOTURE = (
    "La règle restera muette sur ce dossier tant que cette cause dure. Le motif reste lisible."
)


@route(*ROLES_DES_ALERTES)
def liste(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    miennes = queries.list_miennes(request.perimetre, {"etat": "toutes"})
    return LISTE.show(
        request,
        titre="Mes alertes",
        adresse=reverse("alertes:liste"),
        nombres=queries.count_by_regle(request.perimetre, miennes),
        personnes=[],
        peut_actualiser=request.perimetre.has_role(*ROLES_DES_REGLES),
    )


@route(*ROLES_EQUIPE)
def equipe(request: HttpRequest) -> HttpResponse:
    """What the team answers for, with whom."""
    rows = queries.list_equipe(request.perimetre, {"etat": "toutes"})
    return EQUIPE.show(
        request,
        titre="Alertes de l’équipe",
        adresse=reverse("alertes:equipe"),
        nombres=queries.count_by_regle(request.perimetre, rows),
        personnes=queries.list_personnes(request.perimetre),
        peut_actualiser=True,
    )


@route(*ROLES_DES_REGLES)
@require_POST
def actualiser(request: HttpRequest) -> HttpResponse:
    """Compute now what the night would."""

    def envoi() -> Fait:
        # How many changed is a number of the whole platform: the lists say what one sees.
        actions.refresh_alertes(perimetre=request.perimetre, roles=ROLES_DES_REGLES)
        return Fait("Les alertes sont à jour : chaque règle a relu les dossiers.")

    return run_bouton(request, reverse("alertes:regles"), envoi)


@route(*ROLES_DES_ALERTES, consulte=queries.lecture_alerte)
def detail(request: HttpRequest, alerte_id: int) -> HttpResponse:
    """One alert: its cause, who answers, what was done of it."""
    fiche = queries.build_fiche(request.perimetre, alerte_id)
    ctx = Contexte(request.perimetre, request.perimetre.jour)
    return rend(
        request,
        "alertes/detail.html",
        {"fiche": fiche, "actes": list(CYCLE.evaluate(fiche.alerte, ctx))},
    )


def _button(
    request: HttpRequest, alerte_id: int, action: Callable[..., Alerte], phrase: str
) -> HttpResponse:
    def envoi() -> Fait:
        action(perimetre=request.perimetre, alerte_id=alerte_id, version=read_version(request))
        return Fait(phrase)

    return run_bouton(request, reverse("alertes:detail", args=[alerte_id]), envoi)


@route(*ROLES_DES_ALERTES)
@require_POST
def prendre(request: HttpRequest, alerte_id: int) -> HttpResponse:
    return _button(
        request, alerte_id, actions.take_alerte, "Vous avez pris cette alerte en charge."
    )


@route(*ROLES_DES_ALERTES)
@require_POST
def laisser(request: HttpRequest, alerte_id: int) -> HttpResponse:
    phrase = "L’alerte revient à la personne que la règle désigne."
    return _button(request, alerte_id, actions.release_alerte, phrase)


@route(*ROLES_DES_ALERTES)
@require_POST
def reprendre(request: HttpRequest, alerte_id: int) -> HttpResponse:
    return _button(request, alerte_id, actions.resume_alerte, "L’alerte est de nouveau à traiter.")


@route(*ROLES_DES_ALERTES, consulte=queries.lecture_alerte)
def reporter(request: HttpRequest, alerte_id: int) -> HttpResponse:
    """Put it off until a day, with a reason."""

    def envoi(form: Any) -> Fait:
        alerte = actions.postpone_alerte(
            perimetre=request.perimetre,
            alerte_id=alerte_id,
            version=read_version(request),
            **form.cleaned_data,
        )
        return Fait(f"L’alerte est reportée au {format_date(alerte.reportee_au)}.")

    page = _page(request, alerte_id, "reporter", "Reporter l’alerte", "Reporter", AIDE_REPORT)
    return run_acte(request, bind(FormulaireReport, request), page, envoi)


@route(*ROLES_DES_ALERTES, consulte=queries.lecture_alerte)
def clore(request: HttpRequest, alerte_id: int) -> HttpResponse:
    """Close it while its cause lasts, with a reason."""

    def envoi(form: Any) -> Fait:
        actions.close_alerte(
            perimetre=request.perimetre,
            alerte_id=alerte_id,
            version=read_version(request),
            **form.cleaned_data,
        )
        return Fait("L’alerte est close, avec son motif.")

    page = _page(request, alerte_id, "clore", "Clore l’alerte", "Clore", AIDE_CLOTURE)
    return run_acte(request, bind(FormulaireCloture, request), page, envoi)


def _page(
    request: HttpRequest, alerte_id: int, acte: str, titre: str, envoyer: str, aide: str
) -> PageActe:
    fiche = queries.build_fiche(request.perimetre, alerte_id)
    ctx = Contexte(request.perimetre, request.perimetre.jour)
    ligne = fiche.ligne
    return PageActe(
        titre,
        retour=reverse("alertes:detail", args=[alerte_id]),
        envoyer=envoyer,
        version=fiche.alerte.version,
        brouillon=f"alerte-{alerte_id}-{acte}",
        fil=[
            ("Mes alertes", reverse("alertes:liste")),
            (
                f"{ligne['libelle']}, {ligne['reference']}",
                reverse("alertes:detail", args=[alerte_id]),
            ),
        ],
        surtitre=" · ".join(filter(None, (ligne["menage_nom"], ligne["cause"]))),
        aide=aide,
        refus=CYCLE.refusal(CYCLE.transitions[acte], fiche.alerte, ctx) or "",
    )
