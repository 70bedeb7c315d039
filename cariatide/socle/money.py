"""Money and numbers: `Decimal` euros with cents, read and written as French people do."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FINE = "\u202f"  # narrow no-break space: between thousands
NBSP = "\u00a0"  # no-break space: before € and %
CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# No amount, surface nor count comes near; beyond, the cents of a `Decimal` would be lost.
PLUS_GRAND = 10**18

_UNIT = re.compile(r"(€|euros?|eur)\.?$", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f']+")
_PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?|[+-]?[.,]\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(([.,])\d{3})(\2\d{3})*(?!\2)([.,]\d+)?")
_SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?e[+-]?\d+", re.IGNORECASE)

Nombre = Decimal | int | float | str


class NombreIllisible(ValueError):
    """The text is not a number; the message is in French and may be shown."""


def to_decimal(value: Nombre) -> Decimal:
    """A float goes through its shortest writing: 0.1 is 0.1, not its binary neighbour."""
    if isinstance(value, Decimal):
        return value
    return Decimal(str(value))


def quantize(value: Nombre) -> Decimal:
    """To the cent, halves away from zero: the rounding of invoices, not of statisticians."""
    return to_decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def parse_nombre(text: str) -> Decimal:
    """« 1 234,56 € » → Decimal("1234.56"), exact.

    One separator alone is the decimal one (« 1,234 » is 1.234: spreadsheets write decimals so);
    with both, or with one repeated, the others are thousands. « (12,00) » is negative.
    Raises NombreIllisible.
    """
    raw = text.strip().replace("−", "-")
    shown = raw if len(raw) <= 60 else f"{raw[:59]}…"
    negative = raw.startswith("(") and raw.endswith(")")
    if negative:
        raw = raw[1:-1]
    compact = _BLANKS.sub("", _UNIT.sub("", raw.strip()))
    if not compact:
        raise NombreIllisible("Le nombre est vide.")
    if _SCIENTIFIC.fullmatch(compact):
        raise NombreIllisible(
            f"« {shown} » est en notation scientifique : le tableur a pu perdre des "
            "chiffres. Mettez la colonne au format « Nombre » ou « Texte »."
        )
    if _PLAIN.fullmatch(compact):
        compact = compact.replace(",", ".")
    elif _THOUSANDS.fullmatch(compact):
        compact = _without_thousands(compact)
    else:
        raise NombreIllisible(f"« {shown} » n'est pas un nombre.")
    try:
        value = Decimal(compact)
    except InvalidOperation as error:  # digits of other scripts
        raise NombreIllisible(f"« {shown} » n'est pas un nombre.") from error
    if abs(value) >= PLUS_GRAND:
        raise NombreIllisible(f"« {shown} » est un nombre trop grand.")
    return -value if negative else value


def _without_thousands(compact: str) -> str:
    thousands = next(c for c in compact if c in ".,")
    other = "," if thousands == "." else "."
    return compact.replace(thousands, "").replace(other, ".")


def parse_montant(text: str) -> Decimal:
    """An amount in euros, to the cent. Raises NombreIllisible."""
    return quantize(parse_nombre(text))


def format_nombre(value: Nombre, decimales: int | None = None) -> str:
    """1234.5 → « 1 234,5 » ; `decimales` fixes their number, else the useful ones are shown."""
    number = to_decimal(value)
    if not number.is_finite():
        raise ValueError("a number to show must be finite")
    if decimales is not None:
        number = number.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
        text = f"{number:,f}"
    else:
        text = f"{number:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace(",", FINE).replace(".", ",")


def format_euros(value: Nombre) -> str:
    """1234.5 → « 1 234,50 € »."""
    return f"{format_nombre(value, 2)}{NBSP}€"


def format_pourcent(ratio: Nombre, decimales: int = 1) -> str:
    """A ratio, not a percentage: 17/52 → « 32,7 % »."""
    return f"{format_nombre(to_decimal(ratio) * 100, decimales)}{NBSP}%"
