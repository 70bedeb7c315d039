"""The mark that the demonstration is loaded: for which day, with which seed."""

from django.db import models


class Chargement(models.Model):
    """One load; there is never a second one in the same database."""

    jour = models.DateField(unique=True)
    graine = models.IntegerField()
    echelle = models.FloatField(default=1.0)
    charge_le = models.DateTimeField(auto_now_add=True)
    lignes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"démonstration du {self.jour}"
