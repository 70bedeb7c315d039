"""What the post keeps of a household: its letters, and the files of the batches they stand in."""

from collections.abc import Sequence

from django.db.models import Q

from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import RattachableSimple
from cariatide.poste.statuts import VIVANTS
from cariatide.socle.perimetre import Perimetre

_ENVOI = "poste.Envoi"
# The file of a batch holds the letters of many: it goes whole, each document stays by itself.
_FICHIER = Effacement("poste.FichierLot", supprime=True, chemin="lot__envois__menage_id")


class CourriersDuMenage(RattachableSimple):
    """Registered under « poste »; purged before the documents that its rows name."""

    en_premier = 2

    def __init__(self) -> None:
        super().__init__(
            _ENVOI,
            effacements=(_FICHIER, Effacement(_ENVOI, supprime=True)),
            ouverts={
                _ENVOI: (
                    "un courrier est dans un lot à poster",
                    Q(annule=False, lot__statut__in=sorted(VIVANTS)),
                )
            },
        )

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        """The file of a batch is read by its organisation, not through the links."""
        _FICHIER.empty(list(_FICHIER.rows(menage_ids).values_list("pk", flat=True)))
