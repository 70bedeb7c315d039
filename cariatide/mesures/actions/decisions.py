"""A reorientation decided: by the funder, or by the session of the body that directed the case."""

from datetime import date

from django.db import transaction

from cariatide.commission.ports import DecisionPrise
from cariatide.commission.statuts import SensDecision
from cariatide.documents.actions import issue_document
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.mesures.actions.commun import OBJET, apply_objet, check_texte, save
from cariatide.mesures.actions.effets import carry_out
from cariatide.mesures.actions.ouverture import grant
from cariatide.mesures.actions.reorientations import (
    CHAMPS_DECISION,
    check_still,
    decide,
    lock_reorientation,
    tell_reorientation,
)
from cariatide.mesures.lettres import build_lettre_reorientation
from cariatide.mesures.lifecycle import CYCLE_REORIENTATION
from cariatide.mesures.models import Mesure, Reorientation
from cariatide.mesures.queries import OBJET_REORIENTATION, describe_destination
from cariatide.mesures.statuts import StatutReorientation
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

DECIDEES = (StatutReorientation.ACCEPTEE, StatutReorientation.REFUSEE)

# -- decided by the funder -------------------------------------------------------------------


@transaction.atomic
def accept_reorientation(
    *,
    perimetre: Perimetre,
    reorientation_id: int,
    motif: str,
    conditions: str = "",
    duree_mois: int | None = None,
    intensite: str = "",
    version: int | None = None,
) -> Reorientation:
    """The funder accepts: it takes effect at once, and the household is written to.

    duree_mois, intensite: when the funder also orders the new agreement, its accord at once.
    """
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id, version)
    check_still(reorientation, mesure, perimetre.jour)
    mandat = decide(reorientation, "accepter", perimetre, motif, conditions)
    reorientation.axe = mesure.axe
    save(reorientation, [*CHAMPS_DECISION, "axe"])
    tell_reorientation(
        "reorientation.acceptee", reorientation, mesure, perimetre, mandat,
        "Réorientation acceptée", detail=describe_destination(reorientation), ton="ok",
    )  # fmt: skip
    _write_to_menage(reorientation, perimetre, mandat)
    nouvelle = carry_out(reorientation, mesure, perimetre, mandat)
    if duree_mois:
        _grant_too(nouvelle, perimetre, duree_mois, intensite)
    return reorientation


def _grant_too(nouvelle: Mesure, perimetre: Perimetre, mois: int, intensite: str) -> None:
    commanditaire_id = nouvelle.convention.commanditaire_id
    if perimetre.find_mandat({Role.FINANCEUR}, commanditaire_id) is None:
        message = "Une autre organisation finance la nouvelle mesure : elle en donne l’accord."
        raise ErreurMetier(message, {"duree_mois": message})
    grant(
        nouvelle, "accorder", perimetre, le=perimetre.jour, duree_mois=mois, intensite=intensite,
        reference=f"Réorientation décidée le {format_date(perimetre.jour)}",
    )  # fmt: skip


@transaction.atomic
def reject_reorientation(
    *, perimetre: Perimetre, reorientation_id: int, motif: str, version: int | None = None
) -> Reorientation:
    """The funder refuses: the measure goes on as it was, and the household is written to."""
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id, version)
    mandat = decide(reorientation, "refuser", perimetre, motif)
    save(reorientation, CHAMPS_DECISION)
    tell_reorientation(
        "reorientation.refusee", reorientation, mesure, perimetre, mandat,
        "Réorientation refusée", ton="bad",
    )  # fmt: skip
    _write_to_menage(reorientation, perimetre, mandat)
    return reorientation


@transaction.atomic
def send_back_reorientation(
    *, perimetre: Perimetre, reorientation_id: int, motif: str, version: int | None = None
) -> Reorientation:
    """The funder asks for more before deciding."""
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id, version)
    mandat = apply_objet(CYCLE_REORIENTATION, reorientation, "renvoyer", perimetre)
    check_texte("motif", motif, "Dites ce qui manque.")
    reorientation.renvoi_motif = motif.strip()
    save(reorientation, ["renvoi_motif"])
    tell_reorientation(
        "reorientation.renvoyee", reorientation, mesure, perimetre, mandat,
        "Demande de réorientation à compléter",
    )  # fmt: skip
    return reorientation


def _write_to_menage(
    reorientation: Reorientation, perimetre: Perimetre, mandat: MandatEnVigueur | None
) -> None:
    """The letter that tells the household; a session's own notification does it otherwise."""
    mesure = reorientation.mesure
    document = issue_document(
        perimetre=perimetre,
        mandat=mandat,
        modele="courrier_menage",
        contexte=build_lettre_reorientation(reorientation, perimetre),
        organisation_id=mesure.convention.commanditaire_id,
        objet=(OBJET, mesure.pk),
        menage_id=mesure.menage_id,
        titre=f"Décision sur la réorientation de la mesure {mesure.reference}",
    )
    write_fait(
        perimetre=perimetre,
        menage_id=mesure.menage_id,
        le=perimetre.jour,
        domaine="documents",
        titre="Décision de réorientation notifiée au ménage",
        detail=f"Document {document.reference}",
        source=("documents.documentemis", document.pk),
    )


