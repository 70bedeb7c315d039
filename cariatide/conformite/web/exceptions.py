"""Exceptional access: opened by the data-protection officer, watched by who holds the file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.conformite.actions import close_exception, open_exception
from cariatide.conformite.queries import (
    CHAMPS_EXCEPTIONS,
    TRIS_EXCEPTIONS,
    describe_exception,
    list_exceptions,
    read_heures_maximum,
)
from cariatide.conformite.web.forms import FiltresExceptions, FormulaireException
from cariatide.partenaires.rules import ROLES_DETENTEUR, ROLES_EXCEPTION
from cariatide.socle.pages.actes import Fait, PageActe, run_acte, run_bouton
from cariatide.socle.pages.composants import Colonne, format_heure
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("reference", "Ménage", principale=True),
    Colonne("qui", "Ouvert par"),
    Colonne("motif", "Motif"),
    Colonne("ouverte_le", "Ouvert le", "heure", tris=("ancien", "recent")),
    Colonne("fin", "Fin", "heure"),
    Colonne("etat", "État"),
    Colonne("acte", "Acte"),
    Colonne("organisation__nom", "Organisation", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Ménage"),
    ColonneExport("qui", "Ouvert par"),
    ColonneExport("organisation__nom", "Organisation"),
    ColonneExport("motif", "Motif"),
    ColonneExport("ouverte_le", "Ouvert le", "date_heure"),
    ColonneExport("fin", "Fin", "date_heure"),
    ColonneExport("etat", "État"),
)
LISTE = PageListe(
    "conformite/exceptions.html",
    filtres=lambda request: FiltresExceptions(request.GET),
    lignes=list_exceptions,
    tris=TRIS_EXCEPTIONS,
    champs=CHAMPS_EXCEPTIONS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    nom="acces-d-exception",
    adresse="conformite:exceptions",
    habille=describe_exception,
    libelle_export="Accès d’exception",
    niveau_export=Niveau.AGREGE,
)


@route(*ROLES_EXCEPTION, *ROLES_DETENTEUR)
def liste(request: HttpRequest) -> HttpResponse:
    """Who opened which file by exception, why and until when."""
    ouvre = request.perimetre.has_role(*ROLES_EXCEPTION)
    return LISTE.show(request, peut_ouvrir=ouvre)


@route(*ROLES_EXCEPTION)
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open one file for a time, with a reason."""
    maximum = read_heures_maximum(request.perimetre)

    def envoi(form: Any) -> Fait:
        session = open_exception(perimetre=request.perimetre, **form.cleaned_data)
        return Fait(
            f"Le dossier {session.reference} vous est ouvert jusqu’au "
            f"{format_heure(session.terme)}. L’organisation qui le tient est prévenue.",
            reverse("menages:detail", args=[session.menage_id]),
        )

    adresse = reverse("conformite:exceptions")
    page = PageActe(
        "Ouvrir un dossier par exception",
        retour=adresse,
        envoyer="Ouvrir le dossier",
        fil=[("Accès d’exception", adresse)],
        aide=f"Au plus {maximum.entier} heures ({maximum.reference}). Vous lirez les faits du "
        "dossier, jamais ce qui est social ni confidentiel.",
        avertissement="Chaque lecture est écrite au journal. L’organisation qui tient le dossier "
        "est prévenue aussitôt, lit votre motif, et peut clore cet accès.",
        ton="danger",
    )
    return run_acte(request, bind(FormulaireException, request), page, envoi)


@route(*ROLES_EXCEPTION, *ROLES_DETENTEUR)
@require_POST
def clore(request: HttpRequest, session_id: int) -> HttpResponse:
    """End an exceptional access before its term."""

    def envoi() -> Fait:
        session = close_exception(perimetre=request.perimetre, session_id=session_id)
        return Fait(f"L’accès d’exception au dossier {session.reference} est clos.")

    return run_bouton(request, reverse("conformite:exceptions"), envoi)
