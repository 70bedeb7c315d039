"""Sign-in and passwords (pages of the library, ours by template), drafts, « Mon compte »."""

import json
from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from axes.decorators import axes_dispatch, axes_form_invalid
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from cariatide.comptes.actions import (
    close_session,
    close_sessions,
    delete_brouillon,
    save_brouillon,
    unlink_identites,
)
from cariatide.comptes.oidc import ETAT_DE_FIN, FIN
from cariatide.comptes.queries import list_identites, list_sessions, mark_of, read_brouillon
from cariatide.comptes.web.forms import (
    FormulaireChangement,
    FormulaireConnexion,
    FormulaireNouveau,
    FormulaireOubli,
)
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.pages.gabarits import rend
from cariatide.socle.pages.menu import route_existe
from cariatide.socle.pages.routes import route
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.saisie import nettoie_tout


class StatutDesErreurs:
    """A refused form answers 422, as every form of ours."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class Connexion(StatutDesErreurs, allauth_views.LoginView):  # type: ignore[misc]
    """Repeated failures lock the account for a while (axes counts in the database)."""

    form_class = FormulaireConnexion

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        return {**contexte, "fournisseur": settings.OIDC_LIBELLE}


class Oubli(StatutDesErreurs, allauth_views.PasswordResetView):  # type: ignore[misc]
    form_class = FormulaireOubli


class NouveauMotDePasse(StatutDesErreurs, allauth_views.PasswordResetFromKeyView):  # type: ignore[misc]
    form_class = FormulaireNouveau


class Changement(StatutDesErreurs, allauth_views.PasswordChangeView):  # type: ignore[misc]
    form_class = FormulaireChangement
    success_url = reverse_lazy("comptes:mon_compte")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.info(
                request,
                "Ce compte n’a pas de mot de passe : demandez un lien pour en choisir un.",
            )
            return redirect("account_reset_password")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class Deconnexion(allauth_views.LogoutView):  # type: ignore[misc]
    """Whoever came through an identity provider is led to its own sign-out as well."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        fin = self.request.session.get(FIN)
        response: HttpResponse = super().post(*args, **kwargs)
        if not fin or not route_existe("oidc:fin"):
            return response
        self.request.session[ETAT_DE_FIN] = fin["etat"]
        contexte = {"adresse": fin["adresse"], "fournisseur": settings.OIDC_LIBELLE}
        response = rend(self.request, "account/oidc_suite.html", contexte)
        # A page in between: our content policy lets no form lead elsewhere, even by redirection.
        response.headers["Refresh"] = f"0; url={fin['adresse']}"
        return response


connexion = route(public=True, ecrit=True)(Connexion.as_view())
deconnexion = route(public=True, ecrit=True, avant_facteur=True)(Deconnexion.as_view())
oubli = route(public=True, ecrit=True)(Oubli.as_view())
oubli_envoye = route(public=True)(allauth_views.PasswordResetDoneView.as_view())
nouveau_mot_de_passe = route(public=True, ecrit=True)(NouveauMotDePasse.as_view())
mot_de_passe_change = route(public=True)(allauth_views.PasswordResetFromKeyDoneView.as_view())
changement = route(connecte=True, ecrit=True)(Changement.as_view())
compte_inactif = route(public=True)(allauth_views.AccountInactiveView.as_view())


@route(connecte=True)
def mon_compte(request: HttpRequest) -> HttpResponse:
    """Who I am here: mandates, password, sessions."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    contexte = {
        "fournisseur": settings.OIDC_LIBELLE,
        "identites": list_identites(request.user.pk),
        "inactivite": settings.SESSION_INACTIVITE // 60,
        "duree": settings.SESSION_DUREE // 3600,
        "mandats": [
            {
                "role_libelle": mandat.role_libelle,
                "organisation": mandat.organisation,
                "niveau_libelle": mandat.niveau_max.libelle,
                "etendue": _describe_etendue(mandat),
            }
            for mandat in perimetre.mandats
        ],
    }
    return rend(request, "comptes/mon_compte.html", contexte)


def _describe_etendue(mandat: MandatEnVigueur) -> str:
    limites = (["un secteur"] if mandat.secteur_id else []) + (
        ["une convention"] if mandat.convention_id else []
    )
    texte = "Limitée à " + " et ".join(limites) if limites else "Tout le département"
    return f"{texte}, dossiers de l’équipe" if mandat.equipe else texte


@route(connecte=True)
def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in: devices and times."""
    assert request.user.pk is not None  # the route is for whoever is signed in
    contexte = {
        "sessions": list_sessions(request.user.pk),
        "ici": mark_of(request.session.session_key),
    }
    return rend(request, "comptes/sessions.html", contexte)


