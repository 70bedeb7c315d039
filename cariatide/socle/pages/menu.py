"""Navigation by trade: each app registers its entries, the layout shows those a person may open."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch

from cariatide.socle.pages.adresses import adresse
from cariatide.socle.perimetre import Perimetre

# Order of the groups in the side bar.
GROUPES = ("", "Personnes", "Logements", "Pilotage", "Partenaires", "Administration")


@dataclass(frozen=True)
class EntreeMenu:
    """One line of the side bar; icone is a lucide name, roles open it (empty: any signed-in)."""

    groupe: str
    libelle: str
    icone: str
    url_name: str
    roles: frozenset[str] = frozenset()
    ordre: int = 50
    prefixes: tuple[str, ...] = ()


_entrees: list[EntreeMenu] = []
# Counts shown on the layout (« notifications »), given by the app that knows them.
_pastilles: dict[str, Callable[[Perimetre], int]] = {}


def register_menu(*entrees: EntreeMenu) -> None:
    """Called by AppConfig.ready()."""
    for entree in entrees:
        if entree not in _entrees:
            _entrees.append(entree)
    _list_ouvertes.cache_clear()


def route_existe(nom: str) -> bool:
    """True when a route of that name is open: the layout shows only what the apps provide."""
    try:
        adresse(nom)
    except NoReverseMatch:
        return False
    return True


def list_entrees() -> tuple[EntreeMenu, ...]:
    """Every entry registered: a test checks that each one leads somewhere."""
    return tuple(_entrees)


def register_pastille(nom: str, compte: Callable[[Perimetre], int]) -> None:
    """Called by AppConfig.ready(): one cheap count, run once per page that shows it."""
    _pastilles[nom] = compte


def count_pastille(nom: str, perimetre: Perimetre) -> int:
    """The count behind a badge, 0 when no app gives it."""
    return _pastilles[nom](perimetre) if nom in _pastilles else 0


@lru_cache(maxsize=256)
def _list_ouvertes(
    roles: frozenset[str], urlconf: str
) -> tuple[tuple[EntreeMenu, str, tuple[str, ...]], ...]:
    """The entries that these roles open, in order, with their address and what marks them.

    Roles alone decide: computed once for each set of them, and again after a registration.
    """
    return tuple(
        (entree, adresse(entree.url_name), (adresse(entree.url_name), *entree.prefixes))
        for entree in sorted(_entrees, key=lambda e: (e.ordre, e.libelle))
        if (not entree.roles or not roles.isdisjoint(entree.roles))
        and route_existe(entree.url_name)
    )


def _leads(path: str, debut: str) -> bool:
    return path == debut if debut == "/" else path.startswith(debut)


def build_menu(perimetre: Perimetre, path: str) -> list[tuple[str, list[dict[str, object]]]]:
    """Groups of entries, with the one that matches the current path marked."""
    groups: dict[str, list[dict[str, object]]] = {g: [] for g in GROUPES}
    ouvertes = _list_ouvertes(frozenset(perimetre.roles), settings.ROOT_URLCONF)
    # One entry at most: « Réorientations » lies under the address of « Accompagnement ».
    ici = max((len(s) for _, _, starts in ouvertes for s in starts if _leads(path, s)), default=0)
    for entree, url, starts in ouvertes:
        current = any(len(s) == ici and _leads(path, s) for s in starts)
        groups[entree.groupe].append(
            {"libelle": entree.libelle, "icone": entree.icone, "url": url, "actif": current}
        )
    return [(g, lignes) for g, lignes in groups.items() if lignes]
