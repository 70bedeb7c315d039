"""What a higher app that hangs from a household must offer (merge, unmerge, split, purge, search).

A test fails for a model with a foreign key to Menage that no registered port covers.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.apps import apps

from cariatide.socle.perimetre import Perimetre
from cariatide.socle.ports import Registre


@dataclass(frozen=True)
class EnCours:
    """One open thing of a household, as a card of its page: what it is, what is due, where to go.

    ton: "", "late" (something is overdue) or "soon".
    """

    titre: str
    detail: str
    url: str
    echeance: date | None = None
    echeance_libelle: str = ""
    ton: str = ""
    suite: str = ""


class Rattachable(Protocol):
    """An app whose rows hang from a household."""

    # Labels ("mesures.Mesure") of the models with a key to Menage that this app covers.
    modeles: frozenset[str]

    def list_en_cours(self, menage_id: int, perimetre: Perimetre) -> list[EnCours]:
        """What is open for this household, within the perimeter, for its page: one query."""

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        """Move every row of one household to another (merge); returns the moved ids by model."""

    def move_back(self, *, source_id: int, moved: dict[str, list[int]]) -> None:
        """Undo `move` exactly: the rows named go back to the household `source_id`."""


rattachables: Registre[Rattachable] = Registre("Rattachables au ménage")


@dataclass(frozen=True)
class ActeSurMenage:
    """An act that an app above offers on the page of a household, to some roles.

    url_name: a route that takes the household's id alone.
    """

    libelle: str
    url_name: str
    roles: frozenset[str]
    ordre: int = 50


actes_sur_menage: Registre[ActeSurMenage] = Registre("Actes sur un ménage")


class RattachableSimple:
    """The usual case: models whose column `menage_id` is all there is to move."""

    def __init__(self, *modeles: str) -> None:
        self.modeles = frozenset(modeles)

    def list_en_cours(self, menage_id: int, perimetre: Perimetre) -> list[EnCours]:
        return []

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        return {label: move_rows(label, source_id, cible_id) for label in sorted(self.modeles)}

    def move_back(self, *, source_id: int, moved: dict[str, list[int]]) -> None:
        for label, ids in moved.items():
            restore_rows(label, ids, source_id)


def move_rows(label: str, source_id: int, cible_id: int) -> list[int]:
    """Move the rows of one model; returns their ids."""
    manager = _plain_manager(label)
    ids = list(manager.filter(menage_id=source_id).values_list("pk", flat=True))
    manager.filter(pk__in=ids).update(menage_id=cible_id)
    return ids


def restore_rows(label: str, ids: list[int], menage_id: int) -> None:
    """Give rows back to a household."""
    _plain_manager(label).filter(pk__in=ids).update(menage_id=menage_id)


def _plain_manager(label: str) -> Any:
    # A merge moves every row of a household, whoever may see it: the plain manager, on purpose.
    return apps.get_model(label)._base_manager
