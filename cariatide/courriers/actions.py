"""The only writes on notices."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cariatide.comptes.models import Utilisateur
from cariatide.courriers.models import Notification, Preference
from cariatide.courriers.ports import Avis
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.perimetre import Perimetre

log = logging.getLogger("cariatide.courriers")

TENTATIVES_MAX = 8
PREMIER_DELAI = timedelta(seconds=30)


def notify(*, evenement_id: int, regle: str, avis: Avis) -> int:
    """Write the notices of one event, once per person; returns how many are new."""
    people = _recipients(avis)
    mails = set(
        Preference.objects.filter(utilisateur_id__in=people, courriels=False).values_list(
            "utilisateur_id", flat=True
        )
    )
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
                courriel_demande=avis.courriel and pk not in mails,
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


def mark_lue(*, perimetre: Perimetre, notification_id: int | None = None) -> int:
    """Mark one notice, or all of one's notices, as read."""
    mine = Notification.objects.filter(
        utilisateur_id=perimetre.utilisateur_id or 0, lue_le__isnull=True
    )
    if notification_id is not None:
        mine = mine.filter(pk=notification_id)
    return mine.update(lue_le=timezone.now())


def save_preference(*, perimetre: Perimetre, courriels: bool) -> None:
    Preference.objects.update_or_create(
        utilisateur_id=perimetre.utilisateur_id or 0, defaults={"courriels": courriels}
    )
