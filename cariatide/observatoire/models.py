"""Values of indicators kept as they were published: a closed period no longer moves."""

from django.db import models
from django.db.models import F, Q

from cariatide.observatoire.statuts import Mode


class ValeurFigee(models.Model):
    """One value as computed on a day, with everything that explains it. Never modified.

    A correction is a new row with a higher `revision`.
    """

    code = models.CharField(max_length=20)
    version_definition = models.PositiveSmallIntegerField()
    debut = models.DateField()
    fin = models.DateField()
    convention_id = models.BigIntegerField(null=True)
    territoire = models.CharField(max_length=120, blank=True)
    valeur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    numerateur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    denominateur = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    completude = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.CALCULE)
    source = models.CharField(max_length=300)
    revision = models.PositiveSmallIntegerField(default=1)
    extraite_le = models.DateTimeField(auto_now_add=True)
    figee_par = models.CharField(max_length=200)
    motif = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="valeur_periode",
                violation_error_message="La période finit avant de commencer.",
            ),
            models.UniqueConstraint(
                fields=["code", "debut", "fin", "convention_id", "revision"],
                name="valeur_revision_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(motif=""),
                name="valeur_revision_motivee",
                violation_error_message="La correction d’une valeur figée demande un motif.",
            ),
        ]
        indexes = [models.Index(fields=["code", "-debut"])]

    def __str__(self) -> str:
        return f"{self.code} {self.debut}–{self.fin} : {self.valeur}"
