"""What an act on two households changes, kept as the exact way back needs it."""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db.models import Model


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
        plain_manager(label).filter(pk=ligne.pk).update(**valeurs)

    def create(self, ligne: Model) -> None:
        """Insert a row that the way back deletes."""
        ligne.save(force_insert=True)
        self.crees[ligne._meta.label].append(ligne.pk)


def undo_trace(modifies: list[Any], crees: dict[str, list[int]]) -> None:
    """Give back the former values, the last change first, and remove what was created."""
    for label, ids in crees.items():
        plain_manager(label).filter(pk__in=ids).delete()
    for label, pk, avant in reversed(modifies):
        plain_manager(label).filter(pk=pk).update(**avant)


def plain_manager(label: str) -> Any:
    """Every row, whoever may see it: both acts need the whole of a household."""
    return apps.get_model(label)._base_manager
