"""Writes in session: a case is examined, decided, carried over; members say what they think."""

from django.db import transaction

from cariatide.commission.actions.commun import (
    lock_passage,
    lock_seance,
    save_passage,
    tell_passage,
)
from cariatide.commission.lifecycle import CYCLE_PASSAGE
from cariatide.commission.models import AvisMembre, Decision, MembreInstance, Passage, Seance
from cariatide.commission.ports import DecisionPrise, examinables
from cariatide.commission.queries import count_quorum, find_passage, find_seance
from cariatide.commission.rules import check_decision
from cariatide.commission.statuts import (
    A_TENIR,
    OUVERTS,
    SensAvis,
    SensDecision,
    StatutPassage,
    StatutSeance,
)
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


@transaction.atomic
def start_passage(*, perimetre: Perimetre, passage_id: int) -> Passage:
    """Bring a case before the session; the one that was examined waits its turn again."""
    seance, passage = lock_passage(perimetre, passage_id)
    _start(perimetre, seance, passage)
    return passage


def _start(perimetre: Perimetre, seance: Seance, passage: Passage) -> None:
    ctx = Contexte(perimetre, perimetre.jour)
    for current in list(
        Passage.objects.select_for_update(of=("self",))
        .visible_to(perimetre)
        .filter(seance_id=seance.pk, statut=StatutPassage.EN_COURS)
        .order_by("ordre")
    ):
        current.seance = seance
        CYCLE_PASSAGE.apply(current, "suspendre", ctx)
        current.save(update_fields=["statut"])
    mandat = CYCLE_PASSAGE.apply(passage, "examiner", ctx)
    # The version counts decisions, not turns: a draft stays valid when its case comes back.
    passage.save(update_fields=["statut"])
    tell_passage("passage.examine", perimetre, mandat, passage)


@transaction.atomic
def suspend_passage(*, perimetre: Perimetre, passage_id: int) -> Passage:
    """Leave the case under examination for later in the session."""
    _, passage = lock_passage(perimetre, passage_id)
    mandat = CYCLE_PASSAGE.apply(passage, "suspendre", Contexte(perimetre, perimetre.jour))
    passage.save(update_fields=["statut"])
    tell_passage("passage.suspendu", perimetre, mandat, passage)
    return passage


@transaction.atomic
def record_decision(
    *,
    perimetre: Perimetre,
    passage_id: int,
    version: int,
    sens: str,
    motif: str,
    conditions: str = "",
    votes: str = "",
    deports: str = "",
    suivant: bool = False,
) -> Decision:
    """Record, or correct before the close, what the instance decides; the case's owner follows.

    version: of the case when the page was read. Somebody decided it meanwhile: ConflitDeVersion.
    suivant: bring the next case before the session.
    """
    check_decision(sens, motif, conditions)
    seance, passage = lock_passage(perimetre, passage_id, version)
    former: Decision | None = getattr(passage, "decision", None)
    acte = "ajourner" if sens == SensDecision.AJOURNEMENT else "decider"
    mandat = CYCLE_PASSAGE.apply(passage, acte, _contexte(perimetre, seance, passage))
    save_passage(passage)
    decision = former or Decision(passage=passage, le=seance.le)
    avant = _values(former) if former else {}
    decision.sens, decision.motif = sens, motif.strip()
    decision.conditions = conditions.strip()
    decision.votes, decision.deports = votes.strip()[:160], deports.strip()[:300]
    decision.auteur = perimetre.utilisateur
    decision.save()
    _hand_over(perimetre, passage, decision)
    tell_passage(
        "decision.corrigee" if former else "decision.prise",
        perimetre,
        mandat,
        passage,
        titre=_titre(passage, decision, bool(former)),
        le=seance.le,
        ton="bad" if sens == SensDecision.REFUS else "",
        avant=avant,
        apres=_values(decision),
    )
    if suivant:
        _start_next(perimetre, seance, passage)
    return decision


def _hand_over(perimetre: Perimetre, passage: Passage, decision: Decision) -> None:
    """The owner of the case follows, in the same transaction; its refusal cancels everything."""
    seance = passage.seance
    examinables.get(passage.objet_type).on_decision(
        objet_id=passage.objet_id,
        decision=DecisionPrise(
            passage_id=passage.pk,
            seance_id=seance.pk,
            instance_id=seance.instance_id,
            le=decision.le,
            sens=decision.sens,
            motif=decision.motif,
            conditions=decision.conditions,
        ),
        perimetre=perimetre,
    )


def _values(decision: Decision) -> dict[str, str]:
    return {
        "sens": decision.sens,
        "motif": decision.motif,
        "conditions": decision.conditions,
        "votes": decision.votes,
        "deports": decision.deports,
    }


