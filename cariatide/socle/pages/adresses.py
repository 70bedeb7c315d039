"""Addresses of pages: Django's reverse, resolved once a route and filled for each row.

A list of fifty rows asks fifty times for the address of the same route with another key. No
request has routes of its own: the setting says which, at a hundredth of what `get_urlconf` costs.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

# Numbers no address of ours holds: they mark where the keys go.
_MARQUES = tuple(9_100_000_000_000_007 + rang for rang in range(4))


@lru_cache(maxsize=1024)
def _morceaux(urlconf: str, nom: str, nombre: int) -> tuple[str, ...]:
    """The address of a route cut where its `nombre` numeric keys go; raises NoReverseMatch."""
    texte = reverse(nom, urlconf=urlconf, args=_MARQUES[:nombre])
    morceaux = []
    for marque in _MARQUES[:nombre]:
        avant, texte = texte.split(str(marque), 1)
        morceaux.append(avant)
    return (*morceaux, texte)


def adresse(nom: str, *args: Any, **kwargs: Any) -> str:
    """`reverse(nom, args, kwargs)`; keys that are natural numbers go the short way."""
    if kwargs or len(args) > len(_MARQUES) or any(type(a) is not int or a < 0 for a in args):
        return reverse(nom, args=args, kwargs=kwargs)
    morceaux = _morceaux(settings.ROOT_URLCONF, nom, len(args))
    if not args:
        return morceaux[0]
    return "".join(m + str(a) for m, a in zip(morceaux, args, strict=False)) + morceaux[-1]


def adresses(nom: str, cles: Iterable[Any]) -> list[str]:
    """`adresse(nom, cle)` of each row of a list."""
    keys = list(cles)
    if any(type(cle) is not int or cle < 0 for cle in keys):
        return [adresse(nom, cle) for cle in keys]
    avant, apres = _morceaux(settings.ROOT_URLCONF, nom, 1)
    return [f"{avant}{cle}{apres}" for cle in keys]
