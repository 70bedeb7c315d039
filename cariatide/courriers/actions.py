"""The only writes on notices."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cariatide.comptes.models import Utilisateur
from cariatide.courriers.models import Envoi, Notification, Preference
from cariatide.courriers.ports import Avis, regles_avis
from cariatide.courriers.queries import read_envois
from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre

log = logging.getLogger("cariatide.courriers")

TENTATIVES_MAX = 8
HEURE_DU_RESUME = 7
RESUME_MAX = 100  # notices in one message
PREMIER_DELAI = timedelta(seconds=30)


def notify(*, evenement_id: int, regle: str, avis: Avis) -> int:
    """Write the notices of one event, once per person; returns how many are new."""
    people = _recipients(avis)
    choix = read_envois(people, regle.rpartition(".")[0]) if avis.courriel else {}
    before = Notification.objects.filter(evenement_id=evenement_id, regle=regle).count()
    Notification.objects.bulk_create(
        [
            Notification(
                utilisateur_id=pk,
                evenement_id=evenement_id,
                regle=regle,
                titre=avis.titre[:200],
                texte=avis.texte,
                url=avis.url,
                courriel_demande=choix.get(pk) == Envoi.IMMEDIAT,
                resume_demande=choix.get(pk) == Envoi.QUOTIDIEN,
            )
            for pk in people
        ],
        ignore_conflicts=True,
    )
    return Notification.objects.filter(evenement_id=evenement_id, regle=regle).count() - before


def _recipients(avis: Avis) -> list[int]:
    """People with an open account: nobody is written to after they left."""
    people = Utilisateur.objects.filter(is_active=True)
    if avis.utilisateur_id is not None:
        return list(people.filter(pk=avis.utilisateur_id).values_list("pk", flat=True))
    in_office = Mandat.objects.filter(
        en_vigueur(timezone.localdate()),
        organisation_id=avis.organisation_id or 0,
        role__in=avis.roles,
    )
    return list(
        people.filter(pk__in=in_office.values("utilisateur_id"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def send_courriels(limite: int = 100) -> int:
    """Send the e-mails that wait, each marked in its own transaction; returns how many were tried.

    A server that refuses one message delays that one alone (30 s, doubled, 8 times).
    """
    for tried in range(limite):
        with transaction.atomic():
            notification = _next_courriel()
            if notification is None:
                return tried
            _send(notification)
    return limite


def _next_courriel() -> Notification | None:
    now = timezone.now()
    return (
        Notification.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            Q(courriel_apres__isnull=True) | Q(courriel_apres__lte=now),
            courriel_demande=True,
            courriel_envoye_le__isnull=True,
            courriel_tentatives__lt=TENTATIVES_MAX,
            utilisateur__is_active=True,
        )
        .select_related("utilisateur")
        .order_by("id")
        .first()
    )


def _send(notification: Notification) -> None:
    notification.courriel_tentatives += 1
    try:
        EmailMessage(
            subject=f"Cariatide : {notification.titre}",
            body=_BODY.format(titre=notification.titre, lien=_link(notification.url)),
            to=[notification.utilisateur.email],
        ).send()
    except Exception as error:  # noqa: BLE001  any failure of the mail server is tried again
        delay = PREMIER_DELAI * 2 ** (notification.courriel_tentatives - 1)
        notification.courriel_apres = timezone.now() + delay
        log.warning(
            "courriel refusé notification=%s erreur=%s", notification.pk, type(error).__name__
        )
    else:
        notification.courriel_envoye_le = timezone.now()
    notification.save(update_fields=["courriel_tentatives", "courriel_apres", "courriel_envoye_le"])


# No name nor content in an e-mail: it travels in the clear.
_BODY = """Bonjour,

{titre}.

Pour en savoir plus, ouvrez Cariatide :
{lien}

