"""What a session does to a saisine, called through the port of commission in its transaction.

The engine writes the lines of the parcours (agenda, decision); these acts write the state, the
history of orientations, the rights and the event that tells the prescriber.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cariatide.commission.ports import DecisionPrise
from cariatide.demandes.actions.commun import apply_act, finish, lock_saisine
from cariatide.demandes.actions.depot import attach_operateur
from cariatide.demandes.actions.instruction import release_operateur
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.models import Orientation, Reexamen, Saisine
from cariatide.demandes.queries import find_reexamen
from cariatide.demandes.statuts import SensOrientation, StatutSaisine
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre

# -- agenda ------------------------------------------------------------------------------------


@transaction.atomic
def enter_seance(
    *, perimetre: Perimetre, saisine_id: int, passage_id: int, seance_le: date
) -> Saisine:
    """The saisine is on the agenda of a session; a change of axis leaves its state as it is."""
    saisine = lock_saisine(perimetre, saisine_id)
    _check_after(saisine, seance_le)
    avant = saisine.statut
    reexamen = find_reexamen(perimetre, saisine_id)
    mandat = None
    if saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE and reexamen:
        _require(saisine, "changer_axe", perimetre)
        reexamen.passage_id = passage_id
        reexamen.save(update_fields=["passage_id"])
    else:
        mandat = apply_act(saisine, "inscrire", perimetre)
    return finish(
        saisine,
        "saisine.inscrite",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        apres={"seance_le": seance_le, "passage": passage_id},
    )


def _check_after(saisine: Saisine, seance_le: date) -> None:
    if seance_le < saisine.date_saisine:
        raise ActeRefuse(
            f"La saisine {saisine} est du {format_date(saisine.date_saisine)} : une séance du "
            f"{format_date(seance_le)} ne peut pas l’examiner."
        )


def _require(saisine: Saisine, nom: str, perimetre: Perimetre) -> None:
    """Raise the refusal of an act that will be done later, in the session."""
    ctx = Contexte(perimetre, perimetre.jour, {"reexamen": True})
    motif = CYCLE.refusal(CYCLE.transitions[nom], saisine, ctx)
    if motif:
        raise ActeRefuse(motif)


@transaction.atomic
def leave_seance(*, perimetre: Perimetre, saisine_id: int, passage_id: int) -> Saisine:
    """The saisine left the agenda unexamined: back to the state it had."""
    saisine = lock_saisine(perimetre, saisine_id)
    avant = saisine.statut
    reexamen = find_reexamen(perimetre, saisine_id)
    mandat = None
    if reexamen and reexamen.passage_id == passage_id:
        _require(saisine, "changer_axe", perimetre)
        reexamen.passage_id = None
        reexamen.save(update_fields=["passage_id"])
    elif saisine.ajournements:
        mandat = apply_act(saisine, "retirer_ajournee", perimetre)
    elif saisine.provisoire_le:
        mandat = apply_act(saisine, "retirer_provisoire", perimetre)
    else:
        mandat = apply_act(saisine, "retirer", perimetre)
    return finish(
        saisine,
        "saisine.retiree",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        apres={"passage": passage_id},
    )


# -- decision ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Suite:
    """What a sense of decision does."""

    acte: str
    evenement: str


_SUITES = {
    SensOrientation.MAINTIEN: _Suite("orienter_maintien", "saisine.orientee"),
    SensOrientation.RELOGEMENT: _Suite("orienter_relogement", "saisine.orientee"),
    SensOrientation.AJOURNEMENT: _Suite("ajourner", "saisine.ajournee"),
    SensOrientation.REFUS: _Suite("refuser", "saisine.refusee"),
}


@transaction.atomic
def apply_decision(*, perimetre: Perimetre, saisine_id: int, decision: DecisionPrise) -> Saisine:
    """The session decided, or corrects before its close what it had decided.

    A case already carried out on a provisional orientation goes on as soon as it is ratified.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    _check_after(saisine, decision.le)
    avant = saisine.statut
    former = (
        Orientation.objects.visible_to(perimetre)
        .filter(saisine_id=saisine_id, passage_id=decision.passage_id)
        .first()
    )
    reexamen = _find_reexamen_of(saisine, decision.passage_id, former, perimetre)
    if reexamen:
        return _decide_reexamen(saisine, reexamen, former, decision, perimetre)
    if former:
        _undo(saisine, former, perimetre)
    suite = _SUITES[SensOrientation(decision.sens)]
    mandat = apply_act(saisine, suite.acte, perimetre, motif=decision.motif)
    if decision.sens == SensOrientation.AJOURNEMENT:
        saisine.ajournements += 1
    else:
        saisine.decidee_le, saisine.decision_sens = decision.le, decision.sens
        if saisine.mise_en_oeuvre_le and decision.sens != SensOrientation.REFUS:
            apply_act(saisine, "mettre_en_oeuvre", perimetre)
    if decision.sens == SensOrientation.REFUS:
        release_operateur(saisine, perimetre.jour)
    _keep(saisine, former, decision, perimetre)
    return finish(
        saisine,
        suite.evenement,
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("ajournements", "decidee_le", "decision_sens"),
        apres={"sens": decision.sens, "passage": decision.passage_id},
    )


