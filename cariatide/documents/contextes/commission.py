"""Papers of a session: agenda and minutes. The synthesis of a case stays factual."""

from dataclasses import dataclass
from datetime import datetime

from cariatide.documents.contextes.base import Contexte, Signature


@dataclass(frozen=True, kw_only=True)
class DossierInscrit:
    """One case on an agenda. menage: as members may read it (initials or name)."""

    rang: int
    reference: str
    menage: str
    commune: str = ""
    motif: str = ""
    presente_par: str = ""
    passage: str = ""  # « Première présentation », « Ajourné le 12/03/2026 »


@dataclass(frozen=True, kw_only=True)
class PointOrdreDuJour:
    """One item; dossiers only for the item that examines cases."""

    libelle: str
    detail: str = ""
    dossiers: tuple[DossierInscrit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OrdreDuJour(Contexte):
    """Template `ordre_du_jour`."""

    instance: str
    debut: datetime
    lieu_seance: str
    president: str = ""
    points: tuple[PointOrdreDuJour, ...]


@dataclass(frozen=True, kw_only=True)
class Membre:
    """presence: « Présent », « Représenté », « Excusé », « Absent » (as recorded)."""

    organisation: str
    representant: str = ""
    qualite: str = ""
    presence: str
    voix: bool = True  # False: consultative voice


@dataclass(frozen=True, kw_only=True)
class Quorum:
    """Counted on the members with a deliberative voice."""

    requis: int
    presents: int
    membres: int

    @property
    def is_atteint(self) -> bool:
        return self.presents >= self.requis


@dataclass(frozen=True, kw_only=True)
class DossierExamine:
    """One case as examined. synthese: factual, what the members could read."""

    rang: int
    reference: str
    menage: str
    commune: str = ""
    presente_par: str = ""
    synthese: str
    decision: str
    axe: str = ""
    motif: str
    conditions: tuple[str, ...] = ()
    votes: str = ""  # « 5 pour, 1 abstention » ; empty: by consensus
    non_participants: tuple[str, ...] = ()  # members who left the room


@dataclass(frozen=True, kw_only=True)
class ProcesVerbal(Contexte):
    """Template `proces_verbal`. quorum_atteint is printed from the counts, never typed."""

    instance: str
    debut: datetime
    fin: datetime
    lieu_seance: str
    president: Signature
    secretaire: Signature
    membres: tuple[Membre, ...]
    quorum: Quorum
    ouverture: str = ""
    dossiers: tuple[DossierExamine, ...]
    points_divers: str = ""
    prochaine_seance: datetime | None = None
