"""Calendar of procedures: months, working days, public holidays, winter truce, French writing.

Pure functions. A delay in months keeps the day number (code de procédure civile, art. 641);
a delay that ends on a closed day moves to the next working day (art. 642), which the caller
asks for: it holds for procedural delays only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import holidays

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MOIS_COURTS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

# The package leaves Whit Monday out for 2005-2007, when it was by default the day worked for
# solidarity (loi n° 2004-626 du 30 juin 2004). That law made it a day worked without pay: it
# stayed in the labour code's list of holidays, which is the one procedure refers to.
PENTECOTE_TRAVAILLEE = range(2005, 2008)


# -- months and weeks ------------------------------------------------------------------------


def add_months(start: date, n: int) -> date:
    """Same day number n months later (n may be negative), else the last day of that month."""
    months = start.year * 12 + start.month - 1 + n
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, days_in_month(year, month + 1)))


def days_in_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def add_years(start: date, n: int) -> date:
    return add_months(start, 12 * n)


def age_on(naissance: date, le: date) -> int:
    """Completed years; a person born on 29 February turns a year older on 1 March."""
    return le.year - naissance.year - ((le.month, le.day) < (naissance.month, naissance.day))


# -- public holidays and working days --------------------------------------------------------


def easter(year: int) -> date:
    """Western Easter Sunday (anonymous Gregorian computation)."""
    golden, century, rest = year % 19, year // 100, year % 100
    shift = century - (century + 8) // 25
    epact = (19 * golden + century - century // 4 - (shift + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    fix = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * fix + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=512)
def jours_feries(year: int, alsace_moselle: bool = False) -> MappingProxyType[date, str]:
    """Holidays of metropolitan France with their French names, in order."""
    calendar = holidays.country_holidays(
        "FR",
        subdiv="57" if alsace_moselle else None,  # Moselle: the same local law as in Alsace
        years=year,
        language="fr",
    )
    found = {day: str(name) for day, name in calendar.items() if day.year == year}
    if year in PENTECOTE_TRAVAILLEE:
        found[easter(year) + timedelta(days=50)] = "Lundi de Pentecôte"
    return MappingProxyType(dict(sorted(found.items())))


def is_ferie(day: date, alsace_moselle: bool = False) -> bool:
    return day in jours_feries(day.year, alsace_moselle)


def is_jour_ouvre(day: date, alsace_moselle: bool = False) -> bool:
    """Monday to Friday, public holidays excepted."""
    return day.weekday() < 5 and not is_ferie(day, alsace_moselle)


def next_working_day(day: date, alsace_moselle: bool = False) -> date:
    """The day itself when it is worked, else the first worked one after it."""
    return _walk(day, 1, lambda d: is_jour_ouvre(d, alsace_moselle))


def _walk(day: date, step: int, stop: Callable[[date], bool]) -> date:
    while not stop(day):
        day += timedelta(days=step)
    return day


def add_jours_ouvres(start: date, n: int, alsace_moselle: bool = False) -> date:
    """The n-th working day after the start, which does not count; n < 0 counts backwards."""
    step = 1 if n >= 0 else -1
    day = start
    for _ in range(abs(n)):
        day = _walk(day + timedelta(days=step), step, lambda d: is_jour_ouvre(d, alsace_moselle))
    return day


def sub_jours_ouvres(start: date, n: int, alsace_moselle: bool = False) -> date:
    return add_jours_ouvres(start, -n, alsace_moselle)


def count_jours_ouvres(start: date, end: date, alsace_moselle: bool = False) -> int:
    """Working days after `start` up to `end` included; negative when the end comes first."""
    if end < start:
        return -count_jours_ouvres(end, start, alsace_moselle)
    days = (start + timedelta(days=i) for i in range(1, (end - start).days + 1))
    return sum(is_jour_ouvre(d, alsace_moselle) for d in days)


# -- winter truce ----------------------------------------------------------------------------


@dataclass(frozen=True)
class RegimeTreve:
    """From which day a text fixes the last day of the truce, which begins on 1 November."""

    depuis: date
    dernier_jour: tuple[int, int]  # month, day
    source: str
    confiance: Literal["H", "M", "V"]


REGIMES_TREVE = (
    RegimeTreve(date(2014, 3, 27), (3, 31), "CPCE, art. L412-6 (loi ALUR)", "H"),
    RegimeTreve(date.min, (3, 15), "ancien art. L613-3 du CCH", "M"),
)
# Springs when the truce was prolonged beyond 31 March during the epidemic.
PROLONGATIONS_TREVE = {
    2020: (date(2020, 7, 10), "loi n° 2020-546 du 11 mai 2020", "M"),
    2021: (date(2021, 5, 31), "ordonnance n° 2021-141 du 10 février 2021", "M"),
}


def last_day_of_treve(day: date) -> date:
    """Last day of the truce that ends in the year of `day`, by the law in force on that day."""
    if day.year in PROLONGATIONS_TREVE:
        return PROLONGATIONS_TREVE[day.year][0]
    month, number = next(r for r in REGIMES_TREVE if day >= r.depuis).dernier_jour
    return date(day.year, month, number)


def in_treve(day: date) -> bool:
    """No eviction is executed on that day; the procedure itself goes on."""
    return day.month >= 11 or day <= last_day_of_treve(day)


def end_of_treve(day: date) -> date:
    """The first day out of the truce, from `day` on (the day itself when it is out)."""
    return _walk(day, 1, lambda d: not in_treve(d))


# -- French writing --------------------------------------------------------------------------


def format_date(day: date) -> str:
    """« 22/11/2026 »."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_date_texte(day: date) -> str:
    """« 22 novembre 2026 », « 1er mai 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MOIS[day.month - 1]} {day.year}"


def format_date_longue(day: date) -> str:
    """« dimanche 22 novembre 2026 »."""
    return f"{JOURS[day.weekday()]} {format_date_texte(day)}"


def format_mois(day: date) -> str:
    """« novembre 2026 »."""
    return f"{MOIS[day.month - 1]} {day.year}"
