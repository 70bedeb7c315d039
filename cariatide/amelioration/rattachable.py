"""The works that keep a household in its home, on its page."""

from django.urls import reverse

from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.statuts import MODIFIABLES
from cariatide.menages.ports import EnCours, RattachableSimple
from cariatide.socle.perimetre import Perimetre


class TravauxDuMenage(RattachableSimple):
    """Works under study or under way, with their planned end."""

    def __init__(self) -> None:
        super().__init__("amelioration.OperationTravaux")

    def list_en_cours(self, menage_id: int, perimetre: Perimetre) -> list[EnCours]:
        found = OperationTravaux.objects.visible_to(perimetre).filter(
            menage_id=menage_id, statut__in=sorted(MODIFIABLES)
        )
        return [
            EnCours(
                titre=f"Travaux {o.reference}",
                detail=f"{o.objet}, {o.get_statut_display().lower()}",
                url=reverse("amelioration:operation", args=[o.pk]),
                echeance=o.fin_prevue,
                echeance_libelle="fin prévue" if o.fin_prevue else "",
                ton="late" if o.fin_prevue and o.fin_prevue < perimetre.jour else "",
            )
            for o in found.order_by("-etudiee_le", "-id")
        ]
