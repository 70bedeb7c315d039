"""Notices to people, in the application and by e-mail."""

from django.db import models

from cariatide.comptes.models import Utilisateur


class Notification(models.Model):
    """A notice to one person; one per event, rule and person, however often the event comes."""

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE)
    evenement_id = models.BigIntegerField()
    regle = models.CharField(max_length=60)
    titre = models.CharField(max_length=200)
    texte = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    cree_le = models.DateTimeField(auto_now_add=True)
    lue_le = models.DateTimeField(null=True, blank=True)
    courriel_demande = models.BooleanField(default=False)
    courriel_envoye_le = models.DateTimeField(null=True, blank=True)
    # A refused message is tried again later and later, then given up: it never holds up the others.
    courriel_tentatives = models.PositiveSmallIntegerField(default=0)
    courriel_apres = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "evenement_id", "regle"], name="notification_unique"
            )
        ]
        indexes = [
            models.Index(fields=["utilisateur", "-cree_le", "-id"]),
            models.Index(
                fields=["id"],
                condition=models.Q(courriel_demande=True, courriel_envoye_le__isnull=True),
                name="notification_courriel_attend",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class Preference(models.Model):
    """Whether a person wants e-mails beside the notices of the application."""

    utilisateur = models.OneToOneField(Utilisateur, on_delete=models.CASCADE)
    courriels = models.BooleanField("recevoir les avis par courriel", default=True)

    def __str__(self) -> str:
        return f"{self.utilisateur_id} {self.courriels}"
