"""What a person types in the search, turned into terms of the index: pure functions.

The index starts from the rarest term; a term that half of the households bear (« rue », one
letter) costs much and finds nothing more, so it is left out as soon as another one is there.
"""

import re

from cariatide.socle.normalisation import normalise

MOTS_MAX = 8
CHIFFRES_TELEPHONE = 6
CHIFFRES_EXACTS = 3
_REFERENCE = re.compile(r"m (\d{4}) (\d{5,9})")
_COURANTS = frozenset(
    {"rue", "avenue", "boulevard", "place", "chemin", "route", "impasse", "allee", "cite", "bat"}
    | {"residence", "batiment", "appt", "appartement", "de", "du", "des", "la", "le", "les", "et"}
)


def read_reference(texte: str) -> str | None:
    """« m 2026 00417 », « M-2026-00417 » → « M-2026-00417 »; None for anything else."""
    found = _REFERENCE.fullmatch(normalise(texte).strip())
    return f"M-{found[1]}-{found[2]}" if found else None


def list_termes(texte: str) -> list[str]:
    """Terms of a PostgreSQL text query, each a prefix (`nom:*`); none when nothing is searched.

    A telephone is found however its digits are grouped. A number of three digits at most, that of
    a street for one, is taken as it is: as a prefix, it would find every telephone.
    """
    mots = normalise(texte).split()[:MOTS_MAX]
    chiffres = "".join(mots)
    if len(chiffres) >= CHIFFRES_TELEPHONE and chiffres.isdigit():
        mots = [chiffres]
    mots = ["".join(c for c in mot if c.isalnum()) for mot in mots]
    mots = [mot for mot in mots if mot]
    rares = [mot for mot in mots if len(mot) > 1 and mot not in _COURANTS]
    return [
        mot if mot.isdigit() and len(mot) <= CHIFFRES_EXACTS else f"{mot}:*"
        for mot in rares or mots
    ]
