"""Pure rules of indicators: periods, secrecy of small cells, reading of a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MASQUE = None  # value of a masked cell


@dataclass(frozen=True)
class Periode:
    """A closed interval with its label: a calendar year, or a year of an agreement."""

    debut: date
    fin: date
    libelle: str

    @property
    def jours(self) -> int:
        return (self.fin - self.debut).days + 1


def calendar_year(annee: int) -> Periode:
    """From the first of January to the 31 of December."""
    return Periode(date(annee, 1, 1), date(annee, 12, 31), str(annee))


def convention_years(du: date, au: date) -> list[Periode]:
    """The years of an agreement, each from its anniversary; the last one may be shorter."""
    periodes: list[Periode] = []
    debut, rang = du, 1
    while debut <= au:
        suivant = _anniversary(du, rang)
        fin = min(suivant - timedelta(days=1), au)
        periodes.append(Periode(debut, fin, f"Année {rang} ({debut.year}-{fin.year})"))
        debut, rang = suivant, rang + 1
    return periodes


def _anniversary(jour: date, annees: int) -> date:
    try:
        return jour.replace(year=jour.year + annees)
    except ValueError:  # 29 February
        return jour.replace(year=jour.year + annees, day=28)


def mask_small_cells(cellules: Sequence[int], seuil: int) -> list[int | None]:
    """Mask the cells from 1 to seuil - 1, and one more when a single one could be found again
    by subtraction from the total.

    Zero tells nothing of anybody and stays. When one cell alone is masked, the smallest other
    positive cell is masked with it.
    """
    masked = {i for i, n in enumerate(cellules) if 0 < n < seuil}
    if len(masked) == 1:
        others = [i for i, n in enumerate(cellules) if n > 0 and i not in masked]
        if others:
            masked.add(min(others, key=lambda i: cellules[i]))
    return [MASQUE if i in masked else n for i, n in enumerate(cellules)]


def describe_target(valeur: float | None, minimum: int | None, maximum: int | None) -> str:
    """Where the value stands: « dans la fourchette », « sous l’objectif », « au-delà »."""
    if valeur is None or minimum is None:
        return ""
    if valeur < minimum:
        return "sous l’objectif"
    if maximum is not None and valeur > maximum:
        return "au-delà de la fourchette"
    return "dans la fourchette" if maximum is not None else "objectif atteint"


def month_ends(periode: Periode) -> list[date]:
    """Last day of each month of the period, the last one cut at its end."""
    ends: list[date] = []
    debut = periode.debut.replace(day=1)
    while debut <= periode.fin:
        suivant = (debut + timedelta(days=32)).replace(day=1)
        ends.append(min(suivant - timedelta(days=1), periode.fin))
        debut = suivant
    return ends
