"""Reads of notices: a person sees their own, and no other."""

from django.db.models import QuerySet

from cariatide.courriers.models import Notification, Preference
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre

TRIS = (Tri("recent", "La plus récente d’abord", ("cree_le",), descendant=True),)


def list_notifications(perimetre: Perimetre) -> QuerySet[Notification]:
    """The notices of a person, latest first."""
    return Notification.objects.filter(utilisateur_id=perimetre.utilisateur_id or 0).order_by(
        "-cree_le", "-id"
    )


def count_non_lues(perimetre: Perimetre) -> int:
    return list_notifications(perimetre).filter(lue_le__isnull=True).count()


def find_notification(perimetre: Perimetre, notification_id: int) -> Notification:
    """One of one's own notices; another person's does not exist."""
    found = list_notifications(perimetre).filter(pk=notification_id).first()
    if found is None:
        raise Introuvable("Cette notification n’existe pas.")
    return found


def wants_courriels(perimetre: Perimetre) -> bool:
    """Whether this person also wants e-mails; yes until they say otherwise."""
    return not Preference.objects.filter(
        utilisateur_id=perimetre.utilisateur_id or 0, courriels=False
    ).exists()
