"""Lists paged by key: constant cost at any depth, a cursor that cannot be forged or confused.

A list declares its sorts. Each is a tuple of non-null columns, one direction, ended by the primary
key, with an index. The cursor is signed and bound to the sort and the filters: a stale one gives
the first page with a message.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.http import QueryDict

TAILLE = 50
CURSEUR_PERIME = "La liste a changé depuis cette page : retour au début."


@dataclass(frozen=True)
class Tri:
    """A sort: `colonnes` are non-null field paths or annotations; the key is added at the end."""

    code: str
    libelle: str
    colonnes: tuple[str, ...]
    descendant: bool = False

    @property
    def cles(self) -> tuple[str, ...]:
        return (*self.colonnes, "pk")


@dataclass(frozen=True)
class PageCle:
    """One page: rows (dicts), links, and a message when the cursor was refused."""

    lignes: list[dict[str, Any]]
    tri: Tri
    suivant: str | None
    precedent: str | None
    message: str | None = None


def empreinte(tri: Tri, filtres: Mapping[str, Any]) -> str:
    """Short hash of the sort and the filters a cursor belongs to."""
    texte = json.dumps([tri.code, sorted((k, str(v)) for k, v in filtres.items())])
    return hashlib.sha256(texte.encode()).hexdigest()[:16]


def choose_tri(tris: Sequence[Tri], code: str | None) -> Tri:
    """The sort asked for, or the first; an unknown one is not an error."""
    return next((t for t in tris if t.code == code), tris[0])


def _after(cles: Sequence[str], valeurs: Sequence[Any], greater: bool) -> Q:
    """Rows strictly after `valeurs` in the order of `cles`.

    The first column is also bounded alone: that is what lets PostgreSQL start in the index.
    """
    suffix = "gt" if greater else "lt"
    strict = Q()
    for i in range(len(cles)):
        equal = {cles[j]: valeurs[j] for j in range(i)}
        strict |= Q(**equal, **{f"{cles[i]}__{suffix}": valeurs[i]})
    return Q(**{f"{cles[0]}__{suffix}e": valeurs[0]}) & strict


def _encode(valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return {"dt": valeur.isoformat()}
    if isinstance(valeur, date):
        return {"d": valeur.isoformat()}
    return valeur


def _decode(valeur: Any) -> Any:
    if isinstance(valeur, dict):
        if "dt" in valeur:
            return datetime.fromisoformat(valeur["dt"])
        return date.fromisoformat(valeur["d"])
    return valeur


def _read_cursor(texte: str, marque: str, longueur: int) -> tuple[bool, list[Any]] | None:
    try:
        sens, lu, valeurs = signing.loads(texte, salt="cariatide.listes")
        if lu != marque or len(valeurs) != longueur:
            return None
        return sens == "s", [_decode(v) for v in valeurs]
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return None


def paginate(
    queryset: QuerySet[Any],
    tri: Tri,
    champs: Sequence[str],
    *,
    curseur: str | None = None,
    filtres: Mapping[str, Any] | None = None,
    taille: int = TAILLE,
) -> PageCle:
    """Return one page of `queryset` (already scoped and filtered) as dicts of `champs`.

    One query. `champs` always holds "pk" and the columns of the sort.
    """
    marque = empreinte(tri, filtres or {})
    position = _read_cursor(curseur, marque, len(tri.cles)) if curseur else None
    message = CURSEUR_PERIME if curseur and position is None else None
    forward = position[0] if position else True
    ascending = tri.descendant != forward
    noms = list(dict.fromkeys([*champs, *tri.cles]))
    rows = queryset.order_by(*(c if ascending else f"-{c}" for c in tri.cles))
    if position:
        rows = rows.filter(_after(tri.cles, position[1], ascending))
    lignes = [dict(zip(noms, r, strict=True)) for r in rows.values_list(*noms)[: taille + 1]]
    more = len(lignes) > taille
    lignes = lignes[:taille]
    if not forward:
        lignes.reverse()

    def cursor(ligne: dict[str, Any], sens: str) -> str:
        return signing.dumps(
            [sens, marque, [_encode(ligne[c]) for c in tri.cles]],
            salt="cariatide.listes",
            compress=True,
        )

    has_next = bool(lignes) and (more if forward else True)
    has_previous = bool(lignes) and (bool(position) if forward else more)
    return PageCle(
        lignes=lignes,
        tri=tri,
        suivant=cursor(lignes[-1], "s") if has_next else None,
        precedent=cursor(lignes[0], "p") if has_previous else None,
        message=message,
    )


def walk(queryset: QuerySet[Any], tri: Tri, champs: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every row in the order of the list, at constant memory: what an export reads."""
    noms = list(dict.fromkeys([*champs, *tri.cles]))
    sens = "-" if tri.descendant else ""
    rows = queryset.order_by(*(f"{sens}{c}" for c in tri.cles)).values_list(*noms)
    for row in rows.iterator(chunk_size=2000):
        yield dict(zip(noms, row, strict=True))


def link(parametres: QueryDict, **changes: str | None) -> str:
    """The query string of the page with some parameters changed or removed."""
    copy = parametres.copy()
    for nom, valeur in changes.items():
        copy.pop(nom, None)
        if valeur is not None:
            copy[nom] = valeur
    return "?" + copy.urlencode()
