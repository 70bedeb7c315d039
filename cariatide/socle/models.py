"""Counters of readable references, keys of the forms received; nothing else of the ground."""

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


class EnvoiRecu(models.Model):
    """The key of a form whose act was done: sent again, it leads where the first one led."""

    cle = models.UUIDField(primary_key=True)
    adresse = models.CharField(max_length=500)
    recu_le = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.cle)
