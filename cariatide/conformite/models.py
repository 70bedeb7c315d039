"""Legal holds: files that are kept whatever their clock says."""

from django.db import models
from django.db.models import F, Q

from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.menages.models import Menage
from cariatide.socle.access import NOTHING, ModeleProtege
from cariatide.socle.perimetre import Perimetre


class GelConservation(ModeleProtege):
    """One hold, of the data-protection officer, with its reason and, once lifted, another one."""

    menage = models.ForeignKey(Menage, on_delete=models.PROTECT, related_name="+")
    motif = models.CharField("motif", max_length=300)
    pose_le = models.DateField("posé le")
    pose_par = models.CharField(max_length=200)
    leve_le = models.DateField("levé le", null=True, blank=True)
    leve_motif = models.CharField("motif de la levée", max_length=300, blank=True)
    leve_par = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(leve_le__isnull=True, leve_motif="", leve_par="")
                | (Q(leve_le__gte=F("pose_le")) & ~Q(leve_motif="") & ~Q(leve_par="")),
                name="gel_levee_motivee",
                violation_error_message="Une levée porte une date, un motif et un auteur.",
            ),
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="gel_motive",
                violation_error_message="Un gel est motivé.",
            ),
        ]
        indexes = [models.Index(fields=["menage"], condition=Q(leve_le=None), name="gel_ouvert")]

    def __str__(self) -> str:
        return f"gel {self.menage_id} du {self.pose_le}"

    @classmethod
    def access_condition(cls, perimetre: Perimetre) -> Q:
        return Q() if perimetre.has_role(*ROLES_CONFORMITE) else NOTHING
