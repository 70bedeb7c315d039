"""References that people read aloud: M-2026-00417."""

from django.db import connection

_NEXT = """INSERT INTO socle_compteur (prefixe, annee, dernier) VALUES (%s, %s, %s)
ON CONFLICT (prefixe, annee) DO UPDATE SET dernier = socle_compteur.dernier + EXCLUDED.dernier
RETURNING dernier"""


def reserve_references(prefixe: str, annee: int, nombre: int) -> list[str]:
    """Reserve `nombre` consecutive references; two writers never get the same one."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefixe, annee, nombre])
        dernier = cursor.fetchone()[0]
    return [f"{prefixe}-{annee}-{n:05d}" for n in range(dernier - nombre + 1, dernier + 1)]


def next_reference(prefixe: str, annee: int) -> str:
    """The next reference of that prefix and year."""
    return reserve_references(prefixe, annee, 1)[0]
