"""Cells as French offices type them → values. Each function returns a value or ValeurRefusee.

Choices that two public products make differently are written beside the function concerned.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from cariatide.socle.dates import MOIS, format_date
from cariatide.socle.money import NombreIllisible, parse_nombre, quantize
from cariatide.socle.normalisation import normalise
from cariatide.socle.tableurs.erreurs import ValeurRefusee

__all__ = [
    "NAISSANCE_MIN",
    "normalise",
    "parse_booleen",
    "parse_choix",
    "parse_date",
    "parse_date_heure",
    "parse_date_naissance",
    "parse_decimal",
    "parse_entier",
    "parse_montant",
    "parse_nom",
    "parse_texte",
]

NAISSANCE_MIN = date(1900, 1, 1)
_EPOQUE_TABLEUR = date(1899, 12, 30)  # day 0 of serials, Excel's leap-year error of 1900 included
_SERIE_MIN, _SERIE_MAX = 10_000, 73_050  # 18/05/1927 to 31/12/2099: below, it may be a year

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_JOUR_MOIS_AN = re.compile(
    r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?: \d{1,2}[:h]\d{2}(?::\d{2})?)?"
)
_COMPACTE = re.compile(r"(\d{2})(\d{2})(\d{4})")
_SERIE = re.compile(r"(\d{5})(?:[.,]\d+)?")
_EN_LETTRES = re.compile(r"(?:[a-z]+\.? )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})")

_OUI = frozenset({"oui", "o", "x", "1", "vrai", "true"})
_NON = frozenset({"non", "n", "0", "faux", "false"})


def parse_date(
    text: str,
    *,
    reference: date | None = None,
    avenir: int = 10,
    minimum: date = NAISSANCE_MIN,
) -> date:
    """The day always comes before the month, as in France: « 1/2/24 » is 1 February 2024.

    Accepted: JJ/MM/AAAA and JJ/MM/AA (also with - . or spaces), AAAA-MM-JJ with or without a
    time, JJMMAAAA, « 1er mars 2024 », and the serial number of a spreadsheet (five digits).
    A year of two digits is the latest one not more than `avenir` years after `reference`
    (today by default): in 2026, 36 is 2036 and 37 is 1937. A date that only makes sense with
    the month first (« 02/25/1998 ») is refused, never turned round. So is one before
    `minimum`: nothing here is older than 1900, and a missing digit gives such dates.
    """
    day = _parse_date(text, reference or date.today(), avenir)
    if day < minimum:
        raise ValeurRefusee(f"La date {format_date(day)} est antérieure à {minimum.year}.")
    return day


def _parse_date(text: str, today: date, avenir: int) -> date:
    raw = " ".join(text.split())
    if match := _ISO.fullmatch(raw):
        return _date(text, int(match[1]), int(match[2]), int(match[3]))
    if match := _JOUR_MOIS_AN.fullmatch(raw):
        year = int(match[3])
        if len(match[3]) == 2:
            year = _full_year(year, today.year + avenir)
        return _date(text, year, int(match[2]), int(match[1]))
    if match := _COMPACTE.fullmatch(raw):
        return _date(text, int(match[3]), int(match[2]), int(match[1]))
    if (match := _SERIE.fullmatch(raw)) and _SERIE_MIN <= int(match[1]) <= _SERIE_MAX:
        return _EPOQUE_TABLEUR + timedelta(days=int(match[1]))
    if match := _EN_LETTRES.fullmatch(normalise(raw)):
        return _date(text, int(match[3]), _month(text, match[2]), int(match[1]))
    raise _date_refusee(text)


def _full_year(two_digits: int, latest: int) -> int:
    year = latest - latest % 100 + two_digits
    return year if year <= latest else year - 100


def _month(text: str, word: str) -> int:
    names = [normalise(name) for name in MOIS]
    found = [i for i, name in enumerate(names, 1) if len(word) >= 3 and name.startswith(word)]
    if len(found) != 1:
        raise _date_refusee(text)
    return found[0]


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _date_refusee(text) from error


def _date_refusee(text: str) -> ValeurRefusee:
    if not text.strip():
        return ValeurRefusee("La date est vide.")
    return ValeurRefusee(
        f"« {_short(text)} » n'est pas une date : écrivez-la jour/mois/année, "
        "par exemple 22/11/2026."
    )


def parse_date_naissance(text: str, *, reference: date | None = None) -> date:
    """As parse_date, never in the future (« 1/2/36 » is 1936 in 2026) nor before 1900."""
    today = reference or date.today()
    day = _parse_date(text, today, 0)
    if day > today and re.search(r"\D\d{2}$", text.strip()):
        day = _date(text, day.year - 100, day.month, day.day)
    if day > today:
        raise ValeurRefusee(f"La date de naissance {format_date(day)} est dans le futur.")
    if day < NAISSANCE_MIN:
        raise ValeurRefusee(f"La date de naissance {format_date(day)} est antérieure à 1900.")
    return day


def parse_date_heure(text: str) -> datetime:
    """A date and time as read from a workbook (ISO) or typed « 22/11/2026 14:30 »; no zone."""
    raw = " ".join(text.split())
    clock = re.search(r"[T ](\d{1,2})[:h](\d{2})(?::(\d{2}))?", raw)
    day = parse_date(raw)
    if clock is None:
        return datetime(day.year, day.month, day.day)
    try:
        return datetime(
            day.year, day.month, day.day, int(clock[1]), int(clock[2]), int(clock[3] or 0)
        )
    except ValueError as error:
        raise ValeurRefusee(f"« {_short(text)} » n'est pas une date avec une heure.") from error


def parse_booleen(text: str, *, vide: bool | None = None) -> bool:
    """oui/non, o/n, x, 1/0, vrai/faux. An empty cell is refused unless `vide` says its meaning
    (in a column of crosses, empty means no). « yes » is refused: nothing but French is expected.
    """
    word = normalise(text)
    if not word and vide is not None:
        return vide
    if word in _OUI:
        return True
    if word in _NON:
        return False
    if not word:
        raise ValeurRefusee("La réponse est vide : écrivez « oui » ou « non ».")
    raise ValeurRefusee(f"« {_short(text)} » n'est ni « oui » ni « non ».")


def parse_choix(text: str, choix: dict[str, str]) -> str:
    """A value of a closed list: `choix` gives the code of each accepted word, synonyms included.

    Case, accents and punctuation do not count; anything else is refused, never guessed.
    """
    wanted = normalise(text).replace("_", " ")
    for word, code in choix.items():
        if normalise(word).replace("_", " ") == wanted and wanted:
            return code
    known = ", ".join(list(choix)[:8])
    if not wanted:
        raise ValeurRefusee(f"La valeur est vide. Valeurs possibles : {known}.")
    raise ValeurRefusee(f"« {_short(text)} » est inconnu. Valeurs possibles : {known}.")


def parse_decimal(text: str) -> Decimal:
    """« 1 234,56 € » → Decimal("1234.56"), exact."""
    try:
        return parse_nombre(text)
    except NombreIllisible as error:
        raise ValeurRefusee(str(error)) from error


def parse_montant(text: str, *, negatif: bool = False) -> Decimal:
    """An amount in euros, to the cent."""
    amount = quantize(parse_decimal(text))
    if amount < 0 and not negatif:
        raise ValeurRefusee(f"« {_short(text)} » est un montant négatif.")
    return amount


def parse_entier(text: str, *, minimum: int | None = None, maximum: int | None = None) -> int:
    number = parse_decimal(text)
    if number != number.to_integral_value():
        raise ValeurRefusee(f"« {_short(text)} » n'est pas un nombre entier.")
    value = int(number)
    if minimum is not None and value < minimum:
        raise ValeurRefusee(f"« {_short(text)} » est inférieur à {minimum}.")
    if maximum is not None and value > maximum:
        raise ValeurRefusee(f"« {_short(text)} » est supérieur à {maximum}.")
    return value


def parse_texte(text: str, *, longueur: int = 200, obligatoire: bool = False) -> str:
    """Text with its spaces collapsed (line breaks kept), without control characters."""
    visible = re.sub(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]", "", text)
    clean = "\n".join(" ".join(line.split()) for line in visible.splitlines()).strip()
    if obligatoire and not clean:
        raise ValeurRefusee("Cette valeur est obligatoire.")
    if len(clean) > longueur:
        raise ValeurRefusee(
            f"Ce texte est trop long : {len(clean)} caractères, {longueur} au plus."
        )
    return clean


def parse_nom(text: str, *, longueur: int = 100) -> str:
    """A family or first name, its case kept as typed; `normalise` gives the form to compare."""
    name = " ".join(parse_texte(text, longueur=longueur, obligatoire=True).split())
    if re.search(r"[\d@<>{}\[\]|\\^~*_=;:!?/#%&€$\"]", name):
        raise ValeurRefusee(f"« {_short(name)} » n'est pas un nom.")
    if not any(c.isalpha() for c in name):
        raise ValeurRefusee(f"« {_short(name)} » n'est pas un nom.")
    return name


def _short(text: str) -> str:
    """What was typed, short enough to be shown in a list of rejects."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
