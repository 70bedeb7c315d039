"""States of a file by its retention clock; stored nowhere, computed."""

from django.db.models import TextChoices


class Conservation(TextChoices):
    ACTIVE = "active", "En base active"
    BIENTOT = "bientot", "Bientôt au terme"
    ECHUE = "echue", "Au terme"
    GELEE = "gelee", "Gelée"
