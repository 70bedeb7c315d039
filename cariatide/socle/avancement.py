"""How far a long act is, told while its transaction is still open.

Nothing that a transaction writes is seen before it ends. The name of its connection is: it is
set for the transaction alone, so that it says nothing any more once the act ended or failed.
"""

from dataclasses import dataclass

from django.db import connection

_MARQUE = "avancement"


@dataclass(frozen=True)
class Avancement:
    """One act under way: what is being done, and how much of it."""

    etape: str
    fait: int
    total: int

    @property
    def part(self) -> int:
        """Percentage done."""
        return min(100, 100 * self.fait // self.total) if self.total else 0


def tell_avancement(sujet: str, etape: str, fait: int, total: int) -> None:
    """Say how far the act on `sujet` is (both in one short ASCII word)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('application_name', %s, true)",
            [f"{_MARQUE}:{sujet}:{etape}:{fait}:{total}"[:63]],
        )


def find_avancement(sujet: str) -> Avancement | None:
    """What another connection told last about `sujet`; None when nothing is under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE %s AND pid <> pg_backend_pid()",
            [f"{_MARQUE}:{sujet}:%"],
        )
        rows = cursor.fetchall()
    for (nom,) in rows:
        parts = nom.split(":")
        if len(parts) == 5 and parts[3].isdigit() and parts[4].isdigit():
            return Avancement(parts[2], int(parts[3]), int(parts[4]))
    return None
