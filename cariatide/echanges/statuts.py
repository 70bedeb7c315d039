"""States of a batch and of its lines."""

from django.db.models import TextChoices


class StatutLot(TextChoices):
    """Domain model, 4.16: received and checked (nothing written), integrated, cancelled."""

    VERIFIE = "verifie", "Vérifié, à confirmer"
    INTEGRE = "integre", "Intégré"
    ANNULE = "annule", "Annulé"


class StatutLigne(TextChoices):
    VALIDE = "valide", "Valide"
    REJETEE = "rejetee", "Rejetée"
    DEJA = "deja", "Déjà importée"
    INTEGREE = "integree", "Intégrée"
    ANNULEE = "annulee", "Annulée"
