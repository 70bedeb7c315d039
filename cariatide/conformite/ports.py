"""What each app offers to share of a household, element by element."""

from dataclasses import dataclass
from typing import Protocol

from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.ports import Registre


@dataclass(frozen=True)
class Item:
    """One element that may be shared, as its reader would see it.

    code: names it within the household, the same each time the list is drawn. adresse: says where
    the household lives. Level C is never one.
    """

    code: str
    section: str
    titre: str
    niveau: Niveau
    lignes: tuple[tuple[str, str], ...]
    adresse: bool = False

    def __post_init__(self) -> None:
        if self.niveau >= Niveau.CONFIDENTIEL:
            raise ValueError(f"{self.titre} : le confidentiel ne se partage pas.")


class Partageable(Protocol):
    """An app whose rows may be shared."""

    def list_items(self, perimetre: Perimetre, menage_id: int) -> list[Item]:
        """What this person could share of that household, within their perimeter."""


partageables: Registre[Partageable] = Registre("Éléments partageables d’un ménage")
