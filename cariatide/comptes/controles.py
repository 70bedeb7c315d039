"""System checks of the sign-in by an identity provider (socle.controles holds the others)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from cariatide.comptes.oidc import ALGORITHMES

SECRET_LONGUEUR = 16  # characters


@register(Tags.security)
def check_oidc(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Half a configuration is refused everywhere; it would fail at the first sign-in."""
    if not settings.OIDC_EMETTEUR:
        if not (settings.OIDC_CLIENT or settings.OIDC_SECRET):
            return []
        return [
            Error(
                "Un service est déclaré chez un fournisseur d’identité qui n’est pas nommé.",
                hint="Donnez à CARIATIDE_OIDC_EMETTEUR son adresse, ou retirez "
                "CARIATIDE_OIDC_CLIENT et CARIATIDE_OIDC_SECRET.",
                id="cariatide.E021",
            )
        ]
    found: list[CheckMessage] = []
    if not settings.OIDC_CLIENT or len(settings.OIDC_SECRET) < SECRET_LONGUEUR:
        found.append(
            Error(
                "L’identifiant ou le secret donné par le fournisseur d’identité manque, ou est "
                "trop court.",
                hint="Donnez CARIATIDE_OIDC_CLIENT et CARIATIDE_OIDC_SECRET, reçus du fournisseur.",
                id="cariatide.E022",
            )
        )
    if settings.OIDC_ALGORITHME not in ALGORITHMES:
        found.append(
            Error(
                "L’algorithme de signature du fournisseur d’identité n’est pas accepté.",
                hint=f"CARIATIDE_OIDC_ALGORITHME vaut {' ou '.join(ALGORITHMES)} : avec HS256, "
                "le secret du service signerait lui-même.",
                id="cariatide.E023",
            )
        )
    if "openid" not in settings.OIDC_PORTEES.split() or "email" not in settings.OIDC_PORTEES:
        found.append(
            Error(
                "Ce qui est demandé au fournisseur d’identité ne suffit pas à reconnaître un "
                "compte.",
                hint="CARIATIDE_OIDC_PORTEES contient au moins « openid email ».",
                id="cariatide.E024",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_emetteur(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """In service the provider is reached by https alone."""
    if not settings.OIDC_EMETTEUR:
        return []
    adresse = urlsplit(settings.OIDC_EMETTEUR)
    if adresse.scheme == "https" and adresse.hostname and not adresse.query:
        return []
    return [
        Error(
            "Le fournisseur d’identité n’est pas en https : n’importe qui sur le réseau pourrait "
            "répondre à sa place.",
            hint="Donnez à CARIATIDE_OIDC_EMETTEUR une adresse en https, sans paramètre.",
            id="cariatide.E025",
        )
    ]
