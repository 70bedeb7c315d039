"""The works done in a home, on its page."""

from django.urls import reverse

from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.statuts import TONS, StatutOperation
from cariatide.parc.models import Logement
from cariatide.parc.ports import ActeLogement, LigneLogement
from cariatide.socle.perimetre import Perimetre


class TravauxDuLogement:
    """Works that the perimeter sees."""

    titre = "Travaux"
    vide = "Aucuns travaux visibles : ceux d’un ménage hors de votre périmètre ne sont pas montrés."
    ordre = 20

    def lignes(self, logement_id: int, perimetre: Perimetre) -> list[LigneLogement]:
        found = (
            OperationTravaux.objects.visible_to(perimetre)
            .filter(logement_id=logement_id)
            .order_by("-etudiee_le", "-id")
        )
        return [
            LigneLogement(
                titre=o.objet,
                detail=f"{o.reference} · {o.get_maitre_ouvrage_display()}",
                url=reverse("amelioration:operation", args=[o.pk]),
                etiquette=o.get_statut_display(),
                ton=TONS[StatutOperation(o.statut)],
                menage_id=o.menage_id,
            )
            for o in found
        ]

    def acte(self, logement_id: int, perimetre: Perimetre) -> ActeLogement | None:
        """A study opens in the organisation that recorded the home."""
        # Its own roles see a home, and each of them studies works: nothing else to ask.
        if not Logement.objects.visible_to(perimetre).filter(pk=logement_id).exists():
            return None
        return ActeLogement(
            "Ouvrir une étude de travaux", reverse("amelioration:nouvelle", args=[logement_id])
        )
