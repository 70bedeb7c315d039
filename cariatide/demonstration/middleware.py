"""The demonstration opens every account without a password: it answers to this machine alone."""

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, HttpResponseBase

REFUS = (
    "La démonstration ouvre tous les comptes sans mot de passe : elle ne répond qu’à la machine "
    "sur laquelle elle tourne. Ouvrez-la depuis cette machine, à l’adresse http://127.0.0.1."
)


def is_local(adresse: str) -> bool:
    """True for an address of the loopback; what is no address is refused."""
    try:
        found = ip_address(adresse)
    except ValueError:
        return False
    return found.is_loopback


class SeulementCetteMachine:
    """Before anything but the security headers, whatever address the server listens on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_local(request.META.get("REMOTE_ADDR", "")):
            return HttpResponse(REFUS, status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