# -- decided in session (port commission.ports.Examinable) -----------------------------------


@transaction.atomic
def enter_agenda(
    *, perimetre: Perimetre, reorientation_id: int, passage_id: int, seance_le: date
) -> Reorientation:
    """The request is on the agenda of a session."""
    reorientation, _ = lock_reorientation(perimetre, reorientation_id)
    _check_after(reorientation, seance_le)
    if reorientation.statut != StatutReorientation.DEMANDEE:
        raise ActeRefuse("Cette demande de réorientation n’attend plus de décision.")
    reorientation.passage_id = passage_id
    save(reorientation, ["passage_id"])
    _note("reorientation.inscrite", reorientation, perimetre, passage_id)
    return reorientation


def _check_after(reorientation: Reorientation, seance_le: date) -> None:
    if seance_le < reorientation.demandee_le:
        raise ActeRefuse(
            f"Cette réorientation est demandée le {format_date(reorientation.demandee_le)} : une "
            f"séance du {format_date(seance_le)} ne peut pas l’examiner."
        )


@transaction.atomic
def leave_agenda(*, perimetre: Perimetre, reorientation_id: int, passage_id: int) -> Reorientation:
    """The request left the agenda unexamined: it waits for another."""
    reorientation, _ = lock_reorientation(perimetre, reorientation_id)
    if reorientation.passage_id != passage_id:
        return reorientation
    reorientation.passage_id = None
    save(reorientation, ["passage_id"])
    _note("reorientation.desinscrite", reorientation, perimetre, passage_id)
    return reorientation


def _note(nom: str, reorientation: Reorientation, perimetre: Perimetre, passage_id: int) -> None:
    """One event: the line of the parcours is the session's."""
    record_evenement(
        nom,
        perimetre=perimetre,
        objet_type=OBJET_REORIENTATION,
        objet_id=reorientation.pk,
        menage_id=reorientation.menage_id,
        libelle=f"Mesure {reorientation.mesure.reference}",
        apres={"passage": passage_id},
    )


@transaction.atomic
def decide_reorientation_en_seance(
    *, perimetre: Perimetre, reorientation_id: int, decision: DecisionPrise
) -> Reorientation:
    """The session decided, or corrects before its close: nothing has effect until then."""
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id)
    _check_after(reorientation, decision.le)
    if reorientation.statut in DECIDEES and reorientation.passage_id == decision.passage_id:
        apply_objet(CYCLE_REORIENTATION, reorientation, "corriger_en_seance", perimetre)
        reorientation.decidee_le, reorientation.decidee_par = None, ""
        reorientation.decision_motif = reorientation.conditions = reorientation.axe = ""
    champs = ["passage_id", "ajournee_le", "axe", *CHAMPS_DECISION]
    if decision.sens == SensDecision.AJOURNEMENT:
        mandat = apply_objet(CYCLE_REORIENTATION, reorientation, "ajourner_en_seance", perimetre)
        reorientation.passage_id, reorientation.ajournee_le = None, decision.le
        save(reorientation, champs)
        tell_reorientation(
            "reorientation.ajournee", reorientation, mesure, perimetre, mandat,
            "Réorientation ajournée",
        )  # fmt: skip
        return reorientation
    accepte = decision.sens != SensDecision.REFUS
    if accepte:
        check_still(reorientation, mesure, decision.le)
    mandat = decide(
        reorientation, "accepter_en_seance" if accepte else "refuser_en_seance", perimetre,
        decision.motif, decision.conditions, le=decision.le, par=str(reorientation.instance),
    )  # fmt: skip
    reorientation.passage_id, reorientation.ajournee_le = decision.passage_id, None
    reorientation.axe = decision.sens if accepte else ""
    save(reorientation, champs)
    tell_reorientation(
        "reorientation.acceptee" if accepte else "reorientation.refusee",
        reorientation, mesure, perimetre, mandat,
        f"Réorientation {'acceptée' if accepte else 'refusée'} en séance",
        detail=describe_destination(reorientation), ton="ok" if accepte else "bad",
    )  # fmt: skip
    return reorientation


@transaction.atomic
def carry_out_after_seance(
    *, perimetre: Perimetre, reorientation_id: int, passage_id: int
) -> Reorientation:
    """The session closed: what it accepted takes effect."""
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id)
    accepted = reorientation.statut == StatutReorientation.ACCEPTEE
    if accepted and reorientation.passage_id == passage_id and not reorientation.nouvelle_id:
        _check_effect(reorientation, mesure, perimetre.jour)
        secretariat_id = reorientation.instance.secretariat_id if reorientation.instance else None
        mandat = perimetre.find_mandat({Role.SECRETARIAT}, secretariat_id)
        carry_out(reorientation, mesure, perimetre, mandat)
    return reorientation


def _check_effect(reorientation: Reorientation, mesure: Mesure, jour: date) -> None:
    """The session may close days after it decided: its page says which case to take up again."""
    try:
        check_still(reorientation, mesure, jour)
    except ErreurMetier as erreur:
        raise ActeRefuse(
            f"La réorientation de la mesure {mesure.reference} ne peut plus prendre effet. "
            f"{erreur.message} Corrigez la décision de ce dossier, ajourné ou refusé, puis "
            "clôturez la séance."
        ) from erreur
