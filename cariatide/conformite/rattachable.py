"""Holds, archives and lines of purges: what this app keeps of a household."""

from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import RattachableSimple

_GEL = "conformite.GelConservation"


class RegistreDeConservation(RattachableSimple):
    """Registered under « conformite »."""

    def __init__(self) -> None:
        super().__init__(
            _GEL, "conformite.ArchiveDossier", "conformite.LignePurge",
            effacements=(
                Effacement(
                    _GEL, efface=("motif", "leve_motif"), garde=("pose_par", "leve_par")
                ),
                Effacement(
                    "conformite.ArchiveDossier",
                    efface=("motif", "rendu_motif", "liens"), garde=("rendu_par",),
                ),
                # The line under way is told from its file by the purge itself.
                Effacement("conformite.LignePurge", garde=("motif", "bilan")),
            ),
        )  # fmt: skip
