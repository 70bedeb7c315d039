"""Several querysets read in one statement: a page made of many small tables asks once.

Each queryset stays what it was (its scope, its joins, its conversions): Django compiles it, the
statements are put end to end as rows of records, and each queryset gets its own rows back.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from psycopg.adapt import Loader
from psycopg.pq import Format

from cariatide.socle.access import RequeteProtegee

_PARTIE = "SELECT {}, row_number() OVER (), ROW(t.*) FROM ({}) t"


class _JsonEnTexte(Loader):
    """JSON as Django expects it: text, which the field reads. The first byte says the version."""

    format = Format.BINARY

    def load(self, data: Any) -> str:
        return bytes(data[1:]).decode()


def lit_ensemble(*querysets: QuerySet[Any], using: str = "default") -> None:
    """Run these querysets as one statement; each then holds its rows, in its order.

    They are of one database, not yet run, without `prefetch_related`. A protected one must have
    its scope, as when it runs alone.
    """
    connection = connections[using]
    parts: list[str] = []
    params: list[Any] = []
    compilers: dict[int, Any] = {}
    for rang, queryset in enumerate(querysets):
        if isinstance(queryset, RequeteProtegee):
            queryset._require_scope()
        compiler = queryset.query.chain().get_compiler(connection=connection)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            queryset._result_cache = []
            continue
        # Binary records carry the type of each of their values; the rank keeps the order.
        parts.append(_PARTIE.format(rang, sql))
        params += values
        compilers[rang] = compiler
    found: dict[int, list[Any]] = {rang: [] for rang in compilers}
    if parts:
        for rang, _, row in sorted(_run(connection, " UNION ALL ".join(parts), params), key=_place):
            found[rang].append(row)
    for rang, compiler in compilers.items():
        _fill(querysets[rang], compiler, found[rang])


def _place(row: tuple[int, int, Any]) -> tuple[int, int]:
    return row[0], row[1]


def _run(connection: Any, sql: str, params: Sequence[Any]) -> list[tuple[int, int, Any]]:
    with connection.cursor() as cursor:
        cursor.cursor.format = Format.BINARY
        cursor.cursor.adapters.register_loader("jsonb", _JsonEnTexte)
        cursor.execute(sql, params)
        rows: list[tuple[int, int, Any]] = cursor.fetchall()
    return rows


def _fill(queryset: QuerySet[Any], compiler: Any, rows: list[Any]) -> None:
    """Let Django build the objects of a queryset from rows that are already there."""
    if compiler.has_extra_select:
        rows = [row[: compiler.col_count] for row in rows]
    compiler.execute_sql = lambda *_args, **_kwargs: [rows]
    lu: Any = queryset.all()
    lu.query.get_compiler = lambda *_args, **_kwargs: compiler
    queryset._result_cache = list(lu._iterable_class(lu))
