"""The only writes on notices."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from cariatide.courriers.models import Notification, Preference
from cariatide.courriers.ports import Avis
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.perimetre import Perimetre


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
    if avis.utilisateur_id is not None:
        return [avis.utilisateur_id]
    return sorted(
        set(
            Mandat.objects.filter(
                en_vigueur(timezone.localdate()),
                organisation_id=avis.organisation_id,
                role__in=avis.roles,
                utilisateur__is_active=True,
            ).values_list("utilisateur_id", flat=True)
        )
    )


def send_courriels(limite: int = 100) -> int:
    """Send the e-mails that wait, each marked in its own transaction; returns how many left."""
    sent = 0
    for _ in range(limite):
        with transaction.atomic():
            notification = (
                Notification.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(courriel_demande=True, courriel_envoye_le__isnull=True)
                .select_related("utilisateur")
                .order_by("id")
                .first()
            )
            if notification is None:
                break
            EmailMessage(
                subject=f"Cariatide : {notification.titre}",
                body=_BODY.format(titre=notification.titre, lien=_link(notification.url)),
                to=[notification.utilisateur.email],
            ).send()
            notification.courriel_envoye_le = timezone.now()
            notification.save(update_fields=["courriel_envoye_le"])
            sent += 1
    return sent


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
    mine = Notification.objects.filter(utilisateur_id=perimetre.utilisateur_id, lue_le__isnull=True)
    if notification_id is not None:
        mine = mine.filter(pk=notification_id)
    return mine.update(lue_le=timezone.now())


def save_preference(*, perimetre: Perimetre, courriels: bool) -> None:
    Preference.objects.update_or_create(
        utilisateur_id=perimetre.utilisateur_id, defaults={"courriels": courriels}
    )
