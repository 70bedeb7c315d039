"""The live session: agenda, case, decision; what members and the projector follow."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.commission.actions import decisions as actes
from cariatide.commission.actions.papiers import close_with_minutes
from cariatide.commission.actions.seances import LignePresence, record_presences
from cariatide.commission.models import Passage, Seance
from cariatide.commission.queries import (
    LigneAgenda,
    count_quorum,
    find_affiche,
    find_mandat_secretariat,
    find_passage,
    find_seance,
    lecture_en_seance,
    list_agenda,
    list_avis,
    list_presences,
    read_etat,
    read_synthese,
)
from cariatide.commission.rules import EtatQuorum, refuse_decision
from cariatide.commission.statuts import EtatPresence, SensDecision, StatutPassage, StatutSeance
from cariatide.commission.web import forms
from cariatide.commission.web.views.commun import ROLES_SEANCE
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.pages.actes import (
    Fait,
    done,
    read_entier,
    read_version,
    run_bouton,
    run_sur_place,
)
from cariatide.socle.pages.formulaires import Formulaire
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre


def _deja_convoque(seance: Seance, passage: Passage) -> bool:
    precedent = passage.reporte_de
    return precedent is not None and precedent.seance_id == seance.seconde_de_id


def build_ecran(
    perimetre: Perimetre,
    seance: Seance,
    passage_id: int | None = None,
    *,
    suit: bool = False,
    form: Formulaire | None = None,
) -> dict[str, Any]:
    """Everything the live screen shows."""
    lignes = list_agenda(perimetre, seance.pk)
    affiche = find_affiche(lignes, passage_id, suit)
    presences = list_presences(seance)
    quorum = count_quorum(seance, presences)
    tient = find_mandat_secretariat(perimetre, seance.instance) is not None
    rang = lignes.index(affiche) if affiche else -1
    return {
        "seance": seance,
        "lignes": lignes,
        "affiche": affiche,
        "precedent": lignes[rang - 1] if rang > 0 else None,
        "suivant": lignes[rang + 1] if 0 <= rang < len(lignes) - 1 else None,
        "synthese": read_synthese(perimetre, affiche.passage) if affiche else None,
        "avis": list_avis(perimetre, affiche.passage.pk) if affiche else [],
        "presences": presences,
        "etats": EtatPresence.choices,
        "quorum": quorum,
        "decides": sum(ligne.decision is not None for ligne in lignes),
        "restants": sum(ligne.is_a_examiner for ligne in lignes),
        "tient": tient,
        "etat": read_etat(seance, lignes),
        "form": form,
        "envoi": uuid4(),
        "refus": "",
        **(_decision(seance, affiche, quorum, form) if tient and affiche else {}),
    }


def _decision(
    seance: Seance, affiche: LigneAgenda, quorum: EtatQuorum, form: Formulaire | None
) -> dict[str, Any]:
    """The form of the decision, or why there is none."""
    passage, decision = affiche.passage, affiche.decision
    if seance.statut != StatutSeance.OUVERTE or passage.statut == StatutPassage.REPORTE:
        return {"form": None}
    initial: dict[str, Any] = {"sens": passage.sens_provisoire or None}
    if decision:
        initial = {
            "sens": decision.sens, "motif": decision.motif, "conditions": decision.conditions,
            "votes": decision.votes, "deports": decision.deports,
        }  # fmt: skip
    return {
        "form": form or forms.FormulaireDecision(initial=initial),
        "refus": refuse_decision(quorum, _deja_convoque(seance, passage)) or "",
        "sens": SensDecision.choices,
        "brouillon": f"decision-{passage.pk}-{passage.version}",
        "form_cloture": forms.FormulaireCloture(initial={"points_divers": seance.points_divers}),
    }


@route(*ROLES_SEANCE, consulte=lecture_en_seance)
def en_seance(
    request: HttpRequest, seance_id: int, passage_id: int | None = None
) -> HttpResponseBase:
    """The screen of the session; `?projection=1`: for the wall, it follows the secretary."""
    perimetre: Perimetre = request.perimetre
    seance = find_seance(perimetre, seance_id)
    projection = request.GET.get("projection") == "1"
    tient = find_mandat_secretariat(perimetre, seance.instance) is not None
    ecran = build_ecran(perimetre, seance, passage_id, suit=projection or not tient)
    gabarit = "commission/projection.html" if projection else "commission/en_seance.html"
    return rend(request, gabarit, ecran)


@route(*ROLES_SEANCE)
def suivi(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Nothing of a household: whether the session moved since the page was drawn."""
    seance = find_seance(request.perimetre, seance_id)
    etat = read_etat(seance, list_agenda(request.perimetre, seance.pk))
    response = HttpResponse(status=204)
    if etat != request.GET.get("etat"):
        response["HX-Trigger"] = "seance-avance"
    response["Cache-Control"] = "no-store"
    return response


def _ecran_url(seance_id: int, passage_id: int | None = None) -> str:
    if passage_id:
        return reverse("commission:en_seance_dossier", args=[seance_id, passage_id])
    return reverse("commission:en_seance", args=[seance_id])


