"""Pages of one case on an agenda: its decision, the opinions, its notification."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.commission.actions.agenda import move_passage, remove_passage
from cariatide.commission.actions.decisions import give_avis
from cariatide.commission.actions.papiers import issue_notification
from cariatide.commission.documents import render_notification
from cariatide.commission.models import Seance
from cariatide.commission.queries import (
    find_mandat_secretariat,
    find_passage,
    find_seance,
    lecture_passage,
    list_avis,
    list_membres,
    list_notifications,
    list_passages_precedents,
    read_synthese,
)
from cariatide.commission.statuts import A_TENIR, OUVERTS, StatutSeance
from cariatide.commission.web import forms
from cariatide.commission.web.views.commun import send_pdf
from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.partenaires.statuts import Role
from cariatide.socle.envois import act_once
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.pages.actes import Fait, PageActe, run_acte, run_sur_place
from cariatide.socle.pages.formulaires import Formulaire, bind
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


def _can_read_seance(perimetre: Perimetre, seance_id: int) -> bool:
    """Whether the page may link to the session: an operator reads the decision, not the agenda."""
    try:
        find_seance(perimetre, seance_id)
    except Introuvable:
        return False
    return True


def _organisations(perimetre: Perimetre, seance: Seance) -> list[tuple[int, str]]:
    """Organisations of this person that sit at the session."""
    sieges = {m.organisation_id for m in list_membres(seance.instance_id, seance.le)}
    found = {
        m.organisation_id: m.organisation
        for m in perimetre.mandats
        if m.role == Role.MEMBRE_COMMISSION and m.organisation_id in sieges
    }
    return sorted(found.items(), key=lambda pair: pair[1])


@route(*ROLES_DOSSIER, consulte=lecture_passage)
def detail(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    """The decision of the instance about one household, its reason, what came before."""
    perimetre: Perimetre = request.perimetre
    passage = find_passage(perimetre, passage_id)
    return _rend(request, passage_id, None, _can_read_seance(perimetre, passage.seance_id))


def _rend(
    request: HttpRequest,
    passage_id: int,
    form: Formulaire | None,
    lit_seance: bool,
    statut: int = 200,
) -> HttpResponse:
    perimetre: Perimetre = request.perimetre
    passage = find_passage(perimetre, passage_id)
    seance = passage.seance
    ouvert = passage.statut in OUVERTS and seance.statut in (*A_TENIR, StatutSeance.OUVERTE)
    organisations = _organisations(perimetre, seance) if ouvert and lit_seance else []
    if organisations and form is None:
        form = forms.FormulaireAvis(organisations=organisations)
    valeurs = {
        "passage": passage,
        "seance": seance,
        "decision": getattr(passage, "decision", None),
        "synthese": read_synthese(perimetre, passage),
        "precedents": list_passages_precedents(perimetre, passage),
        "avis": list_avis(perimetre, passage.pk),
        "documents": list_notifications(perimetre, passage.pk),
        "lit_seance": lit_seance,
        "tient": find_mandat_secretariat(perimetre, seance.instance) is not None,
        "form": form if organisations else None,
        "envoi": uuid4(),
    }
    return rend(request, "commission/passage.html", valeurs, statut=statut)


@route(Role.MEMBRE_COMMISSION)
@require_POST
def donner_avis(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    perimetre: Perimetre = request.perimetre
    passage = find_passage(perimetre, passage_id)
    seance = find_seance(perimetre, passage.seance_id)
    organisations = _organisations(perimetre, seance)
    if not organisations:
        raise ActeRefuse("Votre organisation ne siège pas à cette séance.")
    form = forms.FormulaireAvis(request.POST, organisations=organisations)

    def envoi(form: Any) -> Fait:
        give_avis(
            perimetre=perimetre,
            passage_id=passage_id,
            organisation_id=form.cleaned_data["organisation"],
            sens=form.cleaned_data["sens"],
            texte=form.cleaned_data["texte"],
        )
        return Fait("Votre avis est enregistré : le secrétariat et les membres le lisent.")

    def montre(refus: ErreurMetier | None) -> HttpResponse:
        if refus is not None:
            form.add_erreur_metier(refus)
        form.mark_errors()
        return _rend(request, passage_id, form, True, statut=422)

    return run_sur_place(
        request, form, envoi, montre,
        retour=reverse("commission:passage", args=[passage_id]), brouillon=f"avis-{passage_id}",
    )  # fmt: skip


@route(Role.SECRETARIAT)
@require_POST
def deplacer(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    passage = find_passage(request.perimetre, passage_id)
    adresse = reverse("commission:seance", args=[passage.seance_id])
    if request.POST.get("retour") == "en_seance":
        adresse = reverse("commission:en_seance_dossier", args=[passage.seance_id, passage.pk])

    def envoi() -> str:
        monte = request.POST.get("sens") == "haut"
        move_passage(perimetre=request.perimetre, passage_id=passage_id, monte=monte)
        return adresse

    act_once(request, envoi)  # the click of a browser that got no answer, sent again
    return redirect(adresse)


@route(Role.SECRETARIAT, consulte=lecture_passage)
def retirer(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    """Take a case off the agenda, with the reason."""
    passage = find_passage(request.perimetre, passage_id)

    def envoi(form: Any) -> Fait:
        remove_passage(
            perimetre=request.perimetre, passage_id=passage_id, motif=form.cleaned_data["motif"]
        )
        return Fait(
            f"Le dossier {passage.reference} est retiré : il se referme aux membres et attend une "
            "autre séance."
        )

    retour = reverse("commission:seance", args=[passage.seance_id])
    page = PageActe(
        f"Retirer {passage.libelle} de l’ordre du jour",
        retour=retour,
        envoyer="Retirer le dossier",
        ton="danger",
        fil=[("Commissions", reverse("commission:seances")), ("Séance", retour)],
        surtitre=f"{passage.seance.instance.nom} · {passage.reference}",
    )
    return run_acte(request, bind(forms.FormulaireMotif, request), page, envoi)


@route(Role.SECRETARIAT, consulte=lecture_passage)
def apercu(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    """The notification as it would be issued now."""
    passage = find_passage(request.perimetre, passage_id)
    nom, pdf = render_notification(request.perimetre, passage)
    return send_pdf(pdf, nom)


@route(Role.SECRETARIAT)
@require_POST
def notifier(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    issue_notification(perimetre=request.perimetre, passage_id=passage_id)
    messages.success(
        request, "La notification est émise : elle se télécharge et s’imprime depuis cette page."
    )
    return redirect("commission:passage", passage_id)
