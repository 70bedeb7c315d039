"""Sessions in the database, each with its person: listed and closed without reading the others.

The same row and the same writes as Django's own store: knowing whose a session is costs nothing.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as SessionEnBase

from cariatide.comptes.models import SessionOuverte


class SessionStore(SessionEnBase):
    """settings.SESSION_ENGINE names this module."""

    @classmethod
    def get_model_class(cls) -> type[SessionOuverte]:
        return SessionOuverte

    def create_model_instance(self, data: dict[str, Any]) -> SessionOuverte:
        row: SessionOuverte = super().create_model_instance(data)
        identifiant = str(data.get(SESSION_KEY) or "")
        row.utilisateur_id = int(identifiant) if identifiant.isdigit() else None
        return row