@route(connecte=True)
@require_POST
def fermer_session(request: HttpRequest, marque: str) -> HttpResponse:
    """Close one of my sessions."""
    perimetre: Perimetre = request.perimetre  # type: ignore[attr-defined]
    if marque == mark_of(request.session.session_key):
        return redirect("account_logout")
    appareil = close_session(perimetre=perimetre, marque=marque)
    messages.success(request, f"La session de « {appareil} » est fermée.")
    return redirect("comptes:sessions")


@route(connecte=True)
@require_POST
def fermer_sessions(request: HttpRequest) -> HttpResponse:
    """Close every other session: a telephone lost, a desk left open."""
    nombre = close_sessions(
        perimetre=request.perimetre,  # type: ignore[attr-defined]
        sauf=request.session.session_key,
    )
    if nombre == 0:
        phrase = "Aucune autre session n’était ouverte."
    elif nombre == 1:
        phrase = "L’autre session est fermée."
    else:
        phrase = f"Les {nombre} autres sessions sont fermées."
    messages.success(request, phrase)
    return redirect("comptes:sessions")


@route(connecte=True)
@require_POST
def delier_identites(request: HttpRequest) -> HttpResponse:
    """Forget who I am for the identity provider."""
    if unlink_identites(perimetre=request.perimetre):  # type: ignore[attr-defined]
        messages.success(request, "Votre compte n’est plus lié à une identité extérieure.")
    else:
        messages.success(request, "Votre compte n’était lié à aucune identité extérieure.")
    return redirect("comptes:mon_compte")


@route(connecte=True)
@require_http_methods(["GET", "POST"])
def brouillon(request: HttpRequest, cle: str) -> HttpResponse:
    """Draft of a form: GET reads it, POST keeps it or, with `action=supprimer`, forgets it.

    POST takes JSON `{"donnees": {champ: [valeurs]}}` or the form's own fields.
    """
    perimetre = request.perimetre  # type: ignore[attr-defined]
    if request.method == "GET":
        garde = read_brouillon(perimetre.utilisateur_id, cle)
        if garde is None:
            return JsonResponse({"donnees": None, "le": None})
        return JsonResponse({"donnees": garde.donnees, "le": garde.modifie_le.isoformat()})
    try:
        contenu = _read_contenu(request)
        if contenu.get("action") == "supprimer":
            delete_brouillon(perimetre=perimetre, cle=cle)
            return JsonResponse({"donnees": None, "le": None})
        garde = save_brouillon(perimetre=perimetre, cle=cle, donnees=contenu["donnees"])
    except ErreurMetier as erreur:
        return JsonResponse({"erreur": erreur.message}, status=400)
    return JsonResponse({"le": garde.modifie_le.isoformat()})


def _read_contenu(request: HttpRequest) -> dict[str, Any]:
    """The body of a draft, in one shape whatever sent it."""
    if request.content_type != "application/json":
        champs = {
            nom: nettoie_tout(request.POST.getlist(nom))
            for nom in request.POST
            if nom not in ("csrfmiddlewaretoken", "version", "envoi", "action")
        }
        return {"action": request.POST.get("action"), "donnees": champs}
    try:
        contenu = nettoie_tout(json.loads(request.body))
    except (ValueError, RecursionError) as erreur:  # nested too deep
        raise ErreurMetier("Ce brouillon est illisible.") from erreur
    if not isinstance(contenu, dict):
        raise ErreurMetier("Ce brouillon est illisible.")
    if contenu.get("action") != "supprimer" and not isinstance(contenu.get("donnees"), dict):
        raise ErreurMetier("Ce brouillon est illisible.")
    return contenu
