"""How allauth behaves here: no open sign-up, one page after sign-in."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.http import HttpRequest

LIBELLES = {
    "reauthenticate": "Confirmer par le mot de passe",
    "mfa_reauthenticate": "Confirmer par un code",
    "mfa_reauthenticate:webauthn": "Confirmer par une clé",
}


class Adaptateur(DefaultAccountAdapter):
    """Accounts exist by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str = "", **kwargs: Any) -> bool:
        """Whoever signed in a moment ago has just proven who they are."""
        request = context.request
        recents = [r["at"] for r in get_authentication_records(request, request.user)]
        limite = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        return not any(at > limite for at in recents)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Through the back ends of sign-in, so that axes counts the failures."""
        found = self.authenticate(
            context.request, email=user.email, password=password, login=user.email
        )
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [
            {**methode, "description": LIBELLES[methode["id"]]}
            for methode in super().get_reauthentication_methods(user)
        ]
