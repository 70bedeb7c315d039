"""Acts and reads for the data-protection officer; dead letters for the technician."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.journal.models import Chaine
from cariatide.journal.mots import describe_acte, describe_objet, describe_page, describe_roles
from cariatide.journal.queries import (
    TRIS,
    TRIS_LIVRAISONS,
    TRIS_TETES,
    filter_consultations,
    filter_evenements,
    list_abandonnees,
    list_chaines,
    list_tetes,
)
from cariatide.journal.relance import retry_livraison, retry_toutes
from cariatide.journal.statuts import ROLES_DES_LIVRAISONS, ROLES_DU_JOURNAL
from cariatide.journal.web.forms import FiltresActes, FiltresConsultations
from cariatide.journal.web.presentation import describe_changements
from cariatide.socle.pages.actes import Fait, run_bouton
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import paginate
from cariatide.socle.pages.page_liste import ListeCourte, PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Niveau
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

_QUAND = Colonne("horodatage", "Quand", "heure", tris=("ancien", "recent"))
COLONNES_ACTES = (
    _QUAND,
    Colonne("nom", "Acte", principale=True),
    Colonne("acteur", "Par"),
    Colonne("organisation", "Pour"),
    Colonne("libelle", "Sur"),
    Colonne("donnees", "Changements"),
    Colonne("role", "Rôle", masquee=True),
    Colonne("objet_type", "Objet", masquee=True),
)
CHAMPS_ACTES = ("pk", "objet_id", "menage_id", "niveau", *(c.code for c in COLONNES_ACTES))
COLONNES_CONSULTATIONS = (
    _QUAND,
    Colonne("acteur", "Par", principale=True),
    Colonne("organisation", "Pour"),
    Colonne("libelle", "Lu"),
    Colonne("niveau", "Niveau"),
    Colonne("route", "Page"),
    Colonne("motif", "Motif"),
    Colonne("role", "Rôles", masquee=True),
    Colonne("objet_type", "Objet", masquee=True),
)
CHAMPS_CONSULTATIONS = ("pk", "objet_id", *(c.code for c in COLONNES_CONSULTATIONS))
_EXPORT = (
    ColonneExport("horodatage", "Quand", "date_heure"),
    ColonneExport("acteur", "Par"),
    ColonneExport("organisation", "Organisation"),
    ColonneExport("role", "Rôle"),
    ColonneExport("objet_type", "Objet"),
    ColonneExport("objet_id", "Numéro de l’objet", "entier"),
    ColonneExport("libelle", "Libellé"),
    ColonneExport("niveau", "Niveau"),
)
MOTS = {
    "acte": describe_acte, "objet": describe_objet, "consultee": describe_page,
    "roles": describe_roles,
}  # fmt: skip
_EN_MOTS: dict[str, Callable[[Any], str]] = {
    "nom": describe_acte, "objet_type": describe_objet, "route": describe_page,
    "role": describe_roles, "niveau": lambda niveau: Niveau(niveau).libelle,
}  # fmt: skip
EXPORT_ACTES = (*_EXPORT, ColonneExport("nom", "Acte"))
EXPORT_CONSULTATIONS = (
    *_EXPORT,
    ColonneExport("route", "Page"),
    ColonneExport("motif", "Motif"),
)


def _in_words(ligne: dict[str, Any]) -> dict[str, Any]:
    """As on the screen: such a file is handed to whoever asks who read their file."""
    return {k: _EN_MOTS[k](v) if k in _EN_MOTS else v for k, v in ligne.items()}


ACTES = PageListe(
    "journal/actes.html",
    filtres=lambda request: FiltresActes(request.GET),
    lignes=lambda _, filtres: filter_evenements(filtres),
    tris=TRIS,
    champs=CHAMPS_ACTES,
    colonnes=COLONNES_ACTES,
    export=EXPORT_ACTES,
    habille_export=_in_words,
    nom="journal-actes",
    adresse="journal:actes",
    libelle_export="Export du journal des actes",
)
CONSULTATIONS = PageListe(
    "journal/consultations.html",
    filtres=lambda request: FiltresConsultations(request.GET),
    lignes=lambda _, filtres: filter_consultations(filtres),
    tris=TRIS,
    champs=CHAMPS_CONSULTATIONS,
    colonnes=COLONNES_CONSULTATIONS,
    export=EXPORT_CONSULTATIONS,
    habille_export=_in_words,
    nom="journal-consultations",
    adresse="journal:consultations",
    libelle_export="Export du journal des consultations",
)


@route(*ROLES_DU_JOURNAL)
def actes(request: HttpRequest) -> HttpResponse:
    """Every write of the platform."""
    return ACTES.show(request, changements=describe_changements, **MOTS)


@route(*ROLES_DU_JOURNAL)
def consultations(request: HttpRequest) -> HttpResponse:
    """Every read of a household's data."""
    return CONSULTATIONS.show(request, niveaux={int(n): n for n in Niveau}, **MOTS)


