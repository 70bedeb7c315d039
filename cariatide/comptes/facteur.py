"""The second factor: how the library behaves here, and what a session knows of it.

A session bears the mark of its person once they gave a code or a key in it: the middleware that
asks for the second factor reads the session alone, without a query. Secrets are encrypted.
"""

from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from cariatide.comptes.actions import close_sessions, record_facteur
from cariatide.comptes.models import Utilisateur
from cariatide.socle.chiffrement import decrypt, encrypt, rechiffreurs
from cariatide.socle.perimetre import Perimetre

MARQUE = "second_facteur"
# What proves somebody by itself: recovery codes only replace one of these.
FACTEURS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

SECRETS = frozenset({"secret", "seed"})  # in the data of an authenticator


def is_proven(request: HttpRequest) -> bool:
    """Whether the person of this session gave a second factor in it."""
    return bool(request.session.get(MARQUE) == request.user.pk)


def mark(request: HttpRequest, utilisateur: Any) -> None:
    """The session knows that this person proved who they are twice."""
    request.session[MARQUE] = utilisateur.pk


def is_last(authenticator: Authenticator) -> bool:
    """Whether nothing else would prove this person."""
    autres = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTEURS)
    return not autres.exclude(pk=authenticator.pk).exists()


class AdaptateurDuFacteur(DefaultMFAAdapter):
    """Encrypted secrets, French words, and nobody left without the factor that their role needs."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Votre rôle demande un second facteur : ajoutez-en un "
        "autre avant de retirer celui-ci.",
        "cannot_generate_recovery_codes": "Les codes de secours accompagnent un second facteur : "
        "réglez-le d’abord.",
        "incorrect_code": "Ce code n’est pas bon, ou il a déjà servi. Attendez le suivant.",
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        required = getattr(context.request, "second_facteur_requis", False)
        return not (required and is_last(authenticator))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Cariatide"}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        nombre = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Clé principale" if nombre == 0 else f"Clé n° {nombre + 1}"


def on_used(sender: Any, request: HttpRequest, user: Utilisateur, **kwargs: Any) -> None:
    """A code or a key was accepted."""
    mark(request, user)


def consign_added(request: HttpRequest, genre: str) -> None:
    """Journal what was added; with the first, the sessions opened without it are closed.

    Called by the pages, in their transaction: the library's signal comes after the commit.
    """
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    mark(request, request.user)
    record_facteur(perimetre=perimetre, acte="ajoute", genre=genre)
    if Authenticator.objects.filter(user_id=request.user.pk, type__in=FACTEURS).count() == 1:
        close_sessions(perimetre=perimetre, sauf=request.session.session_key)


def consign_removed(request: HttpRequest, genre: str) -> None:
    """Journal what was removed."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    record_facteur(perimetre=perimetre, acte="retire", genre=genre)


def on_failed(sender: Any, request: HttpRequest, user: Utilisateur, **kwargs: Any) -> None:
    """A wrong code counts as a wrong password: axes locks both, in the database."""
    user_login_failed.send(sender=__name__, credentials={"login": user.email}, request=request)


def connect() -> None:
    """Called once, when the app is ready."""
    signals.authenticator_used.connect(on_used)
    signals.authentication_failed.connect(on_failed)
    if rechiffre_secrets not in rechiffreurs:
        rechiffreurs.append(rechiffre_secrets)


def rechiffre_secrets() -> int:
    """The secrets of the library, written again with the newest key (manage.py rechiffre)."""
    nombre = 0
    for authenticator in Authenticator.objects.select_for_update(of=("self",)).order_by("pk"):
        for nom in SECRETS.intersection(authenticator.data):
            clair = decrypt(authenticator.data[nom].encode())
            authenticator.data[nom] = encrypt(clair).decode()
            nombre += 1
        authenticator.save(update_fields=["data"])
    return nombre
