"""What a higher app does when an organisation takes over from another one."""

from datetime import date, timedelta
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from cariatide.socle.access import lift_scope
from cariatide.socle.ports import Registre


class Reprise(Protocol):
    """An app whose rows belong to an organisation and must follow its successor."""

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        """What was open the day before `le` belongs to the new one from `le` on; how many rows.

        What ended before stays under the old name. Runs in the transaction of the succession.
        """


reprises: Registre[Reprise] = Registre("Reprises par l’organisation qui succède")


def _every_row(modele: str) -> QuerySet[Any]:
    return lift_scope(
        modele, reason="succession d’une organisation : tout ce qui est ouvert la suit"
    )


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
        rows = _every_row(self.modele).filter(self.ouvertes, **{f"{self.champ}_id": ancienne_id})
        moved: int = rows.update(**{f"{self.champ}_id": nouvelle_id})
        return moved


class RepriseDatee:
    """Dated settings: each goes on with the successor, unless it has set the same thing itself."""

    def __init__(self, modele: str, cle: str) -> None:
        """modele: "app.Modele", with organisation_id, du and au; cle: the field that says what."""
        self.modele, self.cle = modele, cle

    def transfer(self, *, ancienne_id: int, nouvelle_id: int, le: date) -> int:
        """The former organisation keeps them until the eve: what held on each date stays known."""
        ouvertes = _every_row(self.modele).filter(Q(au__isnull=True) | Q(au__gte=le))
        siennes = set(ouvertes.filter(organisation_id=nouvelle_id).values_list(self.cle, flat=True))
        moved = 0
        for row in list(ouvertes.filter(organisation_id=ancienne_id).order_by("pk")):
            suit, commencee, au = getattr(row, self.cle) not in siennes, row.du < le, row.au
            if commencee:
                row.au = le - timedelta(days=1)
                row.save(update_fields=["au"])
            if suit:
                if commencee:
                    row.pk, row.du, row.au = None, le, au
                row.organisation_id = nouvelle_id
                row.save(force_insert=commencee)
                moved += 1
        return moved
