"""Pages of reorientations: asked from a measure, decided, listed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cariatide.mesures import actions
from cariatide.mesures.models import Mesure, MotifReorientation, Reorientation
from cariatide.mesures.queries import (
    CHAMPS_REORIENTATIONS,
    TRIS_REORIENTATIONS,
    build_fiche_reorientation,
    describe_destination,
    find_duree_courante,
    find_instance,
    find_mesure,
    find_reorientation,
    lecture_de,
    lecture_mesure,
    list_destinations,
    list_motifs_reorientation,
    list_reorientations,
    refuse_reorientation,
    refuse_suite,
)
from cariatide.mesures.statuts import AvisMenage, StatutReorientation
from cariatide.mesures.web import forms_reorientations
from cariatide.mesures.web.views.commun import EQUIPE, FINANCEUR, LECTEURS, page_acte
from cariatide.partenaires.statuts import Role, TypeConvention
from cariatide.socle.pages.actes import (
    ActeSimple,
    Fait,
    PageActe,
    read_version,
    run_acte,
    send,
)
from cariatide.socle.pages.composants import Colonne
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.page_liste import PageListe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import Colonne as ColonneExport

CONSULTE = lecture_de(Reorientation, "reorientation_id")
TONS = {
    StatutReorientation.DEMANDEE: "info",
    StatutReorientation.RENVOYEE: "warn",
    StatutReorientation.ACCEPTEE: "ok",
    StatutReorientation.REFUSEE: "bad",
}
COLONNES = (
    Colonne("menage__nom_usage", "Ménage", principale=True),
    Colonne("mesure__reference", "Mesure", masquee=True),
    Colonne("statut", "État"),
    Colonne("motif__libelle", "Motif"),
    Colonne("convention__operateur__nom", "Vers"),
    Colonne("avis_menage", "Avis du ménage"),
    Colonne("decideur", "Décision par"),
    Colonne("demandee_le", "Demandée le", "date", tris=("anciennes", "recentes")),
    Colonne("decidee_le", "Décidée le", "date"),
    Colonne("nouvelle__reference", "Nouvelle mesure", masquee=True),
)
COLONNES_EXPORT = (
    ColonneExport("mesure__reference", "Mesure"),
    ColonneExport("menage__nom_usage", "Ménage"),
    ColonneExport("statut", "État"),
    ColonneExport("motif__libelle", "Motif"),
    ColonneExport("mesure__operateur__nom", "Opérateur"),
    ColonneExport("mesure__convention__reference", "Convention"),
    ColonneExport("convention__type", "Vers le dispositif"),
    ColonneExport("convention__operateur__nom", "Vers l’opérateur"),
    ColonneExport("convention__reference", "Vers la convention"),
    ColonneExport("avis_menage", "Avis du ménage"),
    ColonneExport("decideur", "Décision par"),
    ColonneExport("demandee_le", "Demandée le", "date"),
    ColonneExport("decidee_le", "Décidée le", "date"),
    ColonneExport("nouvelle__reference", "Nouvelle mesure"),
)
_MOTS = {
    "statut": dict(StatutReorientation.choices),
    "avis_menage": dict(AvisMenage.choices),
    "convention__type": dict(TypeConvention.choices),
}


def _with_labels(ligne: dict[str, Any]) -> dict[str, Any]:
    """Codes in words, with the colour of the state for the screen."""
    mots = {nom: libelles.get(ligne[nom], ligne[nom]) for nom, libelles in _MOTS.items()}
    return {**ligne, **mots, "ton": TONS.get(ligne["statut"], "neutre")}


def _filtres(request: HttpRequest) -> Formulaire:
    motifs = MotifReorientation.objects.order_by("ordre", "libelle")
    return forms_reorientations.FiltresReorientations(
        request.GET, motifs=[(m.pk, m.libelle) for m in motifs]
    )


LISTE = PageListe(
    "mesures/reorientations.html",
    filtres=_filtres,
    lignes=list_reorientations,
    tris=TRIS_REORIENTATIONS,
    champs=CHAMPS_REORIENTATIONS,
    colonnes=COLONNES,
    habille=_with_labels,
    export=COLONNES_EXPORT,
    nom="reorientations",
    libelle_export="Export de la liste des réorientations",
    adresse="mesures:reorientations",
)


@route(*LECTEURS)
def liste(request: HttpRequest) -> HttpResponse:
    """Reorientations of the perimeter, asked and decided."""
    return LISTE.show(request)


@route(*LECTEURS, consulte=CONSULTE)
def detail(request: HttpRequest, reorientation_id: int) -> HttpResponse:
    """The page of a reorientation; what was said, at level S alone."""
    fiche = build_fiche_reorientation(request.perimetre, reorientation_id)
    contexte = {
        "fiche": fiche,
        "reorientation": fiche.reorientation,
        "mesure": fiche.reorientation.mesure,
        "vers": describe_destination(fiche.reorientation),
        "tons": TONS,
    }
    return rend(request, "mesures/reorientation.html", contexte)


def _url(reorientation_id: int) -> str:
    return reverse("mesures:reorientation", args=[reorientation_id])


def _form(
    request: HttpRequest, mesure: Mesure, initial: dict[str, Any]
) -> forms_reorientations.ReorientationForm:
    jour = request.perimetre.jour
    motifs = list_motifs_reorientation(jour, garde=initial.get("motif"))
    form: forms_reorientations.ReorientationForm = bind(
        forms_reorientations.ReorientationForm, request, initial=initial,
        conventions=[
            (c.pk, f"{c.operateur.nom} · {c.reference} · {c.get_type_display()}")
            for c in list_destinations(mesure, jour)
        ],
        motifs=[(m.pk, m.libelle) for m in motifs],
    )  # fmt: skip
    return form


@route(*EQUIPE, consulte=lecture_mesure)
def demander(request: HttpRequest, mesure_id: int) -> HttpResponse:
    """Ask that a measure go on elsewhere."""
    perimetre: Perimetre = request.perimetre
    mesure = find_mesure(perimetre, mesure_id)
    instance = find_instance(mesure, perimetre.jour)
    qui = f"{instance.nom}, en séance" if instance else str(mesure.convention.commanditaire)

    def envoi(form: Any) -> Fait:
        demande = actions.request_reorientation(
            perimetre=perimetre, mesure_id=mesure_id, donnees=form.to_donnees(),
            version=read_version(request),
        )  # fmt: skip
        return Fait("La réorientation est demandée : qui en décide est averti.", _url(demande.pk))

    page = PageActe(
        "Demander une réorientation",
        envoyer="Demander la réorientation",
        aide=f"Qui décide : {qui}. La mesure se poursuit jusqu’à la décision.",
        refus=refuse_reorientation(mesure, perimetre),
        **page_acte(request, mesure),
    )
    return run_acte(request, _form(request, mesure, {"avis_le": perimetre.jour}), page, envoi)


def _page(request: HttpRequest, reorientation: Reorientation) -> dict[str, Any]:
    """What the page of an act says of the request: its version, its draft, why it is closed."""
    acte = (request.resolver_match.url_name or "").partition("_")[2]
    mesure = reorientation.mesure
    page = page_acte(request, mesure)
    fil = [
        ("Réorientations", reverse("mesures:reorientations")),
        (f"Réorientation {mesure.reference}", _url(reorientation.pk)),
    ]
    return {
        **page,
        "fil": fil,
        "retour": _url(reorientation.pk),
        "version": reorientation.version,
        "brouillon": f"{page['brouillon']}-{reorientation.pk}",
        "refus": refuse_suite(reorientation, acte, mesure, request.perimetre),
    }


@route(*EQUIPE, consulte=CONSULTE)
def completer(request: HttpRequest, reorientation_id: int) -> HttpResponse:
    """Complete what was sent back, and present it again."""
    perimetre: Perimetre = request.perimetre
    fiche = build_fiche_reorientation(perimetre, reorientation_id)
    demande = fiche.reorientation

    def envoi(form: Any) -> Fait:
        actions.complete_reorientation(
            perimetre=perimetre, reorientation_id=reorientation_id, donnees=form.to_donnees(),
            version=read_version(request),
        )  # fmt: skip
        return Fait("La demande est complétée : elle attend à nouveau une décision.")

    initial = {
        "convention": demande.convention_id, "motif": demande.motif_id,
        "synthese": demande.synthese, "expose": fiche.expose,
        "avis_menage": demande.avis_menage, "avis_le": demande.avis_le,
    }  # fmt: skip
    page = PageActe(
        "Compléter la demande de réorientation",
        envoyer="Présenter à nouveau",
        aide=f"À compléter : {demande.renvoi_motif}" if demande.renvoi_motif else "",
        **_page(request, demande),
    )
    return run_acte(request, _form(request, demande.mesure, initial), page, envoi)


@route(*FINANCEUR, consulte=CONSULTE)
def accepter(request: HttpRequest, reorientation_id: int) -> HttpResponse:
    """The funder accepts: the measure ends here and goes on there."""
    perimetre: Perimetre = request.perimetre
    demande = find_reorientation(perimetre, reorientation_id)
    vers = demande.convention
    finance = perimetre.find_mandat({Role.FINANCEUR}, vers.commanditaire_id) is not None
    initial = {"duree_mois": find_duree_courante(vers, perimetre.jour)} if finance else {}
    form = bind(
        forms_reorientations.AccepterReorientationForm, request, initial=initial, finance=finance
    )
    page = PageActe(
        "Accepter la réorientation",
        envoyer="Accepter la réorientation",
        aide=f"La mesure {demande.mesure.reference} prend fin aujourd’hui, la nouvelle est "
        "ouverte, et la lettre au ménage est établie.",
        **_page(request, demande),
    )
    phrase = "La réorientation est acceptée : les deux équipes et le prescripteur sont avertis."
    envoi = send(request, actions.accept_reorientation, phrase, reorientation_id=reorientation_id)
    return _run(request, form, page, envoi, demande)


def _run(
    request: HttpRequest, form: Any, page: PageActe, envoi: Any, demande: Reorientation
) -> HttpResponse:
    """The form of an act, under what it is about: whoever decides comes from the list."""
    return run_acte(
        request, form, page, envoi, gabarit="mesures/acte_reorientation.html", demande=demande,
        vers=describe_destination(demande),
    )  # fmt: skip


def _simple(roles: tuple[Role, ...], simple: ActeSimple) -> Callable[..., HttpResponse]:
    """The view of a declared act on a request."""

    @route(*roles, consulte=CONSULTE)
    def vue(request: HttpRequest, reorientation_id: int) -> HttpResponse:
        demande = find_reorientation(request.perimetre, reorientation_id)
        page = simple.page(**_page(request, demande))
        form = bind(simple.formulaire, request)
        envoi = send(request, simple.action, simple.fait, reorientation_id=reorientation_id)
        return _run(request, form, page, envoi, demande)

    return vue


refuser = _simple(
    FINANCEUR,
    ActeSimple(
        "Refuser la réorientation",
        "Refuser la réorientation",
        "La réorientation est refusée : l’équipe et le prescripteur sont avertis.",
        forms_reorientations.MotifDecisionForm,
        actions.reject_reorientation,
        aide="La mesure se poursuit avec le même opérateur. La lettre au ménage est établie.",
        ton="danger",
    ),
)
renvoyer = _simple(
    FINANCEUR,
    ActeSimple(
        "Renvoyer la demande à compléter",
        "Renvoyer la demande",
        "La demande est renvoyée : l’équipe est avertie de ce qui manque.",
        forms_reorientations.RenvoiForm,
        actions.send_back_reorientation,
    ),
)
retirer = _simple(
    EQUIPE,
    ActeSimple(
        "Retirer la demande de réorientation",
        "Retirer la demande",
        "La demande est retirée : la mesure se poursuit.",
        forms_reorientations.RetraitForm,
        actions.withdraw_reorientation,
        ton="danger",
    ),
)
