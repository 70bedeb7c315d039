"""What an instance can examine: higher apps (demandes first) register their kind of case."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from cariatide.socle.perimetre import Perimetre
from cariatide.socle.ports import Registre


@dataclass(frozen=True)
class AInscrire:
    """A case ready for an agenda.

    provisoire: emergency orientation already taken by delegation (a code of SensDecision), that
    the session ratifies or not. origine: who brought the case, as the agenda shows it.
    """

    objet_id: int
    reference: str
    libelle: str
    menage_id: int
    depuis: date
    urgent: bool = False
    motif_urgence: str = ""
    ajourne: bool = False
    provisoire: str = ""
    origine: str = ""


@dataclass(frozen=True)
class Synthese:
    """The one page that members read: factual, nothing of levels S and C."""

    reference: str
    titre: str
    menage_id: int
    faits: tuple[tuple[str, str], ...]
    texte: str = ""
    origine: str = ""
    alertes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class DecisionPrise:
    """A decision as the engine hands it to the owner of the case.

    sens: a code of commission.statuts.SensDecision (maintien, relogement, ajournement, refus).
    """

    passage_id: int
    seance_id: int
    instance_id: int
    le: date
    sens: str
    motif: str
    conditions: str = ""


class Examinable(Protocol):
    """A kind of case, registered under its type code (`demandes.saisine`)."""

    libelle: str

    def list_a_inscrire(self, instance_id: int, perimetre: Perimetre) -> list[AInscrire]:
        """Cases that wait for an agenda of that instance, urgent and postponed ones first."""

    def synthese(self, objet_id: int, perimetre: Perimetre) -> Synthese:
        """The page read in session; raises Introuvable outside the perimeter."""

    def on_inscription(
        self, *, objet_id: int, passage_id: int, seance_le: date, perimetre: Perimetre
    ) -> None:
        """The case entered an agenda (its state follows), in the caller's transaction."""

    def on_retrait(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        """The case left the agenda before being examined."""

    def on_decision(self, *, objet_id: int, decision: DecisionPrise, perimetre: Perimetre) -> None:
        """The decision was recorded, in the caller's transaction: a refusal here cancels it.

        Called again, with the same passage_id, when the decision is corrected before the session
        closes: the new one replaces the former.
        """

    def on_cloture(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        """The session closed, in its transaction: what it decided no longer changes."""

    def describe_sens(self, objet_id: int, sens: str, perimetre: Perimetre) -> str:
        """What papers say was decided, when the usual words would not do; "" otherwise."""


examinables: Registre[Examinable] = Registre("Dossiers examinables en commission")
