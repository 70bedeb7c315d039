"""Letters: to a household, to a partner, to the members of an instance."""

from dataclasses import dataclass
from datetime import date, datetime

from cariatide.documents.contextes.base import Lettre
from cariatide.documents.contextes.commission import PointOrdreDuJour


@dataclass(frozen=True, kw_only=True)
class CourrierMenage(Lettre):
    """Template `courrier_menage`: a letter whose paragraphs are written by the sender."""

    paragraphes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NotificationDecision(Lettre):
    """Template `notification_decision`: the decision of an instance, told to whom it concerns.

    instance: its name, without article. menage: as the sentence « La situation de … » wants it
    (« votre ménage », « M. Bertin »).
    voies_recours: printed as given by the instance; empty when the decision opens none (an
    orientation, a postponement): the section is then absent. Never a default text.
    """

    instance: str
    seance_le: date
    dossier_reference: str
    menage: str
    sens: str
    axe: str = ""
    motif: str
    conditions: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    echeance: date | None = None
    voies_recours: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Convocation(Lettre):
    """Template `convocation`: invites one member to a session."""

    instance: str
    debut: datetime
    fin_prevue: datetime | None = None
    lieu_seance: str
    visioconference: str = ""
    points: tuple[PointOrdreDuJour, ...]
    reponse_avant: date | None = None
    quorum: str = ""
