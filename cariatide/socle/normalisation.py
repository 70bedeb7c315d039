"""Text as it is searched and compared: the columns that the application fills beside names.

PostgreSQL has no accent-insensitive collation without extensions here, so search and sort read
a column filled by `normalise`. Changing what it returns means refilling those columns.
"""

import re
import unicodedata

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "°": "o"}
)
_APOSTROPHES_AND_HYPHENS = re.compile(r"['’‘ʼ`´′‐‑‒–—―−-]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")
_BEFORE = re.compile(r"[ \u00a0\u202f]+([:;?!%€»])")
_AFTER = re.compile(r"«[ \u00a0\u202f]*")


def normalise(text: str) -> str:
    """Lower case, without accents nor ligatures; apostrophes and hyphens become spaces.

    « L'Haÿ-les-Roses » → « l hay les roses ». Idempotent. Other punctuation is kept.
    """
    if text.isascii():  # most of a file: nothing to decompose
        return _SPACES.sub(" ", _APOSTROPHES_AND_HYPHENS.sub(" ", text.lower())).strip()
    # Apostrophe-like signs first: the compatibility form would turn « ´ » into a lone accent.
    text = _INVISIBLE.sub("", _APOSTROPHES_AND_HYPHENS.sub(" ", text))
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", decomposed)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACES.sub(" ", _APOSTROPHES_AND_HYPHENS.sub(" ", plain)).strip()


def normalise_entete(text: str) -> str:
    """A header or an address in words alone: « Date de naissance* » → « date de naissance »."""
    return _NOT_ALPHANUMERIC.sub(" ", normalise(text)).strip()


def typographie(text: str) -> str:
    """No-break spaces of French typography before : ; ? ! % € » and after «."""
    return _AFTER.sub("«\u00a0", _BEFORE.sub("\u00a0\\1", text))
