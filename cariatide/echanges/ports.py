"""What can be imported: each domain declares its fields, checks lines, writes them, undoes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ErreurMetier
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


class LigneRefusee(ErreurMetier):
    """A line that was valid when the file was checked, and is not any more."""

    def __init__(self, numero: int, message: str) -> None:
        super().__init__(f"Ligne {numero} : {message}")
        self.numero = numero


class Verificateur(Protocol):
    """Judges the lines of one file; keeps what it saw, since it is called slice after slice."""

    def check(self, lignes: Sequence[LigneLue]) -> list[Verdict]:
        """One verdict per line, in order; writes nothing."""


class Importable(Protocol):
    """A kind of import."""

    libelle: str
    description: str
    champs: tuple[ChampImport, ...]

    def options(self, perimetre: Perimetre) -> list[OptionImport]:
        """What the sender says once for the whole file."""

    def open(self, options: Mapping[str, str], perimetre: Perimetre) -> Verificateur:
        """What judges one file. ErreurMetier for a wrong option."""

    def apply(
        self, verdicts: Sequence[Verdict], options: Mapping[str, str], perimetre: Perimetre
    ) -> list[tuple[str, int]]:
        """Write accepted lines in the caller's transaction, a slice of the file at a time.

        Returns (type code, id) of each, in order; LigneRefusee when one cannot be written.
        """

    def revert(self, objets: Sequence[tuple[str, int]], perimetre: Perimetre) -> None:
        """Remove what a batch wrote; ActeRefuse when something was used since."""


importables: Registre[Importable] = Registre("Imports")
