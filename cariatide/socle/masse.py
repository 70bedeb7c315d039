"""Thousands of rows at once: COPY instead of one INSERT each, with the models' own values.

Defaults, dates of the day and every constraint of the database apply as usual; signals do not run
(there are none). Keys that other rows point to are reserved first, so that tables are written one
after the other; the database gives the rest. Not for a table with row rules: PostgreSQL refuses
COPY there.

Rows go column by column: what is the same on every line is written once as text and repeated,
and no model instance is built where the caller gives columns (`insert_columns`).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, repeat
from typing import Any, TypeVar

from django.db import connection, models

Modele = TypeVar("Modele", bound=models.Model)
Rang = TypeVar("Rang")
TRANCHE = 2000

_NUL = "\\N"
_ECHAPPE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAUX = re.compile(r"[\\\t\n\r]")
# Two equal values of these are written alike.
_COMPARABLES = {str, int, bool, date, type(None)}
# Django's fields whose values are written as they are; others go through their own preparation.
_SIMPLES = (
    models.CharField, models.TextField, models.IntegerField, models.BooleanField,
    models.DateField, models.DecimalField, models.ForeignKey,
)  # fmt: skip


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


def insert_many(objets: Sequence[Modele], *, cles: bool = True) -> None:
    """Write new objects of one model; each gets its key. Their validity is the caller's.

    cles: False for objects that nothing points to and that are not used any more: no key is read.
    """
    if not objets:
        return
    modele = type(objets[0])
    without = [o for o in objets if o.pk is None] if cles else []
    for objet, pk in zip(without, reserve_ids(modele, len(without)), strict=True):
        objet.pk = pk
    columns: dict[str, Iterable[str]] = {}
    for field in _fields(modele, cles=cles):
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            for objet in objets:
                field.pre_save(objet, True)
        nom = field.attname
        columns[field.column] = _render(field, [objet.__dict__[nom] for objet in objets])
    _copy(modele, columns)
    for objet in objets:
        objet._state.adding = False
        objet._state.db = connection.alias


def insert_columns(
    modele: type[models.Model],
    nombre: int,
    variables: Mapping[str, Sequence[Any]],
    **communes: Any,
) -> None:
    """Write `nombre` new rows given by columns; the database gives their keys, in order.

    variables: one value a row, by attribute (`menage_id`). communes: the same value on each row.
    What neither gives takes the default of the model.
    """
    fields = _fields(modele, cles="id" in variables)
    unknown = {*variables, *communes} - {f.attname for f in fields}
    if unknown:
        raise ValueError(f"{modele.__name__} : {', '.join(sorted(unknown))}")
    example = modele()
    columns: dict[str, Iterable[str]] = {}
    for field in fields:
        nom = field.attname
        if nom not in variables:
            value = communes[nom] if nom in communes else field.pre_save(example, True)
            columns[field.column] = repeat(_writer(field)(value), nombre)
        elif len(variables[nom]) != nombre:
            raise ValueError(f"{nom} : {len(variables[nom])} values for {nombre} rows")
        elif nombre:
            columns[field.column] = _render(field, variables[nom])
    if nombre:
        _copy(modele, columns)


def insert_keyed(
    modele: type[models.Model],
    nombre: int,
    variables: Mapping[str, Sequence[Any]],
    **communes: Any,
) -> list[int]:
    """As `insert_columns`, for rows that others point to: returns their keys, in order."""
    ids = reserve_ids(modele, nombre)
    insert_columns(modele, nombre, {"id": ids, **variables}, **communes)
    return ids


def _fields(modele: type[models.Model], *, cles: bool) -> list[Any]:
    """The columns to write; without its key, which the database then gives."""
    return [
        f for f in modele._meta.concrete_fields if not f.generated and (cles or not f.primary_key)
    ]


def _copy(modele: type[models.Model], columns: Mapping[str, Iterable[str]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    text = "\n".join(map("\t".join, zip(*columns.values(), strict=True)))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(modele._meta.db_table)} ({names}) FROM STDIN") as copy,
    ):
        copy.write(text.encode() + b"\n")


def _render(field: Any, values: Sequence[Any]) -> Iterable[str]:
    """The texts of one column, without a call a value where its values need none."""
    write = _writer(field)
    first = values[0]
    if write is not to_text:
        return map(write, values)
    kinds = set(map(type, values))
    if len(kinds) == 1 and kinds <= _COMPARABLES and values.count(first) == len(values):
        return repeat(write(first), len(values))
    if kinds == {str} and not _SPECIAUX.search("".join(values)):
        return values
    return map(str, values) if kinds == {int} else map(write, values)


def _writer(field: Any) -> Callable[[Any], str]:
    """How a value of this field is written in the text of COPY."""
    # A field of ours (an encrypted text is a text too) prepares its values itself.
    own = type(field).__module__.startswith("django.db.models.")
    if own and isinstance(field, models.JSONField):
        encode = json.JSONEncoder(ensure_ascii=False) if field.encoder is None else field.encoder()
        return lambda value: _NUL if value is None else encode.encode(value).translate(_ECHAPPE)
    if own and isinstance(field, _SIMPLES):
        return to_text
    return lambda value: to_text(field.get_db_prep_save(value, connection))


def to_text(value: Any) -> str:
    """A value as COPY reads it."""
    if isinstance(value, str):  # an enumeration of texts is one too
        return str.__str__(value).translate(_ECHAPPE)
    if value is None:
        return _NUL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    raise TypeError(f"{type(value).__name__} has no text in COPY")
