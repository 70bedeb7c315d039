"""Telephones, e-mails, social security numbers and postal codes as French offices type them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType
from stdnum.fr import nir

from cariatide.socle.tableurs.erreurs import ValeurRefusee

# Metropolitan France first, then overseas: « 0692… » is only valid in La Réunion.
REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF", "NC", "PF", "WF")
_MOBILES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
# Nearly every number is one of these: the package's own patterns, without its walk of all regions.
_FRANCE: Any = PhoneMetadata.metadata_for_region("FR")
_COURANT = re.compile(
    f"0({_FRANCE.fixed_line.national_number_pattern}|{_FRANCE.mobile.national_number_pattern})",
    re.ASCII,
)

_LOCAL = re.compile(r"[A-Za-z0-9_+%&'~=-]+(\.[A-Za-z0-9_+%&'~=-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_POSTAL = re.compile(r"(0[1-9]|[1-8]\d|9[0-8])\d{3}")
_INSEE = re.compile(r"(0[1-9]|[1-8]\d|9[0-8]|2[AB])\d{3}")


@dataclass(frozen=True)
class Telephone:
    """`e164` is stored, `affichage` is shown; `zero_restitue`: a spreadsheet ate the first 0."""

    e164: str
    affichage: str
    mobile: bool
    francais: bool
    zero_restitue: bool = False


@dataclass(frozen=True)
class CodePostal:
    """`zero_restitue` marks « 1000 » read as 01000: a warning for the person who imports."""

    valeur: str
    zero_restitue: bool = False


def parse_telephone(text: str) -> Telephone:
    """Any separator is accepted between digits; letters are refused."""
    raw = " ".join(text.split())
    if not raw:
        raise ValeurRefusee("Le numéro de téléphone est vide.")
    digits = re.sub(r"\D", "", raw)
    if re.search(r"[^\d\s+().\-–/_]", raw) or not digits:
        raise _telephone_refuse(raw)
    if _COURANT.fullmatch(digits) and not raw.startswith("+"):
        return Telephone(
            e164=f"+33{digits[1:]}",
            affichage=" ".join(digits[i : i + 2] for i in range(0, 10, 2)),
            mobile=digits[1] in "67",
            francais=True,
        )
    return _search_telephone(raw, digits)


def _search_telephone(raw: str, digits: str) -> Telephone:
    """The number as the package finds it, in one region after the other."""
    if raw.startswith(("+", "00")):
        number = _valid("+" + digits.removeprefix("00"), None)
    else:
        number = next(filter(None, (_valid(digits, region) for region in REGIONS)), None)
        if number is None and re.fullmatch(r"0[1-9]\d{8}", digits, re.ASCII):
            # A range opened after the package's tables: not the sender's fault.
            number = phonenumbers.parse(digits, "FR")
    if number is None:
        raise _telephone_refuse(raw)
    region = phonenumbers.region_code_for_number(number)
    french = region in REGIONS or number.country_code == 33
    style = PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Telephone(
        e164=e164,
        affichage=phonenumbers.format_number(number, style),
        mobile=e164.startswith(("+336", "+337")) or phonenumbers.number_type(number) in _MOBILES,
        francais=french,
        zero_restitue=french and len(digits) == 9 and not raw.startswith("+"),
    )


def _valid(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _telephone_refuse(raw: str) -> ValeurRefusee:
    return ValeurRefusee(
        f"« {raw[:40]} » n'est pas un numéro de téléphone : "
        "écrivez ses dix chiffres, ou commencez par + et l'indicatif du pays."
    )


def parse_telephones(text: str) -> tuple[Telephone, ...]:
    """Several numbers in one cell, separated by a comma, a semicolon, a line or « ou »."""
    parts = [p for p in re.split(r"[,;\n]|\s(?:ou|et)\s|\s/\s", text) if p.strip()]
    if not parts:
        raise ValeurRefusee("Le numéro de téléphone est vide.")
    return tuple(dict.fromkeys(parse_telephone(part) for part in parts))


def parse_email(text: str) -> str:
    """Lower case. Stricter than the standard: « # », quoted names and bare addresses of
    machines are refused, since they are typing errors here.
    """
    raw = text.strip().removeprefix("mailto:").strip("<>")
    if not raw:
        raise ValeurRefusee("L'adresse électronique est vide.")
    local, at, domain = raw.rpartition("@")
    if not (at and len(raw) <= 254 and len(local) <= 64 and _LOCAL.fullmatch(local)):
        raise _email_refuse(raw)
    try:
        labels = domain.lower().encode("idna").decode("ascii").split(".")
    except UnicodeError as error:
        raise _email_refuse(raw) from error
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        raise _email_refuse(raw)
    if labels[-1].isdigit() or len(labels[-1]) < 2:
        raise _email_refuse(raw)
    return f"{local}@{domain}".lower()


def _email_refuse(raw: str) -> ValeurRefusee:
    return ValeurRefusee(f"« {raw[:60]} » n'est pas une adresse électronique.")


def parse_nir(
    text: str, *, naissance: date | None = None, civilite: Literal["F", "M", ""] = ""
) -> str:
    """The fifteen characters of a NIR; its key is computed when only thirteen are given.

    With `naissance` or `civilite`, a number that contradicts them is refused: that is for
    creations. An update keeps what was recorded, so it does not pass them.
    """
    number = nir.compact(text.replace("\u00a0", " ").replace("\u202f", " ").replace("-", " "))
    if not number:
        raise ValeurRefusee("Le numéro de sécurité sociale est vide.")
    if text.strip().startswith("-") or not re.fullmatch(
        r"[123478]\d{4}(\d{2}|2A|2B)\d{6}(\d{2})?", number, re.ASCII
    ):
        raise ValeurRefusee(
            "Ce numéro de sécurité sociale n'a pas la forme attendue : "
            "13 caractères, suivis des 2 chiffres de la clé."
        )
    key = nir.calc_check_digits(number)
    if len(number) == 13:
        number += key
    if number[13:] != key:
        raise ValeurRefusee("La clé de ce numéro de sécurité sociale est fausse : relisez-le.")
    if naissance is not None and int(number[1:3]) != naissance.year % 100:
        raise ValeurRefusee("L'année de naissance ne correspond pas au numéro de sécurité sociale.")
    if civilite and number[0] not in {"M": "137", "F": "248"}[civilite]:
        raise ValeurRefusee("La civilité ne correspond pas au numéro de sécurité sociale.")
    return number


def parse_code_postal(text: str) -> CodePostal:
    """Five digits; a spreadsheet turns « 01000 » into 1000, which is given back and marked."""
    digits = re.sub(r"^F-?|[\s\u00a0\u202f]", "", text.strip(), flags=re.IGNORECASE)
    if not digits:
        raise ValeurRefusee("Le code postal est vide.")
    lost_zero = bool(re.fullmatch(r"[1-9]\d{3}", digits, re.ASCII))
    code = digits.zfill(5) if lost_zero else digits
    if not _POSTAL.fullmatch(code):
        raise ValeurRefusee(f"« {text.strip()[:20]} » n'est pas un code postal français.")
    return CodePostal(code, lost_zero)


def parse_code_insee(text: str) -> CodePostal:
    """Code of a commune in the official register: « 1053 » → 01053, « 2a004 » → 2A004."""
    raw = re.sub(r"\s", "", text).upper()
    lost_zero = bool(re.fullmatch(r"[1-9]\d{3}", raw, re.ASCII))
    code = raw.zfill(5) if lost_zero else raw
    if not _INSEE.fullmatch(code):
        raise ValeurRefusee(f"« {text.strip()[:20]} » n'est pas un code de commune.")
    return CodePostal(code, lost_zero)
