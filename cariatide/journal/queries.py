"""Reads of the journal: the data-protection officer's, and a household's own readers."""

from django.db.models import QuerySet

from cariatide.journal.models import Consultation, Evenement


def list_evenements() -> QuerySet[Evenement]:
    """Every write, latest first."""
    return Evenement.objects.order_by("-id")


def list_consultations() -> QuerySet[Consultation]:
    """Every read, latest first."""
    return Consultation.objects.order_by("-id")


def list_consultations_menage(menage_id: int) -> QuerySet[Consultation]:
    """Who read a household's file."""
    return list_consultations().filter(menage_id=menage_id)
