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
    # Asked for in the summary of the day instead; `courriel_envoye_le` says when it left.
    resume_demande = models.BooleanField(default=False)
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
            models.Index(
                fields=["utilisateur", "id"],
                condition=models.Q(resume_demande=True, courriel_envoye_le__isnull=True),
                name="notification_resume_attend",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class Envoi(models.TextChoices):
    """How notices of a subject come by e-mail; in the application they always come."""

    IMMEDIAT = "immediat", "Aussitôt"
    QUOTIDIEN = "quotidien", "Dans un résumé chaque matin"
    AUCUN = "aucun", "Pas de courriel"


class Preference(models.Model):
    """What a person chose for a subject; the empty subject is what holds for the others."""

    utilisateur = models.ForeignKey(Utilisateur, on_delete=models.CASCADE)
    sujet = models.CharField(max_length=60, blank=True)
    envoi = models.CharField(max_length=10, choices=Envoi, default=Envoi.IMMEDIAT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "sujet"], name="preference_une_par_sujet"
            )
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur_id} {self.sujet} {self.envoi}"
