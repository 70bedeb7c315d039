"""Notices: what changed on my files, and whether they also come by e-mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cariatide.courriers.actions import mark_lue, save_preference
from cariatide.courriers.queries import (
    TRIS,
    find_notification,
    list_notifications,
    wants_courriels,
)
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
        "courriels": wants_courriels(perimetre),
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
@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Whether notices also come by e-mail."""
    courriels = request.POST.get("courriels") == "oui"
    save_preference(perimetre=request.perimetre, courriels=courriels)
    messages.success(
        request,
        "Vous recevrez aussi vos notifications par courriel."
        if courriels
        else "Vous ne recevrez plus vos notifications par courriel ; elles restent ici.",
    )
    return redirect("courriers:notifications")
