"""What a higher app does when an organisation takes over from another one."""

from datetime import date
from typing import Protocol

from django.db.models import Q

from cariatide.socle.access import lift_scope
from cariatide.socle.ports import Registre


class Reprise(Protocol):
    """An app whose rows belong to an organisation and must follow its successor."""

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        """What was open the day before `le` belongs to the new one from `le` on; how many rows.

        What ended before stays under the old name. Runs in the transaction of the succession.
        """


reprises: Registre[Reprise] = Registre("Reprises par l’organisation qui succède")


class RepriseSimple:
    """The usual case: open rows of a model change their organisation, closed ones keep it."""

    def __init__(self, modele: str, champ: str, ouvertes: Q | None = None) -> None:
        """modele: "app.Modele"; champ: its key to Organisation; ouvertes: the rows that go on.

        None: every row goes on.
        """
        ouvertes = ouvertes or Q()
        self.modele, self.champ, self.ouvertes = modele, champ, ouvertes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RepriseSimple) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.modele, self.champ))

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        rows = lift_scope(
            self.modele, reason="succession d’une organisation : tout ce qui est ouvert la suit"
        ).filter(self.ouvertes, **{f"{self.champ}_id": ancienne_id})
        moved: int = rows.update(**{f"{self.champ}_id": nouvelle_id})
        return moved