@route(*ROLES_DU_JOURNAL)
def integrite(request: HttpRequest) -> HttpResponse:
    """The chains of hashes: what is sealed, what waits, the head of each day."""
    page = paginate(
        list_tetes(),
        TRIS_TETES[0],
        ("pk", "jour", "chaine", "rang", "empreinte"),
        curseur=request.GET.get("curseur"),
    )
    return rend(
        request, "journal/integrite.html", {"page": page, "chaines": list_chaines(), "mots": Chaine}
    )


@route(*ROLES_DU_JOURNAL)
def export_empreintes(request: HttpRequest) -> HttpResponse:
    """The heads, as verifie_journal reads them: to be kept elsewhere."""
    lignes = [
        f"{t.jour:%Y-%m-%d} {t.chaine}:{t.rang}:{bytes(t.empreinte).hex()}\n" for t in list_tetes()
    ]
    return HttpResponse(
        "".join(lignes),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="empreintes-du-journal.txt"'},
    )


LIVRAISONS = ListeCourte(
    "livraisons",
    "journal:livraisons",
    "Export de la liste des livraisons en panne",
    (
        ColonneExport("horodatage", "Acte du", "date_heure"),
        ColonneExport("acte", "Acte"),
        ColonneExport("objet", "Objet"),
        ColonneExport("consommateur", "Suite"),
        ColonneExport("tentatives", "Essais", "entier"),
        ColonneExport("erreur", "Cause"),
    ),
    lambda request: (
        {
            "horodatage": x.evenement.horodatage,
            "acte": describe_acte(x.evenement.nom),
            "objet": f"{describe_objet(x.evenement.objet_type)} nº {x.evenement.objet_id}",
            "consommateur": x.consommateur,
            "tentatives": x.tentatives,
            "erreur": x.erreur,
        }
        for x in list_abandonnees().select_related("evenement").order_by("-evenement_id", "-pk")
    ),
)


@route(*ROLES_DES_LIVRAISONS)
def livraisons(request: HttpRequest) -> HttpResponse:
    """Deliveries given up: what failed, how often, and one button to try again.

    The technician sees which event and why, not on whom: no label of the event.
    """
    page = paginate(
        list_abandonnees(),
        TRIS_LIVRAISONS[0],
        ("pk", "consommateur", "tentatives", "erreur", "evenement_id", "evenement__nom",
         "evenement__horodatage", "evenement__objet_type", "evenement__objet_id"),
        curseur=request.GET.get("curseur"),
    )  # fmt: skip
    contexte = {"page": page, "outils": LIVRAISONS.outils(request), **MOTS}
    return rend(request, "journal/livraisons.html", contexte)


@route(*ROLES_DES_LIVRAISONS)
@require_POST
def relancer(request: HttpRequest, livraison_id: int) -> HttpResponse:
    """Try one again."""

    def envoi() -> Fait:
        livraison = retry_livraison(perimetre=request.perimetre, livraison_id=livraison_id)
        return Fait(f"La livraison à « {livraison.consommateur} » repart au prochain tour.")

    return run_bouton(request, reverse("journal:livraisons"), envoi)


@route(*ROLES_DES_LIVRAISONS)
@require_POST
def tout_relancer(request: HttpRequest) -> HttpResponse:
    """Try all of them again."""
    nombre = retry_toutes(perimetre=request.perimetre)  # type: ignore[attr-defined]
    messages.success(
        request,
        "Aucune livraison n’était en panne."
        if not nombre
        else "La livraison repart."
        if nombre == 1
        else f"Les {nombre} livraisons repartent.",
    )
    return redirect("journal:livraisons")
