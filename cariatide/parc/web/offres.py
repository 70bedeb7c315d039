"""The board of offers, one offer, its acts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.parc.actions import advance_offre, open_offre
from cariatide.parc.lifecycle import CYCLE_OFFRE
from cariatide.parc.models import OffreLogement
from cariatide.parc.queries import (
    CHAMPS_OFFRES,
    TRIS_OFFRES,
    count_offres,
    find_logement,
    find_offre,
    lecture_logement,
    list_actes,
    list_conventions_operees,
    list_offres,
    refuse_acte,
    with_labels_offre,
)
from cariatide.parc.statuts import ROLES_PARC, StatutOffre
from cariatide.parc.web import forms
from cariatide.parc.web.ecriture import page_logement
from cariatide.socle.pages.actes import Fait, PageActe, read_version, run_acte
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe, build_onglets
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

Vue = Callable[..., HttpResponse]
TONS = {
    StatutOffre.REPEREE: "warn",
    StatutOffre.VISITEE: "info",
    StatutOffre.RETENUE: "info",
    StatutOffre.ECARTEE: "neutre",
    StatutOffre.CAPTEE: "ok",
}
ONGLETS = {
    "reperee": "Repérées",
    "visitee": "Visitées",
    "retenue": "Retenues",
    "captee": "Captées",
    "ecartee": "Écartées",
}
COLONNES = (
    Colonne("logement__adresse", "Adresse", principale=True),
    Colonne("logement__commune__nom", "Commune"),
    Colonne("type_libelle", "Type"),
    Colonne("loyer_charges", "Loyer et charges", "euros"),
    Colonne("statut_libelle", "État"),
    Colonne("reperee_le", "Repérée le", "date", tris=("anciennes", "recentes")),
    Colonne("visitee_le", "Visitée le", "date"),
    Colonne("conclue_le", "Choix le", "date", masquee=True),
    Colonne("captee_le", "Captée le", "date", masquee=True),
    Colonne("convention__reference", "Convention", masquee=True),
    Colonne("source", "Trouvée par", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("logement__reference", "Logement"),
    ColonneExport("logement__adresse", "Adresse"),
    ColonneExport("logement__commune__nom", "Commune"),
    ColonneExport("type_libelle", "Type"),
    ColonneExport("loyer_charges", "Loyer et charges", "montant"),
    ColonneExport("convention__reference", "Convention"),
    ColonneExport("source", "Trouvée par"),
    ColonneExport("statut_libelle", "État"),
    ColonneExport("reperee_le", "Repérée le", "date"),
    ColonneExport("visitee_le", "Visitée le", "date"),
    ColonneExport("conclue_le", "Choix le", "date"),
    ColonneExport("captee_le", "Captée le", "date"),
    ColonneExport("motif_ecart", "Motif de l’écart"),
)


def _filtres(request: HttpRequest) -> forms.FiltresOffres:
    conventions = list_conventions_operees(request.perimetre)
    return forms.FiltresOffres(request.GET, conventions=conventions)


LISTE = PageListe(
    "parc/offres.html",
    filtres=_filtres,
    lignes=list_offres,
    tris=TRIS_OFFRES,
    champs=CHAMPS_OFFRES,
    colonnes=COLONNES,
    habille=with_labels_offre,
    export=COLONNES_EXPORT,
    nom="offres",
    libelle_export="Export des offres de logement",
    adresse="parc:offres",
)


@route(*ROLES_PARC)
def tableau(request: HttpRequest) -> HttpResponse:
    """Offers by state."""
    lue = LISTE.read(request)
    counts = count_offres(request.perimetre, lue.filtres)
    onglets = build_onglets(request, lue.filtres, ONGLETS, counts)
    return LISTE.rend(request, lue, onglets=onglets, tons=TONS)


@route(*ROLES_PARC, consulte=lecture_logement)
def nouvelle(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Follow this home as an offer."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    conventions = list_conventions_operees(perimetre)

    def envoi(form: Any) -> Fait:
        d = form.cleaned_data
        offre = open_offre(
            perimetre=perimetre,
            logement_id=logement_id,
            reperee_le=d["reperee_le"],
            convention_id=int(d["convention"]) if d["convention"] else None,
            source=d["source"],
        )
        phrase = "L’offre est ouverte : elle attend sa visite."
        return Fait(phrase, reverse("parc:offre", args=[offre.pk]))

    page = PageActe(
        "Ouvrir une offre",
        envoyer="Ouvrir l’offre",
        aide="Une offre suit un logement du repérage à la captation.",
        **page_logement(logement),
    )
    initial = {
        "reperee_le": perimetre.jour,
        "convention": conventions[0][0] if len(conventions) == 1 else "",
    }
    form = bind(forms.FormulaireOffre, request, conventions=conventions, initial=initial)
    return run_acte(request, form, page, envoi)


def _lecture(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    found = find_offre(perimetre, kwargs["offre_id"])
    return Lecture("parc.offrelogement", found.pk, None, Niveau.FACTUEL, found.logement.reference)


def _suite(offre: OffreLogement) -> list[dict[str, Any]]:
    """The dates of an offer, latest first, for the timeline."""
    steps = [
        (offre.captee_le, "Captée", "key-round", "ok"),
        (
            offre.conclue_le,
            "Écartée" if offre.statut == StatutOffre.ECARTEE else "Retenue",
            "x" if offre.statut == StatutOffre.ECARTEE else "check",
            "",
        ),
        (offre.visitee_le, "Visitée", "clipboard-check", ""),
        (offre.reperee_le, "Repérée", "search", ""),
    ]
    return [
        {"date": le, "titre": titre, "symbole": symbole, "ton": ton}
        for le, titre, symbole, ton in steps
        if le
    ]


@route(*ROLES_PARC, consulte=_lecture)
def offre(request: HttpRequest, offre_id: int) -> HttpResponse:
    """One offer and its acts."""
    perimetre: Perimetre = request.perimetre
    found = find_offre(perimetre, offre_id)
    contexte = {
        "offre": found,
        "logement": found.logement,
        "actes": list_actes(perimetre, found),
        "suite": _suite(found),
        "ton": TONS[StatutOffre(found.statut)],
    }
    return rend(request, "parc/offre.html", contexte)


def _acte(nom: str, fait: str, formulaire: type[Formulaire] = forms.FormulaireActe) -> Vue:
    """The view of a transition: its date, then the act."""

    @route(*ROLES_PARC, consulte=_lecture)
    def vue(request: HttpRequest, offre_id: int) -> HttpResponse:
        perimetre: Perimetre = request.perimetre
        found = find_offre(perimetre, offre_id)
        transition = CYCLE_OFFRE.transitions[nom]

        def envoi(form: Any) -> Fait:
            advance_offre(
                perimetre=perimetre,
                offre_id=offre_id,
                acte=nom,
                le=form.cleaned_data["le"],
                motif=form.cleaned_data.get("motif", ""),
                version=read_version(request),
            )
            return Fait(fait)

        page = PageActe(
            transition.libelle,
            envoyer=transition.libelle,
            refus=refuse_acte(perimetre, found, nom) or "",
            **{
                **page_logement(found.logement),
                "retour": reverse("parc:offre", args=[offre_id]),
                "version": found.version,
            },
        )
        return run_acte(
            request, bind(formulaire, request, initial={"le": perimetre.jour}), page, envoi
        )

    return vue


visiter = _acte("visiter", "La visite est enregistrée.")
retenir = _acte("retenir", "L’offre est retenue.")
capter = _acte("capter", "Le logement est capté : un ménage peut y entrer.")
ecarter = _acte("ecarter", "L’offre est écartée.", forms.FormulaireEcart)