def _undo(saisine: Saisine, former: Orientation, perimetre: Perimetre) -> None:
    """Back to the state before a decision that its own session corrects."""
    apply_act(saisine, "corriger", perimetre, correction=True)
    saisine.decidee_le, saisine.decision_sens = None, ""
    if former.sens == SensOrientation.AJOURNEMENT:
        saisine.ajournements -= 1
    if former.sens == SensOrientation.REFUS:
        attach_operateur(saisine, perimetre.jour)


def _keep(
    saisine: Saisine, former: Orientation | None, decision: DecisionPrise, perimetre: Perimetre
) -> None:
    orientation = former or Orientation(saisine=saisine, passage_id=decision.passage_id)
    orientation.sens, orientation.motif = decision.sens, decision.motif
    orientation.conditions, orientation.le = decision.conditions, decision.le
    orientation.auteur = str(saisine.instance or perimetre.utilisateur)
    orientation.save()


# -- change of axis ----------------------------------------------------------------------------


def _find_reexamen_of(
    saisine: Saisine, passage_id: int, former: Orientation | None, perimetre: Perimetre
) -> Reexamen | None:
    """The request that this passage examines, or examined when the decision is corrected."""
    if saisine.statut != StatutSaisine.EN_MISE_EN_OEUVRE:
        return None
    found: Reexamen | None = (
        Reexamen.objects.visible_to(perimetre)
        .filter(saisine_id=saisine.pk, passage_id=passage_id)
        .first()
    )
    if found or former is None or former.sens != SensOrientation.AJOURNEMENT:
        return found
    # A postponement gave the request back to the agenda.
    return find_reexamen(perimetre, saisine.pk)


def _decide_reexamen(
    saisine: Saisine,
    reexamen: Reexamen,
    former: Orientation | None,
    decision: DecisionPrise,
    perimetre: Perimetre,
) -> Saisine:
    """The session answers a request of change of axis; the case stays carried out."""
    mandat = apply_act(saisine, "changer_axe", perimetre, reexamen=True, motif=decision.motif)
    if decision.sens == SensOrientation.AJOURNEMENT:
        reexamen.passage_id = reexamen.decide_le = reexamen.accepte = None
    else:
        reexamen.passage_id, reexamen.decide_le = decision.passage_id, decision.le
        reexamen.accepte = decision.sens == SensOrientation.RELOGEMENT
    reexamen.save(update_fields=["passage_id", "decide_le", "accepte"])
    # The request came from a maintien (rules.may_change_axe): that is what a refusal keeps.
    saisine.decision_sens = (
        SensOrientation.RELOGEMENT if reexamen.accepte else SensOrientation.MAINTIEN
    )
    _keep(saisine, former, decision, perimetre)
    return finish(
        saisine,
        "saisine.axe_change" if reexamen.accepte else "saisine.axe_maintenu",
        perimetre=perimetre,
        mandat=mandat,
        avant=saisine.statut,
        champs=("decision_sens",),
        apres={"sens": decision.sens, "passage": decision.passage_id},
    )
