"""The board of offers, one offer, its acts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
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
    with_labels_offre,
)
from cariatide.parc.statuts import ROLES_PARC, StatutOffre
from cariatide.parc.web import forms
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.envoi import read_version, run_form
from cariatide.socle.pages.exports import choose_colonnes, stream_export
from cariatide.socle.pages.formulaires import bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import choose_tri, link, paginate, walk
from cariatide.socle.pages.routes import Lecture, route
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

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
FAITS = {
    "visiter": "La visite est enregistrée.",
    "retenir": "L’offre est retenue.",
    "capter": "Le logement est capté : un ménage peut y entrer.",
    "ecarter": "L’offre est écartée.",
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


def _filtres(request: HttpRequest) -> tuple[forms.FiltresOffres, dict[str, Any]]:
    form = forms.FiltresOffres(request.GET, conventions=list_conventions_operees(request.perimetre))
    form.is_valid()
    return form, {k: v for k, v in form.cleaned_data.items() if v}


@route(*ROLES_PARC)
def tableau(request: HttpRequest) -> HttpResponse:
    """Offers by state."""
    perimetre: Perimetre = request.perimetre
    form, filtres = _filtres(request)
    page = paginate(
        list_offres(perimetre, filtres),
        choose_tri(TRIS_OFFRES, request.GET.get("tri")),
        CHAMPS_OFFRES,
        curseur=request.GET.get("curseur"),
        filtres=filtres,
    )
    counts = count_offres(perimetre, filtres)
    chosen = filtres.get("statut", "")
    onglets = [
        ("Toutes", link(request.GET, statut=None, curseur=None), not chosen, sum(counts.values()))
    ] + [
        (nom, link(request.GET, statut=code, curseur=None), chosen == code, counts[code])
        for code, nom in ONGLETS.items()
    ]
    contexte = {
        "form": form,
        "filtres": filtres,
        "onglets": onglets,
        "page": page,
        "lignes": [with_labels_offre(ligne) for ligne in page.lignes],
        "colonnes": COLONNES,
        "tons": TONS,
    }
    return rend(request, "parc/offres.html", contexte, bloc="liste")


def _lecture_export(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    return Lecture("export", 0, None, Niveau.FACTUEL, "Export des offres de logement")


@route(*ROLES_PARC, consulte=_lecture_export)
def export(request: HttpRequest) -> HttpResponseBase:
    """The board as a spreadsheet."""
    _, filtres = _filtres(request)
    perimetre: Perimetre = request.perimetre
    tri = choose_tri(TRIS_OFFRES, request.GET.get("tri"))
    return stream_export(
        perimetre,
        nom="offres",
        format_=request.GET.get("format", "csv"),
        colonnes=choose_colonnes(COLONNES_EXPORT, request.GET.getlist("colonne")),
        lignes=lambda: (
            with_labels_offre(ligne)
            for ligne in walk(list_offres(perimetre, filtres), tri, CHAMPS_OFFRES)
        ),
    )


@route(*ROLES_PARC, consulte=lecture_logement)
def nouvelle(request: HttpRequest, logement_id: int) -> HttpResponse:
    """Follow this home as an offer."""
    perimetre: Perimetre = request.perimetre
    logement = find_logement(perimetre, logement_id)
    conventions = list_conventions_operees(perimetre)
    initial = {
        "reperee_le": perimetre.jour,
        "convention": conventions[0][0] if len(conventions) == 1 else "",
    }
    form: Any = bind(forms.FormulaireOffre, request, conventions=conventions, initial=initial)

    def envoi() -> HttpResponse:
        d = form.cleaned_data
        offre = open_offre(
            perimetre=perimetre,
            logement_id=logement_id,
            reperee_le=d["reperee_le"],
            convention_id=int(d["convention"]) if d["convention"] else None,
            source=d["source"],
        )
        messages.success(request, "L’offre est ouverte : elle attend sa visite.")
        return redirect("parc:offre", offre.pk)

    page = {
        "logement": logement,
        "titre": "Ouvrir une offre",
        "version": None,
        "brouillon": "",
        "envoyer": "Ouvrir l’offre",
        "introduction": "Une offre suit un logement du repérage à la captation.",
    }
    return run_form(request, form, envoi, "parc/formulaire.html", page)


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


def _acte(request: HttpRequest, offre_id: int, nom: str) -> HttpResponse:
    """The date of an act, then the act; a refused one says why before asking anything."""
    perimetre: Perimetre = request.perimetre
    found = find_offre(perimetre, offre_id)
    transition = CYCLE_OFFRE.transitions[nom]
    motif = next((e.motif for e in list_actes(perimetre, found) if e.transition == transition), "")
    if motif or found.statut not in transition.sources:
        raise ActeRefuse(motif or f"« {transition.libelle} » n’est plus possible.")
    classe = forms.FormulaireEcart if nom == "ecarter" else forms.FormulaireActe
    form: Any = bind(classe, request, initial={"le": perimetre.jour})

    def envoi() -> HttpResponse:
        advance_offre(
            perimetre=perimetre,
            offre_id=offre_id,
            acte=nom,
            le=form.cleaned_data["le"],
            motif=form.cleaned_data.get("motif", ""),
            version=read_version(request),
        )
        messages.success(request, FAITS[nom])
        return redirect("parc:offre", offre_id)

    page = {
        "logement": found.logement,
        "offre": found,
        "titre": transition.libelle,
        "version": found.version,
        "brouillon": "",
        "envoyer": transition.libelle,
        "annuler": reverse("parc:offre", args=[offre_id]),
        "introduction": "",
    }
    return run_form(request, form, envoi, "parc/formulaire.html", page)


@route(*ROLES_PARC, consulte=_lecture)
def visiter(request: HttpRequest, offre_id: int) -> HttpResponse:
    return _acte(request, offre_id, "visiter")


@route(*ROLES_PARC, consulte=_lecture)
def retenir(request: HttpRequest, offre_id: int) -> HttpResponse:
    return _acte(request, offre_id, "retenir")


@route(*ROLES_PARC, consulte=_lecture)
def capter(request: HttpRequest, offre_id: int) -> HttpResponse:
    return _acte(request, offre_id, "capter")


@route(*ROLES_PARC, consulte=_lecture)
def ecarter(request: HttpRequest, offre_id: int) -> HttpResponse:
    return _acte(request, offre_id, "ecarter")
