"""Notices: what changed on my files, and whether they also come by e-mail."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cariatide.courriers.actions import mark_lue, save_preferences
from cariatide.courriers.models import Envoi
from cariatide.courriers.queries import (
    TRIS,
    find_notification,
    list_notifications,
    list_preferences,
)
from cariatide.courriers.web.forms import bind_preferences, nom_champ
from cariatide.socle.pages.actes import Fait, PageActe, run_acte
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.listes import paginate
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import Perimetre

CHAMPS = ("pk", "titre", "texte", "url", "cree_le", "lue_le")


@route(connecte=True)
def notifications(request: HttpRequest) -> HttpResponse:
    """My notices, latest first."""
    perimetre: Perimetre = request.perimetre
    toutes = request.GET.get("etat") == "toutes"
    rows = list_notifications(perimetre)
    non_lues = rows.filter(lue_le__isnull=True)
    page = paginate(
        rows if toutes else non_lues,
        TRIS[0],
        CHAMPS,
        curseur=request.GET.get("curseur"),
        filtres={"toutes": toutes},
    )
    contexte = {
        "page": page,
        "toutes": toutes,
        "non_lues": non_lues.count(),
        "preferences": [(nom, Envoi(envoi).label) for _, nom, envoi in list_preferences(perimetre)],
    }
    return rend(request, "courriers/notifications.html", contexte)


@route(connecte=True)
@require_POST
def ouvrir(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Read one and go to what it is about: one click."""
    perimetre: Perimetre = request.perimetre
    notification = find_notification(perimetre, notification_id)
    mark_lue(perimetre=perimetre, notification_id=notification_id)
    return redirect(notification.url)


@route(connecte=True)
@require_POST
def lire(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one as read."""
    perimetre: Perimetre = request.perimetre
    find_notification(perimetre, notification_id)
    mark_lue(perimetre=perimetre, notification_id=notification_id)
    return redirect("courriers:notifications")


@route(connecte=True)
@require_POST
def tout_lire(request: HttpRequest) -> HttpResponse:
    """Mark them all as read."""
    nombre = mark_lue(perimetre=request.perimetre)
    if nombre:
        messages.success(
            request,
            "La notification est lue." if nombre == 1 else f"Les {nombre} notifications sont lues.",
        )
    return redirect("courriers:notifications")


@route(connecte=True)
def preferences(request: HttpRequest) -> HttpResponse:
    """How each subject comes by e-mail."""
    lignes = list_preferences(request.perimetre)

    def envoi(form: Any) -> Fait:
        envois = {sujet: form.cleaned_data[nom_champ(sujet)] for sujet, _, _ in lignes}
        save_preferences(perimetre=request.perimetre, envois=envois)
        return Fait("Vos choix sont enregistrés. Les notifications restent toutes ici.")

    retour = reverse("courriers:notifications")
    page = PageActe(
        "Choisir mes courriels",
        retour=retour,
        fil=[("Notifications", retour)],
        aide="Une notification s’affiche toujours dans Cariatide. Choisissez, pour chaque sujet, "
        "si elle vient aussi par courriel. Un courriel ne cite aucun nom.",
    )
    return run_acte(request, bind_preferences(request, lignes), page, envoi)
