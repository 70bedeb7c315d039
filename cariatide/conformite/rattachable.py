"""Holds, archives and lines of purges: what this app keeps of a household."""

from django.db.models import Q

from cariatide.conformite.statuts import StatutDemande
from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import RattachableSimple

_GEL = "conformite.GelConservation"
_DROIT = "conformite.DemandeDroit"


class RegistreDeConservation(RattachableSimple):
    """Registered under « conformite »."""

    def __init__(self) -> None:
        super().__init__(
            _GEL, "conformite.ArchiveDossier", "conformite.LignePurge", _DROIT,
            effacements=(
                Effacement(
                    _GEL, efface=("motif", "leve_motif"), garde=("pose_par", "leve_par")
                ),
                Effacement(
                    "conformite.ArchiveDossier",
                    efface=("motif", "rendu_motif", "liens"), garde=("rendu_par",),
                ),
                Effacement(_DROIT, efface=("identite", "demande", "reponse"), garde=("close_par",),
                           references=("reference",)),
                # The line under way is told from its file by the purge itself.
                Effacement("conformite.LignePurge", garde=("motif", "bilan")),
            ),
            ouverts={
                _DROIT: ("une personne attend une réponse", Q(statut=StatutDemande.RECUE))
            },
        )  # fmt: skip


class AccesDException(RattachableSimple):
    """Registered under « conformite.exceptions »: accesses stay those of the file they named."""

    def __init__(self) -> None:
        modele = "partenaires.SessionException"
        super().__init__(
            modele,
            effacements=(Effacement(modele, efface=("motif", "reference"), garde=("close_par",)),),
        )

    def move(self, *, source_id: int, cible_id: int) -> dict[str, list[int]]:
        return {}
