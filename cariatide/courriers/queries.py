"""Reads of notices: a person sees their own, and no other."""

from django.db.models import QuerySet

from cariatide.courriers.models import Notification
from cariatide.socle.perimetre import Perimetre


def list_notifications(perimetre: Perimetre) -> QuerySet[Notification]:
    """The notices of a person, latest first."""
    return Notification.objects.filter(utilisateur_id=perimetre.utilisateur_id).order_by(
        "-cree_le", "-id"
    )


def count_non_lues(perimetre: Perimetre) -> int:
    return list_notifications(perimetre).filter(lue_le__isnull=True).count()
