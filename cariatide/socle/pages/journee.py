"""The port of « Ma journée »: each domain says what waits for a person, the page composes it."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from cariatide.socle.perimetre import Perimetre
from cariatide.socle.ports import Registre

LIGNES_MAX = 10  # of a block


@dataclass(frozen=True)
class LigneJournee:
    """One thing to do, with the act that does it one click away."""

    titre: str
    detail: str
    url: str
    libelle_acte: str
    echeance: date | None = None
    ton: str = ""


class BlocJournee(Protocol):
    """A block of the page, for some roles.

    liste: route of the list that holds the lines left out, with its filters.
    """

    titre: str
    ordre: int
    liste: str
    roles: frozenset[str]

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        """At most LIGNES_MAX lines, the most pressing first: one query."""


blocs: Registre[BlocJournee] = Registre("Blocs de Ma journée")
