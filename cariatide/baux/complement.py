"""Who lives and lived in a home, on its page."""

from django.urls import reverse

from cariatide.baux.models import Occupation
from cariatide.baux.rules import describe_periode
from cariatide.parc.ports import ActeLogement, LigneLogement
from cariatide.socle.perimetre import Perimetre


class OccupationsDuLogement:
    """Occupations that the perimeter sees: the others stay unsaid."""

    titre = "Occupation"
    vide = "Aucune occupation visible : vous ne voyez que les ménages de votre périmètre."
    ordre = 10

    def lignes(self, logement_id: int, perimetre: Perimetre) -> list[LigneLogement]:
        found = (
            Occupation.objects.visible_to(perimetre)
            .filter(logement_id=logement_id)
            .select_related("menage")
            .order_by("-entree_le", "-id")
        )
        return [
            LigneLogement(
                titre=o.menage.nom_usage,
                detail=f"{o.get_nature_display()}, {describe_periode(o.entree_le, o.sortie_le)}",
                url=reverse("baux:occupation", args=[o.pk]),
                etiquette="En cours" if o.sortie_le is None else "Terminée",
                ton="ok" if o.sortie_le is None else "neutre",
                menage_id=o.menage_id,
                en_cours=o.sortie_le is None,
            )
            for o in found
        ]

    def acte(self, logement_id: int, perimetre: Perimetre) -> ActeLogement | None:
        return None
