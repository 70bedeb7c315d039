"""What a higher app that hangs from a household must offer (merge, unmerge, archive, purge).

A test fails for a model with a foreign key to Menage that no registered port covers, or purges.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from cariatide.menages.effacement import (
    Effacement,
    apply_effacements,
    count_effacements,
    manager_of,
)
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.ports import Registre


@dataclass(frozen=True)
class EnCours:
    """One open thing of a household, as a card of its page: what it is, what is due, where to go.

    ton: "", "late" (something is overdue) or "soon".
    """

    titre: str
    detail: str
    url: str
    echeance: date | None = None
    echeance_libelle: str = ""
    ton: str = ""
    suite: str = ""


@dataclass(frozen=True)
class LectureEnCours:
    """The rows behind the cards of an app, not yet read, and the card of each.

    The page of a household reads the rows of every app in one statement.
    """

    lignes: QuerySet[Any]
    carte: Callable[[Any], EnCours]

    def list_cartes(self) -> list[EnCours]:
        return [self.carte(ligne) for ligne in self.lignes]


class Rattachable(Protocol):
    """An app whose rows hang from a household."""

    # Labels ("mesures.Mesure") of the models with a key to Menage that this app covers.
    modeles: frozenset[str]

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours | None:
        """What is open for this household, within the perimeter, for its page; None: nothing."""

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        """Move every row of one household to another (merge); returns the moved ids by model."""

    def move_back(self, *, source_id: int, moved: dict[str, list[int]]) -> None:
        """Undo `move` exactly: the rows named go back to the household `source_id`."""

    # What becomes of each model at the purge, children first.
    effacements: tuple[Effacement, ...]
    # 1: finds its rows by the objects of the others, purged before they are; 2: names the papers
    # by a key, purged before them.
    en_premier: int

    def list_blocages(self, menage_ids: Sequence[int]) -> dict[int, list[str]]:
        """By household, what is still open (« une mesure est en cours »): the file then stays."""

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        """Leave nothing in sight when the file goes to the intermediate archive."""

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        """Rows that a purge would touch, by model."""

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        """Make these rows anonymous, all files of one household; rows touched, by model."""


rattachables: Registre[Rattachable] = Registre("Rattachables au ménage")


@dataclass(frozen=True)
class ActeSurMenage:
    """An act that an app above offers on the page of a household, to some roles.

    url_name: a route that takes the household's id alone.
    """

    libelle: str
    url_name: str
    roles: frozenset[str]
    ordre: int = 50


actes_sur_menage: Registre[ActeSurMenage] = Registre("Actes sur un ménage")


@dataclass(frozen=True)
class LecteurPartiel:
    """Somebody who reads some elements of a file without any link to the household."""

    organisation: str
    personne: str
    quoi: str
    motif: str
    au: date


class LecteursPartiels(Protocol):
    """An app that opens elements of a file, for the page that says who reads it."""

    def list_lecteurs(self, perimetre: Perimetre, menage_id: int) -> list[LecteurPartiel]:
        """Those of today, one query."""


lecteurs_partiels: Registre[LecteursPartiels] = Registre("Lecteurs d’éléments d’un dossier")


class RattachableSimple:
    """The usual case: models whose column `menage_id` is all there is to move.

    effacements: of these models and of those that hang from them. ouverts: model → what it says
    and the condition of the rows that keep a file in the active base.
    """

    en_premier: int = 0

    def __init__(
        self,
        *modeles: str,
        effacements: tuple[Effacement, ...] = (),
        ouverts: Mapping[str, tuple[str, Q]] | None = None,
    ) -> None:
        self.modeles = frozenset(modeles)
        self.effacements = effacements
        self.ouverts = dict(ouverts or {})

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours | None:
        return None

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        return {label: move_rows(label, source_id, cible_id) for label in sorted(self.modeles)}

    def move_back(self, *, source_id: int, moved: dict[str, list[int]]) -> None:
        for label, ids in moved.items():
            restore_rows(label, ids, source_id)

    def list_blocages(self, menage_ids: Sequence[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for label, (phrase, condition) in self.ouverts.items():
            rows = manager_of(label).filter(condition, menage_id__in=list(menage_ids))
            for menage_id in rows.order_by("menage_id").values_list("menage_id", flat=True):
                if phrase not in found.setdefault(menage_id, []):
                    found[menage_id].append(phrase)
        return found

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        """Nothing: what hangs from the household is read through its links."""

    def count_purge(self, menage_ids: Sequence[int]) -> dict[str, int]:
        return count_effacements(self.effacements, menage_ids)

    def purge(self, menage_ids: Sequence[int], perimetre: Perimetre) -> dict[str, int]:
        return apply_effacements(self.effacements, menage_ids)


def move_rows(label: str, source_id: int, cible_id: int) -> list[int]:
    """Move the rows of one model; returns their ids."""
    manager = manager_of(label)
    ids = list(manager.filter(menage_id=source_id).values_list("pk", flat=True))
    manager.filter(pk__in=ids).update(menage_id=cible_id)
    return ids


def restore_rows(label: str, ids: list[int], menage_id: int) -> None:
    """Give rows back to a household."""
    manager_of(label).filter(pk__in=ids).update(menage_id=menage_id)
