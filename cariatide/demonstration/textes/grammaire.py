"""A small grammar: « Le {bail|loyer} de $montant » draws one alternative, and so on inside.

Sentences speak of « le ménage » so that genders and numbers always agree.
"""

import re
from collections.abc import Sequence
from random import Random

from cariatide.socle.normalisation import typographie

_ALTERNATIVE = re.compile(r"\{([^{}]*)\}")
_VARIABLE = re.compile(r"\$(\w+)")
_ESPACES = re.compile(r" {2,}")
_AVANT_POINT = re.compile(r" +([.,])")


def varie(h: Random, gabarit: str, **valeurs: object) -> str:
    """Draw the alternatives, inner ones first, then fill the variables."""
    while (found := _ALTERNATIVE.search(gabarit)) is not None:
        choix = h.choice(found.group(1).split("|"))
        gabarit = gabarit[: found.start()] + choix + gabarit[found.end() :]
    texte = _VARIABLE.sub(lambda m: str(valeurs[m.group(1)]), gabarit)
    return typographie(_AVANT_POINT.sub(r"\1", _ESPACES.sub(" ", texte))).strip()


def phrases(h: Random, sources: Sequence[str], nombre: int, **valeurs: object) -> str:
    """Some different sentences, in the order of the list."""
    rangs = sorted(h.sample(range(len(sources)), min(nombre, len(sources))))
    return " ".join(varie(h, sources[rang], **valeurs) for rang in rangs)
