"""Level C is encrypted before it reaches the database: a dump, a backup, a disk show none of it.

Keys are settings.CLES_CONFIDENTIELLES, the newest first: it encrypts, the others still decrypt, and
`manage.py rechiffre` writes everything again with the newest. Fernet: AES-128-CBC and HMAC-SHA256,
so an altered value is refused rather than shown. What was written before is read as it is.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

MARQUE = "c1:"
_MARQUE = MARQUE.encode()
# What is encrypted elsewhere than in a field of ours: each writes its rows again, and counts them.
rechiffreurs: list[Callable[[], int]] = []


class ContenuIllisible(RuntimeError):
    """No key of the list opens this value, or it was altered."""


@lru_cache(maxsize=8)
def _keys(cles: tuple[str, ...]) -> MultiFernet:
    if not cles:
        raise ImproperlyConfigured(
            "CARIATIDE_CLES_CONFIDENTIELLES est vide : rien de confidentiel ne peut être écrit."
        )
    return MultiFernet([Fernet(_derive(cle)) for cle in cles])


def _derive(cle: str) -> bytes:
    """A key of the size that Fernet wants, from a long random text."""
    return base64.urlsafe_b64encode(
        hashlib.sha256(b"cariatide.confidentiel\0" + cle.encode()).digest()
    )


def encrypt(octets: bytes) -> bytes:
    """The mark, then the token."""
    return _MARQUE + _keys(tuple(settings.CLES_CONFIDENTIELLES)).encrypt(octets)


def decrypt(valeur: bytes) -> bytes:
    """What was encrypted; a value without the mark is given back as it is."""
    if not valeur.startswith(_MARQUE):
        return valeur
    try:
        return _keys(tuple(settings.CLES_CONFIDENTIELLES)).decrypt(valeur[len(_MARQUE) :])
    except InvalidToken as erreur:
        raise ContenuIllisible(
            "Un contenu confidentiel ne s’ouvre avec aucune clé de "
            "CARIATIDE_CLES_CONFIDENTIELLES : remettez-y la clé qui manque."
        ) from erreur


class Chiffre(models.Field):  # type: ignore[type-arg]
    """A field whose column holds a token: it cannot be searched, sorted nor compared."""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class TexteChiffre(Chiffre, models.TextField):  # type: ignore[type-arg]
    """Text of level C; empty stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        texte = super().get_prep_value(value)
        return encrypt(texte.encode()).decode() if texte else texte

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return decrypt(value.encode()).decode() if value else value


class JSONChiffre(Chiffre, models.JSONField):
    """A context of level C: one JSON text, which holds the token."""

    def get_prep_value(self, value: Any) -> Any:
        donnees = super().get_prep_value(value)
        if donnees is None:
            return None
        return encrypt(json.dumps(donnees, cls=self.encoder).encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        donnees = super().from_db_value(value, expression, connection)
        if isinstance(donnees, str) and donnees.startswith(MARQUE):
            return json.loads(decrypt(donnees.encode()), cls=self.decoder)
        return donnees


class OctetsChiffres(Chiffre, models.BinaryField):  # type: ignore[type-arg]
    """A file of level C."""

    def get_prep_value(self, value: Any) -> Any:
        octets = super().get_prep_value(value)
        return None if octets is None else encrypt(bytes(octets))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else decrypt(bytes(value))
