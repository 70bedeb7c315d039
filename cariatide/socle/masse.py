"""Thousands of rows at once: COPY instead of one INSERT each, with the models' own values.

Defaults, dates of the day and every constraint of the database apply as usual; signals do not run
(there are none). The keys are reserved first, so that rows which point to each other are written
table by table. Not for a table with row rules: PostgreSQL refuses COPY there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models
from psycopg.types.json import Jsonb

Modele = TypeVar("Modele", bound=models.Model)
Rang = TypeVar("Rang")
TRANCHE = 2000


def chunks(items: Iterable[Rang], size: int = TRANCHE) -> Iterator[list[Rang]]:
    """The items by slices, so that memory and progress stay even."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def reserve_ids(modele: type[models.Model], nombre: int) -> list[int]:
    """Keys that nobody else gets, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [modele._meta.db_table, nombre],
        )
        return [pk for (pk,) in cursor.fetchall()]


def insert_many(objets: Sequence[Modele]) -> None:
    """Write new objects of one model; each gets its key. Their validity is the caller's."""
    if not objets:
        return
    modele = type(objets[0])
    without = [o for o in objets if o.pk is None]
    for objet, pk in zip(without, reserve_ids(modele, len(without)), strict=True):
        objet.pk = pk
    fields = [f for f in modele._meta.concrete_fields if not f.generated]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column or "") for f in fields)
    readers = [_reader(f) for f in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(modele._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for objet in objets:
            copy.write_row([read(objet) for read in readers])
    for objet in objets:
        objet._state.adding = False
        objet._state.db = connection.alias


def _reader(field: Any) -> Callable[[models.Model], Any]:
    """How the value of a field goes to the database."""
    if isinstance(field, models.JSONField):
        return lambda objet: Jsonb(field.pre_save(objet, True))
    if isinstance(field, models.DateTimeField | models.DateField | models.DecimalField):
        # The driver knows these types; Django's preparation would only make text of them.
        return lambda objet: field.pre_save(objet, True)
    return lambda objet: field.get_db_prep_save(field.pre_save(objet, True), connection)