Ce message est envoyé automatiquement. Vous pouvez ne plus recevoir ces courriels depuis la page
« Notifications » de votre compte.
"""


def _link(url: str) -> str:
    return f"{settings.ADRESSE_PUBLIQUE.rstrip('/')}{url}"


def send_resumes(limite: int = 50) -> int:
    """Send each person the summary of what waits since yesterday; returns how many were tried.

    It leaves after HEURE_DU_RESUME, once a day: what comes later waits for the next morning.
    """
    now = timezone.localtime()
    seuil = now.replace(hour=HEURE_DU_RESUME, minute=0, second=0, microsecond=0)
    if now < seuil:
        seuil -= timedelta(days=1)
    waiting = Notification.objects.filter(
        Q(courriel_apres__isnull=True) | Q(courriel_apres__lte=now),
        resume_demande=True,
        courriel_envoye_le__isnull=True,
        courriel_tentatives__lt=TENTATIVES_MAX,
        utilisateur__is_active=True,
        cree_le__lt=seuil,
    )
    people = waiting.order_by("utilisateur_id").values_list("utilisateur_id", flat=True)
    found = list(people.distinct()[:limite])
    for utilisateur_id in found:
        with transaction.atomic():
            rows = waiting.filter(utilisateur_id=utilisateur_id).select_related("utilisateur")
            locked = rows.select_for_update(of=("self",), skip_locked=True)
            _send_resume(list(locked.order_by("id")[:RESUME_MAX]))
    return len(found)


def _send_resume(notifications: list[Notification]) -> None:
    """One message, marked in the transaction that sends it."""
    if not notifications:
        return
    lignes = "\n".join(f"- {n.titre}\n  {_link(n.url)}" for n in notifications)
    nombre = len(notifications)
    sujet = "une notification" if nombre == 1 else f"{nombre} notifications"
    tentatives = notifications[0].courriel_tentatives + 1
    mark: dict[str, Any] = {"courriel_tentatives": tentatives}
    try:
        EmailMessage(
            subject=f"Cariatide : {sujet} depuis hier",
            body=_RESUME.format(lignes=lignes, lien=_link(reverse("courriers:notifications"))),
            to=[notifications[0].utilisateur.email],
        ).send()
    except Exception as error:  # noqa: BLE001  any failure of the mail server is tried again
        mark["courriel_apres"] = timezone.now() + PREMIER_DELAI * 2 ** (tentatives - 1)
        log.warning(
            "résumé refusé utilisateur=%s erreur=%s",
            notifications[0].utilisateur_id,
            type(error).__name__,
        )
    else:
        mark["courriel_envoye_le"] = timezone.now()
    Notification.objects.filter(pk__in=[n.pk for n in notifications]).update(**mark)


_RESUME = """Bonjour,

Depuis votre dernier résumé :

{lignes}

Toutes vos notifications, et le choix de ce que vous recevez par courriel :
{lien}
"""


def mark_lue(*, perimetre: Perimetre, notification_id: int | None = None) -> int:
    """Mark one notice, or all of one's notices, as read."""
    mine = Notification.objects.filter(
        utilisateur_id=perimetre.utilisateur_id or 0, lue_le__isnull=True
    )
    if notification_id is not None:
        mine = mine.filter(pk=notification_id)
    return mine.update(lue_le=timezone.now())


@transaction.atomic
def save_preferences(*, perimetre: Perimetre, envois: Mapping[str, str]) -> None:
    """Keep how each subject comes by e-mail; notices already written are not changed."""
    connus = {"", *(code for code, _ in regles_avis.items())}
    if not set(envois) <= connus or not set(envois.values()) <= set(Envoi.values):
        raise ErreurMetier("Ce choix n’existe pas.")
    for sujet, envoi in envois.items():
        Preference.objects.update_or_create(
            utilisateur_id=perimetre.utilisateur_id or 0,
            sujet=sujet,
            defaults={"envoi": envoi},
        )


def list_notifications_menages(menage_ids: Sequence[int]) -> QuerySet[Notification]:
    """What people were told about these households."""
    evenements = Evenement.objects.filter(menage_id__in=list(menage_ids))
    return Notification.objects.filter(evenement_id__in=evenements.values("pk"))
