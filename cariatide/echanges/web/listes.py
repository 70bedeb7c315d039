"""Every declared list: its export, its printed page, the filters that people keep."""

from datetime import date, datetime
from itertools import islice
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.echanges.actions import delete_filtre, save_filtre
from cariatide.echanges.exports import Fichier, run_export
from cariatide.echanges.outils import read_requete
from cariatide.echanges.queries import find_choix, list_filtres
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.money import format_euros, format_nombre
from cariatide.socle.pages.actes import Fait, PageActe, run_acte, run_bouton
from cariatide.socle.pages.composants import format_heure
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import Liste, listes
from cariatide.socle.pages.routes import Lecture, opens, route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import TypeColonne

LIGNES_IMPRIMEES = 2000


class FormulaireFiltre(Formulaire):
    """A name for the filters of a list, and whom they are for."""

    nom = forms.CharField(label="Nom de ces filtres", max_length=60)
    partage = forms.BooleanField(
        label="Partager avec mon organisation",
        required=False,
        help_text="Vos collègues les trouveront au-dessus de la liste ; chacun n’y voit que les "
        "lignes de son propre périmètre.",
    )


def _find(perimetre: Perimetre, nom: str) -> Liste:
    """A list whose page this person opens; the same 404 whether it is absent or closed."""
    liste = listes.get(nom)
    if liste is None or not opens(perimetre, reverse(liste.adresse)):
        raise Introuvable("Cette liste n’existe pas, ou ne vous est pas ouverte.")
    return liste


def _name(liste: Liste) -> str:
    """« Liste des communes », from « Export de la liste des communes »."""
    return liste.libelle_export.replace("Export de la liste", "Liste").replace("Export", "Liste")


def _retour(request: HttpRequest, liste: Liste) -> str:
    requete = read_requete(request)
    return reverse(liste.adresse) + (f"?{requete}" if requete else "")


@route(connecte=True)
def exporter(request: HttpRequest, liste: str) -> HttpResponseBase:
    """Choose columns and format, say what for; the file leaves once the journal holds it."""
    found = _find(request.perimetre, liste)  # type: ignore[attr-defined]
    fichier = Fichier(
        nom=found.nom,
        libelle=found.libelle_export,
        niveau=found.niveau_export,
        colonnes=found.colonnes_export,
        retour=_retour(request, found),
        send=lambda colonnes, format_: found.send_export(request, colonnes, format_),
    )
    return run_export(request, fichier)


def _lecture_impression(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    found = _find(perimetre, kwargs["liste"])
    return Lecture("impression", 0, None, found.niveau_export, found.libelle_export, "impression")


@route(connecte=True, consulte=_lecture_impression)
def imprimer(request: HttpRequest, liste: str) -> HttpResponse:
    """The rows of a list on one page, without menu nor cutting, to be printed."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    found = _find(perimetre, liste)
    choix = find_choix(perimetre, liste)
    colonnes = found.choose(choix.colonnes if choix else [])
    rows = list(islice(found.walk(request, [c.code for c in colonnes]), LIGNES_IMPRIMEES + 1))
    contexte = {
        "liste": found,
        "colonnes": colonnes,
        "lignes": [
            [_show(row[c.code], c.type) for c in colonnes] for row in rows[:LIGNES_IMPRIMEES]
        ],
        "coupee": len(rows) > LIGNES_IMPRIMEES,
        "retour": _retour(request, found),
        "titre": _name(found),
        "numeriques": [c.type in ("entier", "decimal", "montant") for c in colonnes],
    }
    return rend(request, "echanges/imprimer.html", contexte)


def _show(valeur: Any, kind: TypeColonne) -> str:
    """As on the screen: French dates, amounts and thousands."""
    if valeur is None or isinstance(valeur, str):
        return valeur or ""
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    if isinstance(valeur, list | tuple):
        return ", ".join(map(str, valeur))
    if isinstance(valeur, datetime):
        return format_heure(valeur)
    if isinstance(valeur, date):
        return format_date(valeur)
    return format_euros(valeur) if kind == "montant" else format_nombre(valeur)


@route(connecte=True)
def garder(request: HttpRequest, liste: str) -> HttpResponse:
    """Keep the filters of the address under a name; those already kept are listed below."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    found = _find(perimetre, liste)
    retour = _retour(request, found)

    def envoi(form: Any) -> Fait:
        if not read_requete(request):
            raise ErreurMetier("Aucun filtre n’est posé : filtrez d’abord la liste.")
        filtre = save_filtre(
            perimetre=perimetre,
            liste=liste,
            requete=read_requete(request),
            **form.cleaned_data,
        )
        qui = "vous et votre organisation" if filtre.organisation_id else "vous seul"
        return Fait(f"Les filtres « {filtre.nom} » sont gardés pour {qui}.")

    page = PageActe(
        "Filtres gardés",
        retour,
        "Garder ces filtres",
        surtitre=_name(found),
        fil=[("Retour à la liste", retour)],
    )
    return run_acte(
        request, bind(FormulaireFiltre, request), page, envoi,
        gabarit="echanges/filtres.html", filtres=list(list_filtres(perimetre, liste)),
        adresse=reverse(found.adresse), moi=perimetre.utilisateur_id,
        requete=read_requete(request),
    )  # fmt: skip


@route(connecte=True)
@require_POST
def retirer(request: HttpRequest, filtre_id: int) -> HttpResponse:
    """Forget filters that I kept."""

    def envoi() -> Fait:
        filtre = delete_filtre(
            perimetre=request.perimetre,  # type: ignore[attr-defined]
            filtre_id=filtre_id,
        )
        adresse = reverse(listes[filtre.liste].adresse) if filtre.liste in listes else "/"
        return Fait(f"Les filtres « {filtre.nom} » sont retirés.", adresse)

    return run_bouton(request, "/", envoi)
