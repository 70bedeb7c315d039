"""Counters of readable references; nothing else of the ground is stored."""

from django.db import models


class Compteur(models.Model):
    """Last number given for a prefix and a year."""

    prefixe = models.CharField(max_length=10)
    annee = models.PositiveSmallIntegerField()
    dernier = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefixe", "annee"], name="compteur_unique")]

    def __str__(self) -> str:
        return f"{self.prefixe}-{self.annee}"
