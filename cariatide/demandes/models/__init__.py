"""The saisine, what hangs from it, and the dated references it reads."""

from cariatide.demandes.models.reference import Motif, PieceRequise
from cariatide.demandes.models.saisine import Saisine
from cariatide.demandes.models.suites import (
    MotifSaisine,
    Orientation,
    PieceSaisine,
    Reexamen,
    SaisineSociale,
)

__all__ = [
    "Motif",
    "MotifSaisine",
    "Orientation",
    "PieceRequise",
    "PieceSaisine",
    "Reexamen",
    "Saisine",
    "SaisineSociale",
]
