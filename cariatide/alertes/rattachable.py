"""What alerts keep of a household: the rows go with its name; the archive closes them."""

from collections.abc import Sequence

from cariatide.alertes.actions import forget_alertes
from cariatide.alertes.models import Alerte
from cariatide.alertes.ports import Gravite
from cariatide.alertes.queries import label_of
from cariatide.alertes.statuts import A_TRAITER, Responsable
from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import EnCours, LectureEnCours, RattachableSimple
from cariatide.socle.dates import format_date
from cariatide.socle.pages.adresses import adresse
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

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours:
        """The alerts to deal with, the most serious first; those of the officer are not here."""
        rows = (
            Alerte.objects.visible_to(perimetre)
            .filter(menage_id=menage_id, statut__in=A_TRAITER)
            .exclude(responsable=Responsable.PROTECTION_DES_DONNEES)
            .select_related("prise_par", "utilisateur")
            .order_by("gravite", "depuis", "pk")
        )
        return LectureEnCours(rows, _carte)

    def archive(self, menage_ids: Sequence[int], perimetre: Perimetre) -> None:
        forget_alertes(menage_ids=menage_ids, le=perimetre.jour)


def _carte(alerte: Alerte) -> EnCours:
    qui = alerte.prise_par or alerte.utilisateur
    return EnCours(
        titre=f"Alerte : {label_of(alerte.regle).lower()}",
        detail=f"{alerte.reference}, depuis le {format_date(alerte.depuis)}",
        url=adresse("alertes:detail", alerte.pk),
        ton="late" if alerte.gravite == Gravite.HAUTE else "soon",
        suite=qui.nom_complet if qui else alerte.get_responsable_display(),
    )
