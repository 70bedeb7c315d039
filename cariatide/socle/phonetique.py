"""The sound of a French name, as a key that is compared by equality.

The database has no phonetic nor trigram extension: the application writes this key beside the
name, in an indexed column. Two spellings of one name give one key (« Lefebvre » and « Lefèvre »,
« Philippe » and « Filipe »); changing what it returns means refilling that column.
"""

import re
from functools import lru_cache

from cariatide.socle.normalisation import normalise

# In this order: what several letters say together, before what each says alone. Digits stand for
# sounds that no single letter writes: 1 « ch », 2 « oi », 3 « an », 4 « in », 5 « on », 6 « ou »,
# 7 « gu ». The last rule drops what ends a word unheard.
_REGLES = tuple(
    (re.compile(motif), par)
    for motif, par in (
        (r"ph", "f"),
        (r"s?ch|sh", "1"),
        (r"h", ""),
        (r"s?c(?=[eiy])", "s"),
        (r"x$", ""),
        (r"[ck]+|qu?", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"bv", "v"),
        (r"gu(?=[eiy])", "7"),
        (r"g(?=[eiy])", "j"),
        (r"gn", "ni"),
        (r"[sz]+", "s"),
        (r"e?au(?:[dt]|l[dt])?$|e?au", "o"),
        (r"o[iy]", "2"),
        (r"ou", "6"),
        (r"y", "i"),
        (r"ill(?=[aou])|ill?(?=e)", "i"),
        (r"([a-z])\1", r"\1"),
        (r"i?en$", "4"),
        (r"(?:ai|ei|i|u)[nm](?![aeiou2-6nm])", "4"),
        (r"[ae][nm](?![aeiou2-6nm])", "3"),
        (r"o[nm](?![aeiou2-6nm])", "5"),
        (r"ai|ei|eu|oe", "e"),
        (r"i+", "i"),
        (r"(?<=[a-z0-9]{2})(?:es?|[dtsp])$", ""),
    )
)
_NON_LETTRES = re.compile(r"[^a-z]+")


@lru_cache(maxsize=10_000)
def phonetise(nom: str) -> str:
    """The key of one name; empty when it holds no Latin letter. « Dupond », « Dupont » → « dup5 ».

    Hyphens and spaces do not count.
    """
    texte = _NON_LETTRES.sub("", normalise(nom))
    for motif, par in _REGLES:
        texte = motif.sub(par, texte)
    return texte


def phonetise_personne(nom: str, prenom: str) -> str:
    """The key of a person, the same when name and first name were typed in each other's place."""
    return " ".join(sorted(filter(None, (phonetise(nom), phonetise(prenom)))))
