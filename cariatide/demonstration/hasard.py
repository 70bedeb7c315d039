"""Draws that are the same for the same seed, and working days.

Each subject draws from a generator of its own (`tirage(graine, "saisine", 12)`): adding a domain
or a draw in one place changes nothing elsewhere.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar

from cariatide.socle.dates import jours_feries

T = TypeVar("T")


def tirage(*cle: object) -> Random:
    """A generator for one subject; a text seed does not depend on the machine."""
    return Random(":".join(str(part) for part in cle))  # noqa: S311 - generated data, no secret


@lru_cache(maxsize=8192)
def is_ouvre(jour: date) -> bool:
    """A day when offices work."""
    return jour.weekday() < 5 and jour not in jours_feries(jour.year)


def ouvre(jour: date) -> date:
    """That day, or the next one when offices work."""
    while not is_ouvre(jour):
        jour += timedelta(days=1)
    return jour


def ouvre_avant(jour: date) -> date:
    """That day, or the one before when offices work."""
    while not is_ouvre(jour):
        jour -= timedelta(days=1)
    return jour


def plus(h: Random, jour: date, minimum: int, maximum: int) -> date:
    """A working day, a drawn number of calendar days later."""
    return ouvre(jour + timedelta(days=h.randint(minimum, maximum)))


def moins(h: Random, jour: date, minimum: int, maximum: int) -> date:
    """A working day, a drawn number of calendar days before."""
    return ouvre_avant(jour - timedelta(days=h.randint(minimum, maximum)))


def entre(h: Random, debut: date, fin: date) -> date:
    """A working day of the interval (its end when none is left)."""
    jour = ouvre(debut + timedelta(days=h.randint(0, max(0, (fin - debut).days))))
    return jour if jour <= fin else ouvre_avant(fin)


def pese(h: Random, choix: Sequence[tuple[T, float]]) -> T:
    """One of the values, by weight."""
    return h.choices([v for v, _ in choix], weights=[p for _, p in choix])[0]


def chance(h: Random, probabilite: float) -> bool:
    return h.random() < probabilite
