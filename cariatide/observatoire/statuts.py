"""Codes of indicator values: stored codes are ASCII, labels are French."""

from django.db.models import TextChoices


class Mode(TextChoices):
    """How a value was obtained."""

    CALCULE = "calcule", "Calculé"
    SAISI = "saisi", "Saisi"
    IMPORTE = "importe", "Importé"


class Ventilation(TextChoices):
    """Axes along which the facts may be broken down."""

    AXE = "axe", "Axe"
    COMMUNE = "commune", "Commune"
    EPCI = "epci", "Intercommunalité"
    ORIGINE = "origine", "Origine de la demande"
