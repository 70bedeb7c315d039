"""What is typed, without what nobody sees: it would break a file, a document or a line of a list.

Control characters are illegal in XML (spreadsheets, PDF metadata), a lone surrogate is no Unicode,
and a direction override lets a name show otherwise than it is written. Letters of any script stay.
"""

import re
from typing import Any

from django.http import QueryDict

# Beyond it a text is a document: it is deposited, not typed.
LONGUEUR_MAX = 20_000
_INVISIBLES = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)


def nettoie(texte: str) -> str:
    """The text without its invisible commands."""
    return _INVISIBLES.sub("", texte)


def nettoie_tout(valeur: Any) -> Any:
    """The same for every text of a JSON value, keys included."""
    if isinstance(valeur, str):
        return nettoie(valeur)
    if isinstance(valeur, dict):
        return {nettoie(str(k)): nettoie_tout(v) for k, v in valeur.items()}
    if isinstance(valeur, list):
        return [nettoie_tout(v) for v in valeur]
    return valeur


def nettoie_envoi(donnees: Any) -> Any:
    """The fields of a request; the very same object when there is nothing to take out."""
    if not isinstance(donnees, QueryDict):
        return donnees
    if not any(_INVISIBLES.search(v) for _, valeurs in donnees.lists() for v in valeurs):
        return donnees
    propres = donnees.copy()
    for nom, valeurs in donnees.lists():
        propres.setlist(nom, [nettoie(v) for v in valeurs])
    return propres
