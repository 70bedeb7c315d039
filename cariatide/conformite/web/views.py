"""Pages of the data-protection officer: files by their clock, holds."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.conformite.actions import lift_gel, pose_gel
from cariatide.conformite.queries import (
    CHAMPS,
    TRIS,
    describe,
    find_reference,
    lecture_gel,
    list_dossiers,
    list_gels,
)
from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.conformite.web.forms import FiltresConservation, FormulaireGel
from cariatide.menages.queries import read_conservation
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

COLONNES = (
    Colonne("reference", "Ménage", principale=True),
    Colonne("cree_le", "Suivi depuis", "date"),
    Colonne("dernier_contact_le", "Dernier contact", "date", tris=("contact_ancien", "contact")),
    Colonne("terme", "Terme", "date"),
    Colonne("etat", "Conservation"),
    Colonne("acte", "Acte"),
)
COLONNES_EXPORT = (
    ColonneExport("reference", "Ménage"),
    ColonneExport("cree_le", "Suivi depuis", "date"),
    ColonneExport("dernier_contact_le", "Dernier contact", "date"),
    ColonneExport("terme", "Terme", "date"),
    ColonneExport("etat", "Conservation"),
)
LISTE = PageListe(
    "conformite/liste.html",
    filtres=lambda request: FiltresConservation(request.GET),
    lignes=list_dossiers,
    tris=TRIS,
    champs=CHAMPS,
    colonnes=COLONNES,
    export=COLONNES_EXPORT,
    nom="conservation",
    adresse="conformite:liste",
    habille_jour=describe,
    libelle_export="Dossiers par durée de conservation",
    niveau_export=Niveau.AGREGE,
)


@route(*ROLES_CONFORMITE)
def liste(request: HttpRequest) -> HttpResponse:
    """Files past their term, or about to be, or held."""
    return LISTE.show(request, duree=read_conservation(request.perimetre.jour))


@route(*ROLES_CONFORMITE, consulte=lecture_gel)
def geler(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Hold a file, with a reason."""
    reference = find_reference(request.perimetre, menage_id)

    def envoi(form: Any) -> Fait:
        pose_gel(perimetre=request.perimetre, menage_id=menage_id, **form.cleaned_data)
        return Fait(f"La conservation du dossier {reference} est gelée.")

    page = _page("Geler la conservation", reference, "Geler")
    return run_acte(request, bind(FormulaireGel, request), page, envoi)


@route(*ROLES_CONFORMITE, consulte=lecture_gel)
def degeler(request: HttpRequest, menage_id: int) -> HttpResponse:
    """Lift the hold of a file, with a reason."""
    reference = find_reference(request.perimetre, menage_id)
    gel = list_gels(request.perimetre, menage_id).filter(leve_le__isnull=True).first()

    def envoi(form: Any) -> Fait:
        lift_gel(perimetre=request.perimetre, menage_id=menage_id, **form.cleaned_data)
        return Fait(f"Le gel du dossier {reference} est levé : son horloge reprend.")

    page = replace(
        _page("Lever le gel", reference, "Lever le gel"),
        aide=f"Gelé par {gel.pose_par} : {gel.motif}" if gel else "",
        refus="" if gel else "La conservation de ce dossier n’est pas gelée.",
    )
    return run_acte(request, bind(FormulaireGel, request), page, envoi)


def _page(titre: str, reference: str, envoyer: str) -> PageActe:
    adresse = reverse("conformite:liste")
    return PageActe(
        titre, retour=adresse, envoyer=envoyer, fil=[("Conservation", adresse)], surtitre=reference
    )
