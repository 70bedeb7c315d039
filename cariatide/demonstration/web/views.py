"""Change role without a password, read the mail that was sent: in the demonstration alone."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from cariatide.comptes.models import Utilisateur
from cariatide.demonstration.queries import find_compte, list_comptes, list_courriels
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.routes import route

DORSAL = "allauth.account.auth_backends.AuthenticationBackend"
Vue = Callable[..., HttpResponse]


def en_demonstration(vue: Vue) -> Vue:
    """As if the page did not exist anywhere else."""

    @wraps(vue)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404("Cette page n’existe que dans la démonstration.")
        return vue(request, *args, **kwargs)

    return guarded


@route(public=True)
@require_safe
@en_demonstration
def roles(request: HttpRequest) -> HttpResponse:
    """Every role of the story, one click each."""
    return rend(
        request,
        "demonstration/roles.html",
        {"comptes": list_comptes(), "moi": request.user.pk if request.user.is_authenticated else 0},
    )


@route(public=True)
@require_POST
@en_demonstration
def entrer(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the accounts of the page, and no other."""
    compte = find_compte(request.POST.get("compte", ""))
    if compte is None:
        raise Http404("Ce compte n’est pas de la démonstration.")
    utilisateur = Utilisateur.objects.get(pk=compte.id)
    if not utilisateur.is_active:
        messages.error(request, f"Le compte de {compte.nom} a été désactivé.")
        return redirect("demonstration:roles")
    logout(request)
    login(request, utilisateur, backend=DORSAL)
    messages.success(request, f"Vous êtes {compte.nom}, {compte.libelle}.")
    return redirect("web:accueil")


@route(public=True)
@require_safe
@en_demonstration
def courriels(request: HttpRequest) -> HttpResponse:
    """The latest messages, none of which left this machine."""
    messages_envoyes, total = list_courriels(Path(settings.BOITE_COURRIELS))
    return rend(
        request, "demonstration/courriels.html", {"courriels": messages_envoyes, "total": total}
    )
