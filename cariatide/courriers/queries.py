"""Reads of notices: a person sees their own, and no other."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from cariatide.courriers.models import Envoi, Notification, Preference
from cariatide.courriers.ports import regles_avis
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre

TRIS = (Tri("recent", "La plus récente d’abord", ("cree_le",), descendant=True),)


def list_notifications(perimetre: Perimetre) -> QuerySet[Notification]:
    """The notices of a person, latest first."""
    return Notification.objects.filter(utilisateur_id=perimetre.utilisateur_id or 0).order_by(
        "-cree_le", "-id"
    )


_NON_LUES = """SELECT count(*) FROM courriers_notification
 WHERE utilisateur_id = %s AND lue_le IS NULL"""


def count_non_lues(perimetre: Perimetre) -> int:
    """The badge of every page: written once, the ORM took longer to write it than the database."""
    with connection.cursor() as cursor:
        cursor.execute(_NON_LUES, [perimetre.utilisateur_id or 0])
        (nombre,) = cursor.fetchone()
    return int(nombre)


def find_notification(perimetre: Perimetre, notification_id: int) -> Notification:
    """One of one's own notices; another person's does not exist."""
    found = list_notifications(perimetre).filter(pk=notification_id).first()
    if found is None:
        raise Introuvable("Cette notification n’existe pas.")
    return found


def read_envois(people: Sequence[int], sujet: str) -> dict[int, str]:
    """How each of these people wants the notices of a subject by e-mail: at once until they say."""
    found = dict.fromkeys(people, Envoi.IMMEDIAT.value)
    rows = Preference.objects.filter(utilisateur_id__in=people, sujet__in=["", sujet])
    # The subject itself comes after what holds for all.
    for utilisateur_id, envoi in rows.order_by("sujet").values_list("utilisateur_id", "envoi"):
        found[utilisateur_id] = envoi
    return found


def list_preferences(perimetre: Perimetre) -> list[tuple[str, str, str]]:
    """(subject, its label, how it comes by e-mail) for one person."""
    qui = perimetre.utilisateur_id or 0
    kept = dict(Preference.objects.filter(utilisateur_id=qui).values_list("sujet", "envoi"))
    defaut = kept.get("", Envoi.IMMEDIAT.value)
    return [(code, r.libelle, kept.get(code, defaut)) for code, r in regles_avis.items()]
