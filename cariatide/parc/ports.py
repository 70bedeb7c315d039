"""What the apps above add to the page of a home: who lives there, which works are done."""

from dataclasses import dataclass
from typing import Protocol

from cariatide.socle.perimetre import Perimetre
from cariatide.socle.ports import Registre


@dataclass(frozen=True)
class LigneLogement:
    """One dated thing about a home, within the perimeter.

    menage_id: the household that the line names, for the journal of consultations.
    """

    titre: str
    detail: str
    url: str
    etiquette: str = ""
    ton: str = "neutre"
    menage_id: int | None = None
    en_cours: bool = False


@dataclass(frozen=True)
class ActeLogement:
    """An act that the app above offers on a home."""

    libelle: str
    url: str


class ComplementLogement(Protocol):
    """A block of the page of a home."""

    titre: str
    vide: str
    ordre: int

    def lignes(self, logement_id: int, perimetre: Perimetre) -> list[LigneLogement]:
        """Latest first, within the perimeter: one query."""

    def acte(self, logement_id: int, perimetre: Perimetre) -> ActeLogement | None:
        """What this person may open from here."""


complements: Registre[ComplementLogement] = Registre("Compléments de la page d’un logement")
