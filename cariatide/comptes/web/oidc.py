"""Sign-in by an identity provider: the way there, the way back, the sign-out.

These pages wait for the provider: no transaction is open meanwhile, so that no connection is held.
"""

import logging
import re
import secrets
from dataclasses import asdict
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from cariatide.comptes.actions import recognise_identite
from cariatide.comptes.facteur import mark
from cariatide.comptes.models import Utilisateur
from cariatide.comptes.oidc import (
    DEMANDES,
    ETAT_DE_FIN,
    FIN,
    Demande,
    Identite,
    build_adresse,
    build_adresse_de_fin,
    new_demande,
    read_identite,
)
from cariatide.comptes.rules import IdentiteRefusee, MotifRefus
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre

logger = logging.getLogger("cariatide.comptes.oidc")
DEMANDES_MAX = 5  # sign-ins under way in one browser
EN_PANNE = ("server_error", "temporarily_unavailable")
_CODE_D_ERREUR = re.compile(r"[a-zA-Z0-9_]{1,40}")
STATUTS = {MotifRefus.PERIME: 400, MotifRefus.REPONSE: 502, MotifRefus.INJOIGNABLE: 503}


@route(public=True, sans_base=True)
@require_safe
def depart(request: HttpRequest) -> HttpResponse:
    """Leave for the provider, with what will prove that the way back is ours."""
    suite = _read_suite(request)
    if request.user.is_authenticated:
        return redirect(suite)
    demande = new_demande(suite)
    try:
        adresse = build_adresse(demande, _address_of("oidc:retour"))
    except IdentiteRefusee as refus:
        return _refuse(request, refus)
    gardees = request.session.get(DEMANDES, [])
    request.session[DEMANDES] = [*gardees[-(DEMANDES_MAX - 1) :], asdict(demande)]
    return HttpResponseRedirect(adresse)


@route(public=True, sans_base=True)
@require_safe
def retour(request: HttpRequest) -> HttpResponse:
    """Back from the provider: the person it names is signed in, or told why not."""
    identite = None
    try:
        demande = _take_demande(request)
        if request.user.is_authenticated:
            return redirect(demande.suite)
        _check_retour(request)
        identite = read_identite(demande, request.GET["code"], _address_of("oidc:retour"))
        return _sign_in(request, demande, identite)
    except IdentiteRefusee as refus:
        return _refuse(request, refus, identite)


@route(public=True, sans_base=True)
@require_safe
def fin(request: HttpRequest) -> HttpResponse:
    """Back from the sign-out of the provider."""
    etat = request.session.pop(ETAT_DE_FIN, "")
    if etat and secrets.compare_digest(etat.encode(), request.GET.get("state", "").encode()):
        messages.success(
            request, f"Vous êtes déconnecté de Cariatide et de {settings.OIDC_LIBELLE}."
        )
    return redirect("account_login")


def _read_suite(request: HttpRequest) -> str:
    """The page asked for before the sign-in, when it is one of ours."""
    suite = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(suite, {request.get_host()}, request.is_secure()):
        return suite
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _address_of(nom: str) -> str:
    """The address registered with the provider, to the letter: it never follows the request."""
    return f"{settings.ADRESSE_PUBLIQUE.rstrip('/')}{reverse(nom)}"


def _take_demande(request: HttpRequest) -> Demande:
    """The sign-in that this answer belongs to; it serves once."""
    etat = request.GET.get("state", "")
    gardees: list[dict[str, Any]] = request.session.get(DEMANDES, [])
    request.session[DEMANDES] = [d for d in gardees if d["etat"] != etat]
    found = [Demande(**d) for d in gardees if d["etat"] == etat]
    if not found or found[0].is_expired:
        raise IdentiteRefusee(MotifRefus.PERIME, "demande inconnue ou trop ancienne")
    return found[0]


def _check_retour(request: HttpRequest) -> None:
    """A code, from the provider that was asked; its error otherwise, whose code goes to the log."""
    if request.GET.get("iss", settings.OIDC_EMETTEUR) != settings.OIDC_EMETTEUR:
        raise IdentiteRefusee(MotifRefus.REPONSE, "un autre émetteur a répondu")
    erreur = request.GET.get("error", "")
    if erreur in EN_PANNE:
        raise IdentiteRefusee(MotifRefus.INJOIGNABLE, erreur)
    if erreur or not request.GET.get("code"):
        detail = (
            erreur if _CODE_D_ERREUR.fullmatch(erreur) else "le fournisseur n’a pas donné de code"
        )
        raise IdentiteRefusee(MotifRefus.ABANDON, detail)


def _sign_in(request: HttpRequest, demande: Demande, identite: Identite) -> HttpResponse:
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    with ouvre_transaction(perimetre):
        utilisateur = recognise_identite(
            jour=perimetre.jour,
            emetteur=settings.OIDC_EMETTEUR,
            sujet=identite.sujet,
            email=identite.email,
            adresse_sure=identite.adresse_sure,
        )
    fin_la_bas = _build_fin(identite)
    if fin_la_bas["adresse"]:
        request.session[FIN] = fin_la_bas
    record_authentication(request, utilisateur, "oidc")
    if identite.second_facteur:
        return _open_proven(request, utilisateur, demande.suite)
    response: HttpResponse = perform_login(
        request, Login(user=utilisateur, redirect_url=demande.suite)
    )
    return response


def _build_fin(identite: Identite) -> dict[str, str]:
    """How to sign out there; no address when the provider has no such page."""
    etat = secrets.token_urlsafe(48)
    adresse = build_adresse_de_fin(identite.jeton, etat, _address_of("oidc:fin"))
    return {"adresse": adresse, "etat": etat}


def _open_proven(request: HttpRequest, utilisateur: Utilisateur, suite: str) -> HttpResponse:
    """The provider asked for a second factor, and the settings say that it is believed."""
    get_adapter(request).login(request, utilisateur)
    mark(request, utilisateur)
    return redirect(suite)


def _refuse(
    request: HttpRequest, refus: IdentiteRefusee, identite: Identite | None = None
) -> HttpResponse:
    """Say why; whoever was named there must sign out there to come back under another name."""
    logger.warning("Connexion refusée : %s (%s)", refus.motif.value, refus.detail)
    contexte = {"motif": refus.motif.value, "fournisseur": settings.OIDC_LIBELLE, "fin": ""}
    if identite is not None:
        fin_la_bas = _build_fin(identite)
        request.session[ETAT_DE_FIN] = fin_la_bas["etat"]
        contexte["fin"] = fin_la_bas["adresse"]
    return rend(request, "account/oidc_refus.html", contexte, statut=STATUTS.get(refus.motif, 403))
