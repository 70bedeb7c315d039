"""What alerts keep of a household: the rows go with its name; the archive closes them."""

from collections.abc import Sequence

from cariatide.alertes.actions import forget_alertes
from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import RattachableSimple
from cariatide.socle.perimetre import Perimetre


class AlertesDuMenage(RattachableSimple):
    """Registered under « alertes »."""

    def __init__(self) -> None:
        super().__init__(
            "alertes.Alerte",
            effacements=(
                Effacement("alertes.GesteAlerte", supprime=True, chemin="alerte__menage_id"),
                Effacement("alertes.Alerte", supprime=True),
            ),
        )

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        forget_alertes(menage_ids=menage_ids, le=perimetre.jour)
