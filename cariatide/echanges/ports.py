"""What can be imported: each domain declares its fields, checks lines, writes them, undoes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.ports import Registre

# Who sends files: secretariats, prescribers, operators.
ROLES_IMPORT = frozenset(
    {Role.SECRETARIAT, Role.PRESCRIPTEUR, Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE}
)


@dataclass(frozen=True)
class ChampImport:
    """A field that a file may bring, under the headers that offices use for it."""

    code: str
    libelle: str
    synonymes: tuple[str, ...] = ()
    requis: bool = False


@dataclass(frozen=True)
class OptionImport:
    """A value given once for the whole file. choix: (value, label); empty for a date."""

    code: str
    libelle: str
    aide: str = ""
    choix: tuple[tuple[str, str], ...] = ()
    requise: bool = True


@dataclass(frozen=True)
class LigneLue:
    """One line of the file, by field code; numero is the line the sender sees."""

    numero: int
    valeurs: Mapping[str, str]


@dataclass(frozen=True)
class Verdict:
    """What a line would do. cle: the same for the same fact, however often the file comes.

    donnees: plain values for `apply`; empty when the line is refused (motifs then say why).
    """

    numero: int
    cle: str
    libelle: str
    donnees: Mapping[str, Any] = field(default_factory=dict)
    motifs: tuple[str, ...] = ()
    avertissements: tuple[str, ...] = ()


class Importable(Protocol):
    """A kind of import."""

    libelle: str
    description: str
    champs: tuple[ChampImport, ...]

    def options(self, perimetre: Perimetre) -> list[OptionImport]:
        """What the sender says once for the whole file."""

    def check(
        self, lignes: Sequence[LigneLue], options: Mapping[str, str], perimetre: Perimetre
    ) -> list[Verdict]:
        """One verdict per line, in order; writes nothing. ErreurMetier for a wrong option."""

    def apply(
        self, verdict: Verdict, options: Mapping[str, str], perimetre: Perimetre
    ) -> tuple[str, int]:
        """Write one accepted line in the caller's transaction; returns (type code, id)."""

    def revert(self, objets: Sequence[tuple[str, int]], perimetre: Perimetre) -> None:
        """Remove what a batch wrote; ActeRefuse when something was used since."""


importables: Registre[Importable] = Registre("Imports")
