"""What follows: agenda and decision (through the port of commission), carrying out, end."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cariatide.commission.ports import DecisionPrise
from cariatide.demandes.actions.commun import apply_act, finish, lock_saisine
from cariatide.demandes.actions.instruction import (
    check_date_cloture,
    check_issue,
    release_operateur,
)
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.models import Orientation, Reexamen, Saisine
from cariatide.demandes.queries import find_reexamen
from cariatide.demandes.statuts import EN_COURS, IssueSaisine, SensOrientation, StatutSaisine
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
    avant = saisine.statut
    reexamen = find_reexamen(perimetre, saisine_id)
    if saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE and reexamen:
        _require(saisine, "changer_axe", perimetre)
        mandat = None
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
        champs=(),
        titre=f"Saisine {saisine} inscrite à la séance du {format_date(seance_le)}",
        detail=str(saisine.instance or ""),
        apres={"seance_le": seance_le, "passage": passage_id},
    )


def _require(saisine: Saisine, nom: str, perimetre: Perimetre) -> None:
    """Raise the refusal of an act that will be done later, in the session."""
    donnees = {"reexamen": True}
    motif = CYCLE.refusal(
        CYCLE.transitions[nom], saisine, Contexte(perimetre, perimetre.jour, donnees)
    )
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
        champs=(),
        titre=f"Saisine {saisine} retirée de l’ordre du jour",
        apres={"passage": passage_id},
    )


# -- decision ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Suite:
    """What a sense of decision does."""

    acte: str
    evenement: str
    titre: str
    ton: str


_SUITES = {
    SensOrientation.MAINTIEN: _Suite(
        "orienter_maintien", "saisine.orientee", "Demande validée : maintien dans les lieux", "ok"
    ),
    SensOrientation.RELOGEMENT: _Suite(
        "orienter_relogement", "saisine.orientee", "Demande validée : relogement", "ok"
    ),
    SensOrientation.AJOURNEMENT: _Suite("ajourner", "saisine.ajournee", "Demande ajournée", ""),
    SensOrientation.REFUS: _Suite("refuser", "saisine.refusee", "Demande refusée", "bad"),
}


@transaction.atomic
def apply_decision(*, perimetre: Perimetre, saisine_id: int, decision: DecisionPrise) -> Saisine:
    """The session decided: state, history, rights, parcours and event follow.

    A case already carried out on a provisional orientation goes on as soon as it is ratified.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    reexamen = find_reexamen(perimetre, saisine_id)
    if saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE and reexamen:
        return _decide_reexamen(saisine, reexamen, decision, perimetre)
    avant = saisine.statut
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
    _keep(saisine, decision, perimetre)
    return finish(
        saisine,
        suite.evenement,
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("ajournements", "decidee_le", "decision_sens"),
        titre=f"{saisine.instance} : {suite.titre[0].lower()}{suite.titre[1:]}",
        detail=f"Saisine {saisine}. {decision.motif}"[:300],
        ton=suite.ton,
        le=decision.le,
        apres={"sens": decision.sens, "passage": decision.passage_id},
    )


def _keep(saisine: Saisine, decision: DecisionPrise, perimetre: Perimetre) -> None:
    Orientation(
        saisine=saisine,
        sens=decision.sens,
        motif=decision.motif,
        conditions=decision.conditions,
        le=decision.le,
        auteur=str(saisine.instance or perimetre.utilisateur),
        passage_id=decision.passage_id,
    ).save(force_insert=True)


def _decide_reexamen(
    saisine: Saisine, reexamen: Reexamen, decision: DecisionPrise, perimetre: Perimetre
) -> Saisine:
    """The session answers a request of change of axis; the case stays carried out."""
    mandat = apply_act(saisine, "changer_axe", perimetre, reexamen=True, motif=decision.motif)
    champs: tuple[str, ...] = ()
    if decision.sens == SensOrientation.AJOURNEMENT:
        reexamen.passage_id = None
        titre = "Changement d’axe ajourné"
    else:
        reexamen.decide_le = decision.le
        reexamen.accepte = decision.sens == SensOrientation.RELOGEMENT
        titre = "Axe changé : relogement" if reexamen.accepte else "Changement d’axe refusé"
    reexamen.save(update_fields=["passage_id", "decide_le", "accepte"])
    if reexamen.accepte:
        saisine.decision_sens = SensOrientation.RELOGEMENT
        champs = ("decision_sens",)
    _keep(saisine, decision, perimetre)
    return finish(
        saisine,
        "saisine.axe_change" if reexamen.accepte else "saisine.axe_maintenu",
        perimetre=perimetre,
        mandat=mandat,
        avant=saisine.statut,
        champs=champs,
        titre=f"{saisine.instance} : {titre[0].lower()}{titre[1:]}",
        detail=f"Saisine {saisine}. {decision.motif}"[:300],
        ton="ok" if reexamen.accepte else "",
        le=decision.le,
        apres={"sens": decision.sens, "passage": decision.passage_id},
    )


