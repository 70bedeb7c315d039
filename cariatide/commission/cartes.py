"""The case of a household on an agenda, on its page; its move when two households merge."""

from django.urls import reverse

from cariatide.commission.models import Passage
from cariatide.commission.statuts import OUVERTS, StatutSeance
from cariatide.menages.ports import EnCours, RattachableSimple
from cariatide.socle.dates import format_date
from cariatide.socle.perimetre import Perimetre


class PassagesDuMenage(RattachableSimple):
    """Registered under « commission »: the decisions follow their passage."""

    def __init__(self) -> None:
        super().__init__("commission.Passage")

    def list_en_cours(self, menage_id: int, perimetre: Perimetre) -> list[EnCours]:
        rows = (
            Passage.objects.visible_to(perimetre)
            .filter(menage_id=menage_id, statut__in=OUVERTS)
            .select_related("seance__instance")
            .order_by("seance__le", "pk")
        )
        return [
            EnCours(
                titre=f"Séance du {format_date(p.seance.le)}",
                detail=f"{p.seance.instance.nom}, dossier {p.reference}",
                url=reverse("commission:passage", args=[p.pk]),
                echeance=p.seance.le,
                echeance_libelle="examen en séance",
                ton="late" if p.urgent else "",
                suite=(
                    "En cours d’examen" if p.seance.statut == StatutSeance.OUVERTE else "Inscrit"
                ),
            )
            for p in rows
        ]
