"""First names and surnames drawn at random by their frequency: no combination is a real person.

The file holds counts alone (donnees/SOURCES.md). Accents that the source leaves out are put back
on the most frequent surnames.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

FICHIER = Path(__file__).parent / "donnees" / "noms.csv"
ADULTES = Path(__file__).parent / "donnees" / "prenoms_adultes.txt"

_ACCENTS = {
    "André", "Aubé", "Barré", "Bénard", "Béranger", "Bérard", "Clément", "Crépin", "Désiré",
    "Estève", "François", "Frédéric", "Gérard", "Grégoire", "Guérin", "Hébert", "Hénault", "Joël",
    "Lefèvre", "Lemaître", "Léger", "Lévêque", "Maréchal", "Mérieux", "Noël", "Pélissier",
    "Périn", "Rémy", "René", "Rivière", "Sébastien", "Thébault", "Théry", "Ménard", "Lécuyer",
    "Gérin", "Besançon", "Buisson", "Prévost", "Préau", "Bréton", "Cléry", "Ségura", "Ménager",
}  # fmt: skip
_SANS_ACCENT = str.maketrans("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ", "AAACEEEEIIOOUUU")
_RESTAURES = {nom.upper().translate(_SANS_ACCENT): nom for nom in _ACCENTS}


@dataclass(frozen=True)
class Table:
    """Values with cumulated weights, ready for a draw."""

    valeurs: tuple[str, ...]
    cumuls: tuple[float, ...]

    def draw(self, hasard: Random) -> str:
        return hasard.choices(self.valeurs, cum_weights=self.cumuls)[0]


def _case(brut: str) -> str:
    """« JEAN-PIERRE » → « Jean-Pierre »; a lost accent comes back."""
    return _RESTAURES.get(brut) or "-".join(
        " ".join(mot.capitalize() for mot in part.split(" ")) for part in brut.split("-")
    )


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, int], ...]:
    with FICHIER.open(encoding="utf-8", newline="") as source:
        return tuple(
            (row["genre"], _case(row["valeur"]), int(row["pour_cent_mille"]))
            for row in csv.DictReader(source)
        )


@lru_cache(maxsize=1)
def load_adultes() -> dict[str, frozenset[str]]:
    """First names of adults by kind: the source counts recent births alone."""
    lines = (line.split() for line in ADULTES.read_text(encoding="utf-8").splitlines())
    return {kind: frozenset(prenoms) for kind, *prenoms in lines if kind != "#"}


@lru_cache(maxsize=8)
def load_table(genre: str, puissance: float, adultes: bool = False) -> Table:
    """The table of one kind; a power below 1 flattens the frequencies."""
    kept = load_adultes()[genre] if adultes else None
    rows = [
        (valeur, poids**puissance)
        for kind, valeur, poids in _rows()
        if kind == genre and (kept is None or valeur in kept)
    ]
    return Table(tuple(v for v, _ in rows), tuple(accumulate(p for _, p in rows)))


def draw_nom(hasard: Random) -> str:
    return load_table("nom", 0.75).draw(hasard)


def draw_prenom(hasard: Random, feminin: bool, adulte: bool) -> str:
    genre = "femme" if feminin else "homme"
    return load_table(genre, 0.15 if adulte else 1.0, adulte).draw(hasard)
