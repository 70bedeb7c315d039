"""Dated lists of departure: motives (domain model 4bis) and pieces; a body extends them by data."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from cariatide.bareme.models import LigneDeListe
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.contraintes import PeriodeDeDates, PointTexte, fin_apres_debut


class Motif(LigneDeListe):
    """Why an instance is asked."""

    class Meta:
        constraints = [fin_apres_debut("motif_periode")]


class PieceRequise(models.Model):
    """A piece that saisines of one kind carry, between two dates, with the text it comes from."""

    dispositif = models.CharField(max_length=24, choices=TypeConvention)
    code = models.CharField(max_length=32)
    libelle = models.CharField("libellé", max_length=160)
    obligatoire = models.BooleanField(default=False)
    ordre = models.PositiveSmallIntegerField(default=100)
    du = models.DateField("depuis le")
    au = models.DateField("jusqu’au", null=True, blank=True)
    source = models.CharField("source", max_length=200)

    class Meta:
        constraints = [
            fin_apres_debut("piece_requise_periode"),
            ExclusionConstraint(
                name="piece_requise_une_a_la_fois",
                expressions=[
                    (PointTexte("dispositif"), RangeOperators.OVERLAPS),
                    (PointTexte("code"), RangeOperators.OVERLAPS),
                    (PeriodeDeDates("du", "au"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette pièce est déjà demandée sur cette période.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispositif} {self.libelle}"
