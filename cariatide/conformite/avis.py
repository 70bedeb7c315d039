"""Who reads a file is told that an identity was corrected in it; nothing is said of what."""

from django.urls import reverse
from django.utils import timezone

from cariatide.courriers.ports import Avis
from cariatide.journal.models import Evenement
from cariatide.menages.models import Rattachement
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.rules import ROLES_DOSSIER


class AvisDesRectifications:
    """Port `courriers.regles_avis`: one notice an organisation that reads the household."""

    libelle = "Identités rectifiées"

    def wants(self, nom: str) -> bool:
        return nom == "personne.rectifiee"

    def build(self, evenement_id: int) -> list[Avis]:
        evenement = Evenement.objects.get(pk=evenement_id)
        links = Rattachement.objects.filter(
            en_vigueur(timezone.localdate()), menage_id=evenement.menage_id or 0
        )
        return [
            Avis(
                titre="Une identité a été rectifiée",
                texte="La personne l’a demandé. Reprenez la fiche du ménage, et corrigez ce que "
                "votre organisation garde ailleurs.",
                url=reverse("menages:detail", args=[evenement.menage_id]),
                organisation_id=organisation_id,
                roles=frozenset(str(role) for role in ROLES_DOSSIER),
            )
            for organisation_id in sorted(set(links.values_list("organisation_id", flat=True)))
        ]
