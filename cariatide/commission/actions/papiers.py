"""Papers issued by an act, immutable: convocations and agenda, minutes, notifications."""

from django.db import transaction

from cariatide.commission.actions.commun import (
    lock_passage,
    lock_seance,
    require_mandat,
    tell_passage,
)
from cariatide.commission.actions.seances import close_seance, convene_seance
from cariatide.commission.documents import (
    MODELE_NOTIFICATION,
    build_convocation,
    build_notification,
    build_ordre_du_jour,
    build_proces_verbal,
)
from cariatide.commission.models import Decision, Passage, Seance
from cariatide.commission.queries import OBJET_PASSAGE, OBJET_SEANCE, list_membres
from cariatide.commission.statuts import SensDecision, StatutSeance
from cariatide.documents.actions import issue_document
from cariatide.documents.contextes.base import Contexte
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Perimetre

MODELE_ODJ = "ordre_du_jour"
MODELE_CONVOCATION = "convocation"
MODELE_PV = "proces_verbal"


@transaction.atomic
def convene_with_papers(
    *, perimetre: Perimetre, seance_id: int, version: int | None = None
) -> tuple[Seance, int]:
    """Convene, and issue the agenda and one convocation a member; returns how many members."""
    seance = convene_seance(perimetre=perimetre, seance_id=seance_id, version=version)
    membres = list(list_membres(seance.instance_id, seance.le))
    _issue(
        perimetre, seance, MODELE_ODJ, build_ordre_du_jour(perimetre, seance),
        f"Ordre du jour de la séance du {format_date(seance.le)}",
    )  # fmt: skip
    for membre in membres:
        _issue(
            perimetre, seance, MODELE_CONVOCATION, build_convocation(perimetre, seance, membre),
            f"Convocation du {format_date(seance.le)}, {membre.organisation}",
        )  # fmt: skip
    return seance, len(membres)


@transaction.atomic
def close_with_minutes(*, perimetre: Perimetre, seance_id: int, points_divers: str = "") -> Seance:
    """Close, and issue the minutes."""
    seance = close_seance(perimetre=perimetre, seance_id=seance_id, points_divers=points_divers)
    _issue(
        perimetre, seance, MODELE_PV, build_proces_verbal(perimetre, seance),
        f"Procès-verbal de la séance du {format_date(seance.le)}",
    )  # fmt: skip
    return seance


def _issue(
    perimetre: Perimetre, seance: Seance, modele: str, contexte: Contexte, titre: str
) -> None:
    issue_document(
        perimetre=perimetre,
        modele=modele,
        contexte=contexte,
        organisation_id=seance.instance.secretariat_id,
        objet=(OBJET_SEANCE, seance.pk),
        titre=titre,
        mandat=require_mandat(perimetre, seance),
    )


@transaction.atomic
def issue_notification(*, perimetre: Perimetre, passage_id: int) -> Decision:
    """Issue the notification of one decision, once."""
    seance, passage = lock_passage(perimetre, passage_id)
    decision: Decision | None = getattr(passage, "decision", None)
    if decision is None:
        raise ActeRefuse("Aucune décision n’est enregistrée : il n’y a rien à notifier.")
    if decision.notifiee_le is not None:
        raise ActeRefuse("La notification de cette décision est déjà émise.")
    _check_close(seance)
    _notify(perimetre, passage, decision)
    return decision


@transaction.atomic
def issue_notifications(*, perimetre: Perimetre, seance_id: int) -> int:
    """Issue those of a whole session not issued yet; returns how many."""
    seance = lock_seance(perimetre, seance_id)
    _check_close(seance)
    rows = list(
        Passage.objects.visible_to(perimetre)
        .filter(seance_id=seance_id, decision__isnull=False, decision__notifiee_le__isnull=True)
        .select_related("decision", "menage")
        .order_by("ordre")
    )
    if not rows:
        raise ActeRefuse("Toutes les décisions de cette séance sont déjà notifiées.")
    for passage in rows:
        passage.seance = seance
        _notify(perimetre, passage, passage.decision)
    return len(rows)


def _check_close(seance: Seance) -> None:
    if seance.statut != StatutSeance.CLOSE:
        raise ActeRefuse("Une décision se notifie après la clôture de la séance.")


def _notify(perimetre: Perimetre, passage: Passage, decision: Decision) -> None:
    mandat = require_mandat(perimetre, passage.seance)
    issue_document(
        perimetre=perimetre,
        modele=MODELE_NOTIFICATION,
        contexte=build_notification(perimetre, passage, decision),
        organisation_id=mandat.organisation_id,
        objet=(OBJET_PASSAGE, passage.pk),
        menage_id=passage.menage_id,
        titre=f"Notification de la décision du {format_date(decision.le)}",
        mandat=mandat,
    )
    decision.notifiee_le = max(perimetre.jour, decision.le)
    decision.save(update_fields=["notifiee_le"])
    tell_passage(
        "decision.notifiee", perimetre, mandat, passage,
        titre="Décision notifiée au ménage", apres={"sens": SensDecision(decision.sens).label},
    )  # fmt: skip