@route(Role.SECRETARIAT)
@require_POST
def examiner(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    passage = actes.start_passage(perimetre=request.perimetre, passage_id=passage_id)
    return redirect(_ecran_url(passage.seance_id, passage.pk))


@route(Role.SECRETARIAT)
@require_POST
def suspendre(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    passage = actes.suspend_passage(perimetre=request.perimetre, passage_id=passage_id)
    messages.info(request, f"Le dossier {passage.reference} sera repris plus tard dans la séance.")
    return redirect(_ecran_url(passage.seance_id, passage.pk))


@route(Role.SECRETARIAT)
@require_POST
def decider(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    """Record the decision; the second of two secretaries gets both versions back."""
    perimetre: Perimetre = request.perimetre
    passage = find_passage(perimetre, passage_id)
    form = forms.FormulaireDecision(request.POST)
    suivant = request.POST.get("suite") != "rester"
    version = read_version(request)

    def envoi(form: Any) -> Fait:
        decision = actes.record_decision(
            perimetre=perimetre, passage_id=passage_id, version=version, suivant=suivant,
            **form.cleaned_data,
        )  # fmt: skip
        label = SensDecision(decision.sens).label.lower()
        return Fait(f"Décision enregistrée pour {passage.libelle} : {label}.")

    def montre(refus: ErreurMetier | None) -> HttpResponse:
        if isinstance(refus, ConflitDeVersion):
            return _conflit(request, passage_id, form, refus.message)
        if refus is not None:
            form.add_erreur_metier(refus)
        form.mark_errors()
        seance = find_seance(perimetre, passage.seance_id)
        ecran = build_ecran(perimetre, seance, passage_id, form=form)
        return rend(request, "commission/en_seance.html", ecran, statut=422)

    return run_sur_place(
        request, form, envoi, montre,
        retour=_ecran_url(passage.seance_id, None if suivant else passage_id),
        brouillon=f"decision-{passage_id}-{version}",
    )  # fmt: skip


def _conflit(request: HttpRequest, passage_id: int, form: Formulaire, message: str) -> HttpResponse:
    passage = find_passage(request.perimetre, passage_id)
    valeurs = {
        "seance": passage.seance,
        "passage": passage,
        "decision": getattr(passage, "decision", None),
        "form": form,
        "message": message,
        "sens": dict(SensDecision.choices),
        "envoi": uuid4(),
    }
    return rend(request, "commission/conflit.html", valeurs, statut=409)


@route(Role.SECRETARIAT)
@require_POST
def reporter(request: HttpRequest, passage_id: int) -> HttpResponseBase:
    passage = find_passage(request.perimetre, passage_id)
    actes.postpone_passages(
        perimetre=request.perimetre, seance_id=passage.seance_id, passage_id=passage_id
    )
    return done(
        request,
        f"Le dossier {passage.reference} est reporté, sans décision.",
        _ecran_url(passage.seance_id),
    )


@route(Role.SECRETARIAT)
@require_POST
def reporter_restants(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    nombre = len(actes.postpone_passages(perimetre=request.perimetre, seance_id=seance_id))
    texte = "Un dossier est reporté" if nombre == 1 else f"{nombre} dossiers sont reportés"
    return done(request, f"{texte} à la prochaine séance, sans décision.", _ecran_url(seance_id))


@route(Role.SECRETARIAT)
@require_POST
def presences(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Who is in the room; the page comes back with the quorum counted again."""
    perimetre: Perimetre = request.perimetre
    seance = find_seance(perimetre, seance_id)
    lignes = [
        LignePresence(
            organisation_id=p.organisation_id,
            etat=str(request.POST.get(f"etat_{p.organisation_id}", p.etat)),
            representant=str(request.POST.get(f"representant_{p.organisation_id}", p.representant)),
            pouvoir_a_id=read_entier(request.POST.get(f"pouvoir_{p.organisation_id}", ""), 0)
            or None,
        )
        for p in list_presences(seance)
    ]
    president = request.POST.get("president")

    def envoi() -> Fait:
        record_presences(
            perimetre=perimetre, seance_id=seance_id, lignes=lignes,
            president=None if president is None else str(president),
            version=read_version(request),
        )  # fmt: skip
        phrase = count_quorum(find_seance(perimetre, seance_id)).phrase
        return Fait(f"Présences enregistrées : {phrase}.")

    if seance.statut == StatutSeance.CONVOQUEE:
        adresse = reverse("commission:seance", args=[seance_id])
    else:
        dossier = read_entier(request.POST.get("dossier", ""), 0)
        adresse = _ecran_url(seance_id, dossier or None)
    return run_bouton(request, adresse, envoi)


@route(Role.SECRETARIAT)
@require_POST
def clore(request: HttpRequest, seance_id: int) -> HttpResponseBase:
    """Close, and issue the minutes."""
    find_seance(request.perimetre, seance_id)

    def envoi() -> Fait:
        seance = close_with_minutes(
            perimetre=request.perimetre,
            seance_id=seance_id,
            points_divers=str(request.POST.get("points_divers", ""))[:5000],
        )
        return Fait(
            f"La séance du {seance.le:%d/%m/%Y} est close et son procès-verbal est émis. "
            "Il reste à notifier les décisions.",
            reverse("commission:seance", args=[seance_id]),
        )

    return run_bouton(request, _ecran_url(seance_id), envoi)