def _titre(passage: Passage, decision: Decision, corrigee: bool) -> str:
    label = SensDecision(decision.sens).label
    if passage.sens_provisoire and decision.sens == passage.sens_provisoire:
        return f"Orientation provisoire ratifiée : {label.lower()}"
    if corrigee:
        return f"Décision corrigée en séance : {label.lower()}"
    return f"Décision : {label.lower()}"


def _contexte(perimetre: Perimetre, seance: Seance, passage: Passage) -> Contexte:
    precedent = passage.reporte_de
    return Contexte(
        perimetre,
        perimetre.jour,
        {
            "quorum": count_quorum(seance),
            "deja_convoque": precedent is not None and precedent.seance_id == seance.seconde_de_id,
        },
    )


def _start_next(perimetre: Perimetre, seance: Seance, passage: Passage) -> None:
    """The next case still to examine after this one, else the first of those left aside."""
    waiting = (
        Passage.objects.select_for_update(of=("self",))
        .visible_to(perimetre)
        .filter(seance_id=seance.pk, statut=StatutPassage.INSCRIT)
        .order_by("ordre")
    )
    following = waiting.filter(ordre__gt=passage.ordre).first() or waiting.first()
    if following:
        following.seance = seance
        _start(perimetre, seance, following)


@transaction.atomic
def postpone_passages(
    *, perimetre: Perimetre, seance_id: int, passage_id: int | None = None
) -> list[Passage]:
    """Carry over, without decision, one case or all those not examined: they wait for the next."""
    seance = lock_seance(perimetre, seance_id)
    rows = (
        Passage.objects.select_for_update(of=("self",))
        .visible_to(perimetre)
        .filter(seance_id=seance.pk, statut__in=OUVERTS)
        .order_by("ordre")
    )
    if passage_id is not None:
        rows = rows.filter(pk=passage_id)
    passages = list(rows)
    if not passages:
        raise ActeRefuse("Aucun dossier n’est à reporter.")
    for passage in passages:
        passage.seance = seance
        mandat = CYCLE_PASSAGE.apply(passage, "reporter", Contexte(perimetre, perimetre.jour))
        save_passage(passage)
        examinables.get(passage.objet_type).on_retrait(
            objet_id=passage.objet_id, passage_id=passage.pk, perimetre=perimetre
        )
        tell_passage(
            "passage.reporte",
            perimetre,
            mandat,
            passage,
            titre=f"Non examiné à la séance du {format_date(seance.le)}, reporté à la suivante",
            le=seance.le,
        )
    return passages


@transaction.atomic
def give_avis(
    *, perimetre: Perimetre, passage_id: int, organisation_id: int, sens: str, texte: str = ""
) -> AvisMembre:
    """A member organisation says what it thinks of a case before it is decided; last one counts."""
    passage = find_passage(perimetre, passage_id)
    seance = find_seance(perimetre, passage.seance_id)
    mandat = _find_siege(perimetre, seance, organisation_id)
    if seance.statut not in (*A_TENIR, StatutSeance.OUVERTE) or passage.statut not in OUVERTS:
        raise ActeRefuse("Ce dossier est décidé ou retiré : un avis ne se donne plus.")
    if sens not in SensAvis.values:
        raise ErreurMetier("L’avis est incomplet.", {"sens": "Choisissez le sens de l’avis."})
    if sens != SensAvis.FAVORABLE and not texte.strip():
        message = "Un avis réservé ou défavorable s’explique en une phrase."
        raise ErreurMetier(message, {"texte": message})
    avis: AvisMembre
    avis, _ = AvisMembre.objects.visible_to(perimetre).update_or_create(
        passage=passage,
        organisation_id=organisation_id,
        defaults={
            "sens": sens,
            "texte": texte.strip()[:500],
            "auteur": perimetre.utilisateur,
            "le": perimetre.jour,
        },
    )
    tell_passage(
        "avis_membre.donne", perimetre, mandat, passage,
        apres={"organisation": mandat.organisation, "sens": sens},
    )  # fmt: skip
    return avis


def _find_siege(perimetre: Perimetre, seance: Seance, organisation_id: int) -> MandatEnVigueur:
    mandat = perimetre.find_mandat({Role.MEMBRE_COMMISSION}, organisation_id)
    sits = MembreInstance.objects.filter(
        en_vigueur(seance.le), instance_id=seance.instance_id, organisation_id=organisation_id
    ).exists()
    if mandat is None or not sits:
        raise ActeRefuse("Votre organisation ne siège pas à cette séance.")
    return mandat
