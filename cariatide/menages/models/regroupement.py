"""Two households that live as one from a date; both files keep their history."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cariatide.menages.acces import condition_rattache
from cariatide.menages.models.menage import Menage
from cariatide.menages.statuts import MotifRegroupement
from cariatide.socle.access import ModeleProtege
from cariatide.socle.perimetre import Perimetre


class Regroupement(ModeleProtege):
    """The people of `rejoint` entered `menage` on `le`. Not a merge: nothing else moves.

    modifies, crees: as in Fusion, to undo an entry made by mistake.
    """

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="regroupements")
    rejoint = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    le = models.DateField("à partir du")
    motif = models.CharField(max_length=16, choices=MotifRegroupement)
    auteur = models.CharField(max_length=200)
    modifies = models.JSONField(encoder=DjangoJSONEncoder)
    crees = models.JSONField()
    defait_le = models.DateField(null=True)
    motif_annulation = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(menage=F("rejoint")),
                name="regroupement_de_deux",
                violation_error_message="Un ménage ne rejoint pas lui-même.",
            ),
            models.CheckConstraint(
                condition=Q(defait_le__isnull=True, motif_annulation="")
                | (Q(defait_le__isnull=False) & ~Q(motif_annulation="")),
                name="regroupement_defait_motive",
                violation_error_message="Un regroupement défait porte une date et un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rejoint_id} → {self.menage_id}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return condition_rattache(perimetre) | condition_rattache(perimetre, champ="rejoint_id")
