"""How the name or the code of a commune, as people type it, is read. Pure functions."""

import re
from dataclasses import dataclass
from datetime import date

from cariatide.socle.normalisation import normalise

_CODE = re.compile(r"(?:\d{4,5}|2[ab]\d{3})", re.IGNORECASE)
_SPREADSHEET = re.compile(r"(\d{4,5})[.,]0+")
_CEDEX = re.compile(r"\bcedex( \d{1,2})?\b")
_ARTICLE_AFTER = re.compile(r"^(.*?) ?\(\s*(le|la|les|l)\s*\)$")
_WORDS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s/s": "sous"}
_SUR = re.compile(r"(?<=\w) ?(?:s/|\bsur/) ?")
_MUNICIPAL = re.compile(r"^(paris|lyon|marseille) (\d{1,2})(?:er|e|eme|ieme)?(?: arrondissement)?$")
_CODE_AND_NAME = re.compile(r"^(\d{5}|2[ab]\d{3}) (.+)$|^(.+?) \(?(\d{5}|2[ab]\d{3})\)?$")
_DEPARTMENT_AFTER = re.compile(r"^(.+?) \((\d{2,3}|2[ab])\)$")


@dataclass(frozen=True)
class SaisieCommune:
    """What a text says of a commune: a code (INSEE or postal), a normalised name, a département."""

    code: str = ""
    nom: str = ""
    departement: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.code or self.nom)


def normalise_code(text: str) -> str:
    """« 1001 » or « 1001.0 », as spreadsheets leave them, → « 01001 »; « 2a004 » → « 2A004 ».

    Empty when the text is not a code of five signs.
    """
    text = text.strip()
    if found := _SPREADSHEET.fullmatch(text):
        text = found[1]
    return text.upper().zfill(5) if _CODE.fullmatch(text) else ""


def normalise_nom(text: str) -> str:
    """The name as the search column has it: « St-Denis cedex 2 » → « saint denis »."""
    plain = _SUR.sub(" sur ", normalise(text))
    plain = _CEDEX.sub(" ", plain)
    plain = re.sub(r"\s+", " ", plain.replace(".", " ").replace(",", " ")).strip()
    if found := _MUNICIPAL.match(plain):
        rang = "1er" if found[2] == "1" else f"{int(found[2])}e"
        return f"{found[1]} {rang} arrondissement"
    words = [_WORDS.get(word, word) for word in plain.split(" ")]
    plain = " ".join(words)
    # « Mans (Le) », « ABERGEMENT-CLEMENCIAT (L') »: the article comes back to the front.
    if found := _ARTICLE_AFTER.match(plain):
        plain = f"{found[2]} {found[1].strip()}"
    return plain


def read_saisie(text: str) -> SaisieCommune:
    """Split « 72000 Le Mans », « Le Mans (72) », « 72181 » into what they say."""
    text = " ".join(text.split())
    if code := normalise_code(text):
        return SaisieCommune(code=code)
    plain = normalise(text)
    if found := _CODE_AND_NAME.match(plain):
        code, nom = (found[1], found[2]) if found[1] else (found[4], found[3])
        return SaisieCommune(code=normalise_code(code), nom=normalise_nom(nom))
    if found := _DEPARTMENT_AFTER.match(plain):
        return SaisieCommune(nom=normalise_nom(found[1]), departement=found[2].upper())
    return SaisieCommune(nom=normalise_nom(text))


def format_date(day: date | None) -> str:
    """« date non fournie » where the source gives none: no date is ever invented."""
    return f"{day:%d/%m/%Y}" if day else "date non fournie"


def format_bornes(present_au: date | None, absent_au: date | None) -> str:
    """« date non fournie », or the two editions of the code between which the change stands."""
    if present_au and absent_au:
        return (
            f"date non fournie ; entre les codes géographiques {present_au.year} et "
            f"{absent_au.year}"
        )
    return "date non fournie"
