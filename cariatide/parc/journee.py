"""What waits on the stock, for « Ma journée »."""

from django.urls import reverse

from cariatide.parc.queries import list_a_visiter
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.journee import LIGNES_MAX, LigneJournee
from cariatide.socle.perimetre import Perimetre


class OffresAVisiter:
    """Offers found and not seen yet, the oldest first."""

    titre = "Logements à visiter"
    ordre = 40
    liste = "parc:offres"
    roles = frozenset({Role.TECHNICIEN, Role.CHARGE_DE_CLIENTELE})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        """At most ten lines: one query."""
        return [
            LigneJournee(
                titre=f"{o.logement.get_type_display()}, {o.logement.adresse}",
                detail=f"{o.logement.commune.nom} · repéré le {o.reperee_le:%d/%m/%Y}",
                url=reverse("parc:visiter", args=[o.pk]),
                libelle_acte="Enregistrer la visite",
            )
            for o in list_a_visiter(perimetre)[:LIGNES_MAX]
        ]
