"""Reads of delays."""

from datetime import timedelta

from django.db.models import QuerySet

from cariatide.echeances.models import Echeance
from cariatide.socle.perimetre import Perimetre


def list_echeances(perimetre: Perimetre, horizon_jours: int = 30) -> QuerySet[Echeance]:
    """Open delays of the perimeter due within the horizon, late ones first."""
    return (
        Echeance.objects.visible_to(perimetre)
        .filter(
            statut=Echeance.Statut.OUVERTE,
            due_le__lte=perimetre.jour + timedelta(days=horizon_jours),
        )
        .order_by("due_le", "id")
    )
