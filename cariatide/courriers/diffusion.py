"""The consumer of events that makes notices; delivering twice changes nothing."""

from cariatide.courriers.actions import notify
from cariatide.courriers.ports import regles_avis
from cariatide.journal.models import Evenement


class Diffusion:
    """Registered by the app as a consumer of the journal."""

    def wants(self, nom: str) -> bool:
        return any(regle.wants(nom) for regle in regles_avis)

    def handle(self, evenement_id: int) -> None:
        nom = Evenement.objects.values_list("nom", flat=True).get(pk=evenement_id)
        for code, regle in regles_avis.items():
            if not regle.wants(nom):
                continue
            for rang, avis in enumerate(regle.build(evenement_id)):
                notify(evenement_id=evenement_id, regle=f"{code}.{rang}", avis=avis)
