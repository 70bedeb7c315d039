"""Idle and absolute limits of a session; activity is noted at most once a minute."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from cariatide.comptes.queries import APPAREIL, OUVERTE_LE, VUE_LE
from cariatide.comptes.rules import describe_appareil

# Sent by a page that asks by itself whether something changed: nobody is necessarily there.
VEILLE = "X-Cariatide-Veille"


class LimitesDeSession:
    """Ends a session that stayed idle or open for too long; what was typed is in the drafts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            self._check(request)
        return self.get_response(request)

    @staticmethod
    def _check(request: HttpRequest) -> None:
        now, session = int(time.time()), request.session
        opened = session.setdefault(OUVERTE_LE, now)
        seen = session.get(VUE_LE, now)
        if now - seen > settings.SESSION_INACTIVITE or now - opened > settings.SESSION_DUREE:
            logout(request)
            messages.info(
                request,
                "Votre session a pris fin. Reconnectez-vous : "
                "votre saisie est gardée en brouillon.",
            )
            return
        if APPAREIL not in session:
            session[APPAREIL] = describe_appareil(request.headers.get("User-Agent", ""))
        if VUE_LE in session and VEILLE in request.headers:
            return
        if now - seen >= 60 or VUE_LE not in session:
            session[VUE_LE] = now
