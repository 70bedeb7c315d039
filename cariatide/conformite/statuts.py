"""States of a file by its retention clock; stored nowhere, computed."""

from django.db.models import TextChoices


class Conservation(TextChoices):
    ACTIVE = "active", "En base active"
    BIENTOT = "bientot", "Bientôt au terme"
    ECHUE = "echue", "Au terme"
    GELEE = "gelee", "Gelée"
    ARCHIVEE = "archivee", "En archive intermédiaire"


class NaturePurge(TextChoices):
    """The two steps that follow the active base (domain model, 8.10)."""

    ARCHIVAGE = "archivage", "Mise en archive intermédiaire"
    ANONYMISATION = "anonymisation", "Anonymisation"


class StatutPurge(TextChoices):
    PREPAREE = "preparee", "À confirmer"
    CONFIRMEE = "confirmee", "En cours"
    TERMINEE = "terminee", "Terminée"
    ANNULEE = "annulee", "Abandonnée"


class StatutLignePurge(TextChoices):
    A_FAIRE = "a_faire", "À traiter"
    FAITE = "faite", "Traitée"
    ECARTEE = "ecartee", "Écartée"


class Droit(TextChoices):
    """Rights of R-SEC-5 (RGPD, articles 15, 16, 18 and 21)."""

    ACCES = "acces", "Accès"
    RECTIFICATION = "rectification", "Rectification"
    LIMITATION = "limitation", "Limitation"
    OPPOSITION = "opposition", "Opposition"


class StatutDemande(TextChoices):
    RECUE = "recue", "À répondre"
    REPONDUE = "repondue", "Répondue"
    REJETEE = "rejetee", "Rejetée"


class AnalyseDImpact(TextChoices):
    """Whether the analysis of RGPD article 35 was made; empty: nobody said."""

    FAITE = "faite", "Faite"
    NON_REQUISE = "non_requise", "Non requise"
    A_FAIRE = "a_faire", "Requise, à faire"