@transaction.atomic
def request_changement_axe(
    *, perimetre: Perimetre, saisine_id: int, motif: str, version: int
) -> Saisine:
    """The operator asks the body to turn a maintien into a relogement."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    known = find_reexamen(perimetre, saisine_id)
    mandat = apply_act(
        saisine, "demander_changement_axe", perimetre, motif=motif, reexamen=bool(known)
    )
    Reexamen(
        saisine=saisine,
        motif=motif.strip(),
        demande_le=perimetre.jour,
        auteur=perimetre.utilisateur,
    ).save(force_insert=True)
    return finish(
        saisine,
        "saisine.changement_axe_demande",
        perimetre=perimetre,
        mandat=mandat,
        avant=saisine.statut,
        champs=(),
        titre=f"Changement d’axe demandé pour la saisine {saisine}",
        detail=motif.strip()[:300],
    )


# -- carrying out and end ----------------------------------------------------------------------


@transaction.atomic
def start_mise_en_oeuvre(
    *, perimetre: Perimetre, saisine_id: int, source: tuple[str, int], le: date | None = None
) -> Saisine:
    """A measure or a case was created for the saisine; a second one changes nothing.

    On a provisional orientation it starts at once: the state follows when a session ratifies.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    if saisine.mise_en_oeuvre_le is not None and saisine.statut in EN_COURS:
        return saisine
    avant = saisine.statut
    if _is_started_before_ratification(saisine):
        mandat = CYCLE.find_mandat(
            CYCLE.transitions["mettre_en_oeuvre"], saisine, Contexte(perimetre, perimetre.jour)
        )
        if mandat is None:
            raise ActeRefuse("Votre rôle ne permet pas l’acte « Mettre en œuvre ».")
    else:
        mandat = apply_act(saisine, "mettre_en_oeuvre", perimetre)
    saisine.mise_en_oeuvre_le = le or perimetre.jour
    return finish(
        saisine,
        "saisine.mise_en_oeuvre",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("mise_en_oeuvre_le",),
        titre=f"Saisine {saisine} mise en œuvre",
        detail="Commencée en urgence, avant la séance" if saisine.statut == avant else "",
        le=saisine.mise_en_oeuvre_le,
        apres={"source": list(source)},
    )


def _is_started_before_ratification(saisine: Saisine) -> bool:
    return saisine.provisoire_le is not None and saisine.statut in (
        StatutSaisine.ORIENTEE_PROVISOIRE,
        StatutSaisine.INSCRITE,
        StatutSaisine.AJOURNEE,
    )


@transaction.atomic
def close_saisine(
    *,
    perimetre: Perimetre,
    saisine_id: int,
    issue: str,
    le: date | None = None,
    version: int | None = None,
    motif: str = "",
) -> Saisine:
    """The operator ends it with its issue; closing twice changes nothing."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    if saisine.statut == StatutSaisine.CLOSE:
        return saisine
    le = le or perimetre.jour
    check_issue(issue)
    check_date_cloture(saisine, le, perimetre.jour)
    avant = saisine.statut
    mandat = apply_act(saisine, "clore", perimetre, issue=issue)
    saisine.close_le, saisine.issue, saisine.motif_cloture = le, issue, motif.strip()
    return finish(
        saisine,
        "saisine.close",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("close_le", "issue", "motif_cloture"),
        titre=f"Saisine {saisine} close : {IssueSaisine(issue).label.lower()}",
        detail=motif.strip()[:300],
        le=le,
        apres={"issue": issue},
    )
