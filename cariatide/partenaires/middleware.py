"""The perimeter of a request, computed once, and the second factor that its roles ask for."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from cariatide.comptes.facteur import FACTEURS, is_proven
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.rules import ROLES_SECOND_FACTEUR
from cariatide.socle.pages.routes import find_acces
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


class SecondFacteurRequis:
    """Whoever reads social content sets a second factor first: no other page opens until then.

    Read from the session, without a query; a session left from before the factor was set ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
        required = not settings.SECOND_FACTEUR_EXEMPTE and perimetre.has_role(*ROLES_SECOND_FACTEUR)
        request.second_facteur_requis = required  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, vue: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.second_facteur_requis or is_proven(request):  # type: ignore[attr-defined]
            return None
        if is_mfa_enabled(request.user, FACTEURS):
            logout(request)
            messages.info(request, "Reconnectez-vous, avec votre second facteur.")
            return redirect("account_login")
        acces = find_acces(vue)
        if acces is not None and acces.avant_facteur:
            return None
        return redirect("mfa_index")
