"""Values that a département or an organisation fixes for itself, dated; lines of its lists."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from cariatide.socle.contraintes import PeriodeDeDates, Point, PointTexte, fin_apres_debut


class LigneDeListe(models.Model):
    """A line that forms offer: one code for ever, a label, the dates between which it is used."""

    code = models.CharField(max_length=32, unique=True)
    libelle = models.CharField("libellé", max_length=120)
    ordre = models.PositiveSmallIntegerField(default=100)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.libelle


class ParametreLocal(models.Model):
    """One local value of a parameter that its file marks `local`.

    departement '' and organisation_id None: for the whole platform. An organisation's value wins
    over a département's, which wins over the platform's, which wins over the file's.
    """

    code = models.CharField(max_length=80)
    departement = models.CharField(max_length=3, blank=True)
    organisation_id = models.BigIntegerField(null=True, blank=True)
    valeur = models.JSONField()
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    motif = models.CharField(max_length=500)
    auteur = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "paramètre local"
        constraints = [
            fin_apres_debut("parametre_local_periode"),
            models.CheckConstraint(
                condition=~Q(motif=""),
                name="parametre_local_motif",
                violation_error_message="Un paramètre local se fixe avec un motif.",
            ),
            models.CheckConstraint(
                condition=Q(departement="") | Q(organisation_id__isnull=True),
                name="parametre_local_portee",
                violation_error_message=(
                    "Un paramètre vaut pour un département ou pour une organisation, "
                    "pas pour les deux."
                ),
            ),
            ExclusionConstraint(
                name="parametre_local_sans_chevauchement",
                expressions=[
                    (PointTexte("code"), RangeOperators.OVERLAPS),
                    (PointTexte("departement"), RangeOperators.OVERLAPS),
                    (Point("organisation_id"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=(
                    "Une autre valeur de ce paramètre est déjà en vigueur sur cette période."
                ),
            ),
        ]
        indexes = [models.Index(fields=["code", "du"], name="parametre_local_code")]

    def __str__(self) -> str:
        return f"{self.code} depuis le {self.du:%d/%m/%Y}"
