"""The answer to a locked sign-in: in words, without telling whether the account exists."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cariatide.socle.pages.gabarits import rend


def refuse_locked(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Called by axes instead of the sign-in page after repeated failures."""
    return rend(request, "account/verrouille.html", statut=429)
