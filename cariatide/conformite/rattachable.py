"""Holds, archives and lines of purges: what this app keeps of a household."""

from collections.abc import Sequence

from django.db.models import Q

from cariatide.conformite.actions.partages import close_partages
from cariatide.conformite.statuts import StatutDemande
from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import RattachableSimple
from cariatide.socle.perimetre import Perimetre

_GEL = "conformite.GelConservation"
_DROIT = "conformite.DemandeDroit"
_PARTAGE = "conformite.Partage"
ARCHIVE = "Le dossier est mis en archive"


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


class PartagesDuMenage(RattachableSimple):
    """Registered under « conformite.partages »: the copies go, what was shared with whom stays."""

    def __init__(self) -> None:
        copies = ("conformite.ElementPartage", "conformite.ElementPartageSocial")
        super().__init__(
            *copies, _PARTAGE,
            effacements=(
                *(Effacement(label, supprime=True) for label in copies),
                Effacement(
                    _PARTAGE,
                    efface=("finalite", "accord_comment", "informe_comment", "motif_fin",
                            "elements"),
                    garde=("auteur_nom", "base_libelle", "base_source", "revoque_par"),
                    references=("reference",),
                ),
            ),
        )  # fmt: skip

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        """A sharing is read without a link of the household: it ends with the archive."""
        close_partages(perimetre=perimetre, menage_ids=menage_ids, motif=ARCHIVE)
