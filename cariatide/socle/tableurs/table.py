"""What a reading gives: every cell as text, the lines with their number in the sender's file."""

from collections.abc import Iterator
from dataclasses import dataclass

from cariatide.socle.tableurs.entetes import Entete, Rangee, row_nature


@dataclass(frozen=True)
class Ligne:
    """A line below the header. `numero` is the one the sender sees in the spreadsheet (1 first)."""

    numero: int
    cellules: tuple[str, ...]
    nature: str  # donnee, total, consigne


@dataclass(frozen=True)
class Table:
    """One sheet, whole. Every row of `rows` has as many cells as the widest one."""

    nom: str
    format: str  # csv, xlsx, xls, ods
    feuille: str
    feuilles: tuple[str, ...]
    encodage: str
    separateur: str
    rows: tuple[tuple[str, ...], ...]
    entete: Entete | None
    avertissements: tuple[str, ...]

    @property
    def libelles(self) -> tuple[str, ...]:
        """The sender's headers, one per column, empty where there is none."""
        return self.entete.libelles if self.entete else ()

    def lignes(self) -> Iterator[Ligne]:
        """Lines below the header, empty ones left out, each with its nature."""
        start = self.entete.ligne + 1 if self.entete else 0
        labels: Rangee = self.libelles or ("?",) * (len(self.rows[0]) if self.rows else 0)
        begun = False
        for index in range(start, len(self.rows)):
            nature = row_nature(self.rows[index], labels, begun)
            begun = begun or nature == "donnee"
            if nature != "vide":
                yield Ligne(index + 1, self.rows[index], nature)

    def donnees(self) -> Iterator[Ligne]:
        """Only the lines to import."""
        return (ligne for ligne in self.lignes() if ligne.nature == "donnee")
