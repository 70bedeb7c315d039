"""What an act on two households changes, kept as the exact way back needs it."""

from collections import defaultdict
from typing import Any

from django.db.models import Model

from cariatide.menages.effacement import manager_of


class Trace:
    """Rows moved, former values of rows changed, rows created."""

    def __init__(self) -> None:
        self.deplaces: dict[str, dict[str, list[int]]] = {}
        self.modifies: list[tuple[str, int, dict[str, Any]]] = []
        self.crees: dict[str, list[int]] = defaultdict(list)

    def change(self, ligne: Model, **valeurs: Any) -> None:
        """Write fields of a row, keeping what they were."""
        label = ligne._meta.label
        self.modifies.append((label, ligne.pk, {nom: getattr(ligne, nom) for nom in valeurs}))
        manager_of(label).filter(pk=ligne.pk).update(**valeurs)

    def create(self, ligne: Model) -> None:
        """Insert a row that the way back deletes."""
        ligne.save(force_insert=True)
        self.crees[ligne._meta.label].append(ligne.pk)


def undo_trace(modifies: list[Any], crees: dict[str, list[int]]) -> None:
    """Give back the former values, the last change first, and remove what was created."""
    for label, ids in crees.items():
        manager_of(label).filter(pk__in=ids).delete()
    for label, pk, avant in reversed(modifies):
        manager_of(label).filter(pk=pk).update(**avant)
