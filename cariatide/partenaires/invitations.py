"""The link of an invitation, and the e-mail that carries it.

The link is signed and never stored: the e-mail is made by the worker from the event. It names the
date of the invitation's end, so that sending it again voids the former link.
"""

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Invitation
from cariatide.partenaires.statuts import Role
from cariatide.socle.pages.composants import format_heure

_SEL = "cariatide.invitation"


def make_jeton(invitation: Invitation) -> str:
    """The signed part of the link."""
    return signing.dumps([invitation.pk, invitation.expire_le.isoformat()], salt=_SEL)


def read_jeton(jeton: str) -> tuple[int, datetime] | None:
    """The invitation a link names, or None when it was not signed by us."""
    try:
        pk, expire_le = signing.loads(jeton, salt=_SEL)
        return int(pk), datetime.fromisoformat(expire_le)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def build_courriel(invitation: Invitation) -> EmailMessage:
    """The message: who invites, for what, until when, and the link."""
    chemin = reverse("partenaires:accepter_invitation", args=[make_jeton(invitation)])
    return EmailMessage(
        subject=f"Cariatide : invitation à rejoindre {invitation.organisation}",
        body=_CORPS.format(
            prenom=invitation.prenom,
            par=invitation.invite_par.nom_complet,
            organisation=invitation.organisation.nom,
            role=Role(invitation.role).label,
            fin=format_heure(invitation.expire_le),
            lien=f"{settings.ADRESSE_PUBLIQUE.rstrip('/')}{chemin}",
        ),
        to=[invitation.courriel],
    )


_CORPS = """Bonjour {prenom},

{par} vous invite à rejoindre {organisation} sur Cariatide, dans le rôle « {role} ».

Pour ouvrir votre accès, suivez ce lien. Il ne sert qu’une fois, jusqu’au {fin} :
{lien}

Si vous n’attendiez pas ce message, ne faites rien : aucun accès ne sera ouvert.
"""


class EnvoiDesInvitations:
    """Consumer of the journal: a failure is retried, then shown among the dead letters."""

    def wants(self, nom: str) -> bool:
        return nom in ("invitation.envoyee", "invitation.renvoyee")

    def handle(self, evenement_id: int) -> None:
        evenement = Evenement.objects.get(pk=evenement_id)
        invitation = (
            Invitation.objects.select_related("organisation", "invite_par")
            .filter(pk=evenement.objet_id, acceptee_le__isnull=True, annulee_le__isnull=True)
            .first()
        )
        if invitation and invitation.expire_le > timezone.now():
            build_courriel(invitation).send()
