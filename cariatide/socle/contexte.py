"""The one door to a database transaction: perimeter given to the row rules, read-only for reads.

PostgreSQL's row level security on the social and confidential tables reads these settings
(cariatide.*); without them those tables answer no row. Requests, the worker, commands, imports and
each streamed export go through here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from cariatide.socle.perimetre import Niveau, Perimetre

_SET = """SELECT set_config('cariatide.utilisateur', %s, true),
 set_config('cariatide.organisations_sociales', %s, true),
 set_config('cariatide.organisations_confidentielles', %s, true),
 set_config('cariatide.equipes_sociales', %s, true),
 set_config('cariatide.equipes_confidentielles', %s, true),
 set_config('cariatide.jour', %s, true),
 set_config('cariatide.systeme', %s, true)"""
_READ_ONLY = ", set_config('transaction_read_only', 'on', true)"


def _array(ids: Iterable[int]) -> str:
    return "{" + ",".join(str(i) for i in ids) + "}"


def _parameters(perimetre: Perimetre, systeme: str) -> list[str]:
    return [
        str(perimetre.utilisateur_id or ""),
        _array(perimetre.organisations_at(Niveau.SOCIAL)),
        _array(perimetre.organisations_at(Niveau.CONFIDENTIEL)),
        _array(perimetre.equipes_at(Niveau.SOCIAL)),
        _array(perimetre.equipes_at(Niveau.CONFIDENTIEL)),
        perimetre.jour.isoformat(),
        systeme,
    ]


@contextmanager
def ouvre_transaction(
    perimetre: Perimetre, *, read_only: bool = False, systeme: str = ""
) -> Iterator[None]:
    """Open a transaction in which the row rules know this perimeter.

    systeme: reason of a task without a person behind it (import, daily job, demonstration); the
    row rules then let it pass. Never set from a request.
    """
    with transaction.atomic():
        before = _current()
        with connection.cursor() as cursor:
            cursor.execute(
                _SET + (_READ_ONLY if read_only else ""), _parameters(perimetre, systeme)
            )
        yield
        if before is not None and not transaction.get_rollback():
            # Nested in an outer transaction of ours: its perimeter comes back.
            with connection.cursor() as cursor:
                cursor.execute(_SET, before)


def _current() -> list[str] | None:
    """Settings of the enclosing transaction, or None when this one is the outermost."""
    if len(connection.savepoint_ids) == 0:
        return None
    names = ("utilisateur", "organisations_sociales", "organisations_confidentielles")
    more = ("equipes_sociales", "equipes_confidentielles", "jour", "systeme")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"current_setting('cariatide.{n}', true)" for n in names + more)
        )
        row = cursor.fetchone()
    return [value or "" for value in row] if row else None
