"""Works that wait for a technician, for « Ma journée »."""

from django.urls import reverse

from cariatide.amelioration.queries import list_a_controler
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.journee import LIGNES_MAX, LigneJournee
from cariatide.socle.perimetre import Perimetre


class TravauxAControler:
    """Works under way whose planned end is near, past or unknown."""

    titre = "Travaux à contrôler"
    ordre = 41
    liste = "amelioration:liste"
    roles = frozenset({Role.TECHNICIEN, Role.CONSEILLER_HABITAT})

    def lignes(self, perimetre: Perimetre) -> list[LigneJournee]:
        """At most ten lines: one query."""
        return [
            LigneJournee(
                titre=o.objet,
                detail=f"{o.reference} · {o.logement.adresse}, {o.logement.commune.nom}",
                url=reverse("amelioration:operation", args=[o.pk]),
                libelle_acte="Ouvrir l’opération",
                echeance=o.fin_prevue,
                ton="late" if o.fin_prevue and o.fin_prevue < perimetre.jour else "",
            )
            for o in list_a_controler(perimetre)[:LIGNES_MAX]
        ]
