"""The perimeter of a request, computed once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.perimetre import Perimetre


class PerimetreDeLaRequete:
    """Sets request.perimetre; empty for an anonymous visitor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        jour = timezone.localdate()
        if request.user.is_authenticated:
            perimetre = build_perimetre(request.user, jour)
        else:
            perimetre = Perimetre(utilisateur_id=None, utilisateur="", jour=jour)
        request.perimetre = perimetre  # type: ignore[attr-defined]
        return self.get_response(request)
