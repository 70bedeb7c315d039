"""Who is told of a letter that came back: the référents of the household. Nobody is named."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.menages.models import Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.queries import en_vigueur
from cariatide.poste.statuts import MotifRetour
from cariatide.socle.dates import format_date

REVENU = "courrier.revenu"


class AvisDesRetours:
    """Port `courriers.regles_avis`."""

    libelle = "Courriers revenus"

    def wants(self, nom: str) -> bool:
        return nom == REVENU

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        dit = evenement.donnees["apres"]
        le = format_date(date.fromisoformat(dit["revenu_le"]))
        titre = f"Le courrier {evenement.libelle} est revenu le {le}"
        texte = (
            f"{MotifRetour(dit['motif_retour']).label}. Vérifiez l’adresse du ménage avec lui, "
            "et remettez-lui ce courrier."
        )
        liens = Rattachement.objects.filter(
            en_vigueur(timezone.localdate(evenement.horodatage)),
            motif=MotifRattachement.REFERENT,
            menage_id=evenement.menage_id or 0,
            utilisateur_id__isnull=False,
        ).exclude(utilisateur_id=evenement.acteur_id or 0)
        adresse = reverse("menages:detail", args=[evenement.menage_id])
        qui = liens.order_by("utilisateur_id").values_list("utilisateur_id", flat=True)
        return [Avis(titre, texte, adresse, utilisateur_id=u) for u in qui.distinct()]
