"""Rows of one load, kept until the end and written in a few statements per table.

Keys are reserved beforehand in the sequences, so that rows may name each other; foreign keys are
deferred, so tables may be written in any order. Every constraint of the database applies.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
BLOC = 500
LOT = 1500


def _auto(modele: type[models.Model]) -> list[models.DateTimeField]:  # type: ignore[type-arg]
    return [
        champ
        for champ in modele._meta.concrete_fields
        if isinstance(champ, models.DateTimeField) and (champ.auto_now or champ.auto_now_add)
    ]


@contextmanager
def _dates_gardees(modele: type[models.Model]) -> Iterator[None]:
    """History keeps its own moments: the automatic ones would all be today's."""
    before = [(champ, champ.auto_now, champ.auto_now_add) for champ in _auto(modele)]
    for champ, *_ in before:
        champ.auto_now = champ.auto_now_add = False
    try:
        yield
    finally:
        for champ, auto_now, auto_now_add in before:
            champ.auto_now, champ.auto_now_add = auto_now, auto_now_add


class Tampon:
    """`ajoute` gives a row its key; `ecrit` writes them all."""

    def __init__(self, maintenant: datetime) -> None:
        self._maintenant = maintenant
        self._lignes: dict[type[models.Model], list[models.Model]] = {}
        self._cles: dict[type[models.Model], list[int]] = {}

    def cle(self, modele: type[models.Model]) -> int:
        libres = self._cles.setdefault(modele, [])
        if not libres:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [modele._meta.db_table, BLOC],
                )
                libres.extend(row[0] for row in reversed(cursor.fetchall()))
        return libres.pop()

    def ajoute(self, objet: M) -> M:
        modele = type(objet)
        if objet.pk is None:
            objet.pk = self.cle(modele)
        for champ in _auto(modele):
            if getattr(objet, champ.attname) is None:
                setattr(objet, champ.attname, self._maintenant)
        self._lignes.setdefault(modele, []).append(objet)
        return objet

    def lignes(self, modele: type[M]) -> list[M]:
        return self._lignes.get(modele, [])  # type: ignore[return-value]

    def ecrit(self, *, sauf: tuple[type[models.Model], ...] = ()) -> dict[str, int]:
        """Write every table but those named; returns how many rows each got."""
        written = {}
        for modele in [m for m in self._lignes if m not in sauf]:
            written[modele._meta.label] = self._ecrit_table(modele, self._lignes.pop(modele))
        return written

    def range(self, modele: type[M], quand: Callable[[M], object]) -> None:
        """Give the keys of a table again, in the order of its moments, as acts would have."""
        lignes = sorted(self.lignes(modele), key=quand)  # type: ignore[type-var, arg-type]
        for ligne, cle in zip(lignes, sorted(ligne.pk for ligne in lignes), strict=True):
            ligne.pk = cle
        self._lignes[modele] = list(lignes)

    def _ecrit_table(self, modele: type[models.Model], lignes: list[models.Model]) -> int:
        with _dates_gardees(modele):
            modele._default_manager.bulk_create(lignes, batch_size=LOT)
        return len(lignes)
