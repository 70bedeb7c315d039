"""What a person may see and do: the union of the mandates in force, computed once per request.

A right is always that of one mandate: the role of one never combines with the territory or the
agreement of another. The perimeter is frozen and passed explicitly; no code below the web reads
a request.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum


class Niveau(IntEnum):
    """Levels of secrecy, from the least to the most restricted (domain model, section 6)."""

    AGREGE = 0
    FACTUEL = 1
    SOCIAL = 2
    CONFIDENTIEL = 3

    @property
    def libelle(self) -> str:
        return _LIBELLES[self]

    @property
    def lettre(self) -> str:
        return "AFSC"[self.value]


_LIBELLES = {
    Niveau.AGREGE: "Agrégé",
    Niveau.FACTUEL: "Factuel",
    Niveau.SOCIAL: "Social",
    Niveau.CONFIDENTIEL: "Confidentiel",
}


@dataclass(frozen=True, slots=True)
class MandatEnVigueur:
    """One mandate in force: organisation, role, and the optional limits of territory and agreement.

    niveau_max: highest level that the role may read, whatever the link says.
    equipe: the role reads what is attached to any member of its organisation (head of service).
    """

    id: int
    organisation_id: int
    organisation: str
    role: str
    role_libelle: str
    niveau_max: Niveau
    equipe: bool = False
    secteur_id: int | None = None
    convention_id: int | None = None


@dataclass(frozen=True, slots=True)
class ExceptionEnVigueur:
    """One household opened for a time, to somebody whose mandates do not open it, for a reason."""

    id: int
    menage_id: int
    reference: str
    motif: str
    terme: datetime


@dataclass(frozen=True, slots=True)
class Perimetre:
    """The mandates of one person on one day; empty for a person without mandate.

    exceptions: the households that exceptional sessions open beside them, one by one.
    """

    utilisateur_id: int | None
    utilisateur: str
    jour: date
    mandats: tuple[MandatEnVigueur, ...] = field(default=())
    exceptions: tuple[ExceptionEnVigueur, ...] = field(default=())

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(m.role for m in self.mandats)

    @property
    def organisation_ids(self) -> tuple[int, ...]:
        return tuple(sorted({m.organisation_id for m in self.mandats}))

    @property
    def is_empty(self) -> bool:
        return not self.mandats

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def find_mandat(
        self, roles: Iterable[str], organisation_id: int | None = None
    ) -> MandatEnVigueur | None:
        """Return the mandate that an act uses: first with one of the roles, in the organisation."""
        wanted = frozenset(roles)
        for mandat in self.mandats:
            if mandat.role in wanted and organisation_id in (None, mandat.organisation_id):
                return mandat
        return None

    def find_exception(self, menage_id: int | None) -> ExceptionEnVigueur | None:
        """The exceptional session in force on that household."""
        return next((e for e in self.exceptions if e.menage_id == menage_id), None)

    def only(self, roles: Collection[str]) -> "Perimetre":
        """What the mandates of these roles give by themselves: what an act is done with.

        The role of one mandate never combines with what another one opens, nor an exceptional
        session, which is for reading.
        """
        kept = tuple(m for m in self.mandats if m.role in roles)
        return replace(self, mandats=kept, exceptions=())

    def may_read(self, niveau: Niveau) -> bool:
        """Whether anything at all may be read at that level; exceptions open facts alone."""
        return any(m.niveau_max >= niveau for m in self.mandats) or (
            bool(self.exceptions) and niveau <= Niveau.FACTUEL
        )

    def organisations_at(self, niveau: Niveau) -> tuple[int, ...]:
        """Organisations for which a mandate of this person may read that level."""
        return tuple(sorted({m.organisation_id for m in self.mandats if m.niveau_max >= niveau}))

    def equipes_at(self, niveau: Niveau) -> tuple[int, ...]:
        """Organisations whose whole team's files this person may read at that level."""
        return tuple(
            sorted({m.organisation_id for m in self.mandats if m.equipe and m.niveau_max >= niveau})
        )


def perimetre_systeme(motif: str, jour: date) -> Perimetre:
    """A perimeter without mandate for commands and the worker: it sees nothing by itself.

    The reason is kept as the label of the actor in what the task writes.
    """
    return Perimetre(utilisateur_id=None, utilisateur=f"Système : {motif}", jour=jour)
