"""Pages of the second factor: the library's views, our words, our templates, our refusals."""

import json
from http import HTTPStatus
from typing import Any

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import urlencode

from cariatide.comptes.facteur import consign_added, consign_removed, is_last
from cariatide.comptes.web import forms_facteur as forms
from cariatide.comptes.web.views import StatutDesErreurs
from cariatide.socle.pages.routes import route

ACCUEIL = reverse_lazy("mfa_index")


class _Confirme:
    """What changes the account asks again for the password, or a code, after five minutes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except ReauthenticationRequired:
            methodes = get_account_adapter().get_reauthentication_methods(request.user)
            if not methodes:  # an account that only the identity provider opens
                messages.info(request, "Déconnectez-vous, puis reconnectez-vous, pour continuer.")
                return redirect("account_logout")
            return redirect(f"{methodes[0]['url']}?{urlencode({'next': request.path})}")
        return response


class _Options:
    """What the browser's key needs, for the script of the page: an attribute, no inline script."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        if "js_data" in contexte:
            contexte["options_cle"] = json.dumps(contexte["js_data"], default=dict)
        return contexte


class Accueil(base_views.IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        contexte["requis"] = self.request.second_facteur_requis
        found = contexte["authenticators"]
        contexte["application"] = found.get(Authenticator.Type.TOTP)
        contexte["cles"] = found.get(Authenticator.Type.WEBAUTHN, [])
        codes = found.get(Authenticator.Type.RECOVERY_CODES)
        contexte["codes_restants"] = len(codes.get_unused_codes()) if codes else 0
        return contexte


class Code(_Options, StatutDesErreurs, base_views.AuthenticateView):  # type: ignore[misc]
    form_class = forms.FormulaireCode
    webauthn_form_class = forms.FormulaireCle

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context_data(**kwargs)
        cles = Authenticator.objects.filter(
            user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN
        )
        return {**contexte, "a_une_cle": cles.exists()}


class Confirme(StatutDesErreurs, account_views.ReauthenticateView):  # type: ignore[misc]
    form_class = forms.FormulaireConfirme


class ConfirmeCode(StatutDesErreurs, base_views.ReauthenticateView):  # type: ignore[misc]
    form_class = forms.FormulaireConfirmeCode


class ConfirmeCle(_Options, StatutDesErreurs, webauthn_views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    form_class = forms.FormulaireConfirmeCle

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte: dict[str, Any] = super().get_context_data(**kwargs)
        return {**contexte, "form": kwargs.get("form") or contexte["form"]}


class Activation(_Confirme, StatutDesErreurs, totp_views.ActivateTOTPView):  # type: ignore[misc]
    form_class = forms.FormulaireActivation

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        consign_added(self.request, Authenticator.Type.TOTP)
        return response


class Retrait(_Confirme, StatutDesErreurs, totp_views.DeactivateTOTPView):  # type: ignore[misc]
    form_class = forms.FormulaireRetrait

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        consign_removed(self.request, Authenticator.Type.TOTP)
        return response


class Codes(_Confirme, codes_views.ViewRecoveryCodesView):  # type: ignore[misc]
    """The codes that still serve."""


class NouveauxCodes(_Confirme, StatutDesErreurs, codes_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    form_class = forms.FormulaireCodes


class NouvelleCle(_Options, _Confirme, StatutDesErreurs, webauthn_views.AddWebAuthnView):  # type: ignore[misc]
    form_class = forms.FormulaireNouvelleCle

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        consign_added(self.request, Authenticator.Type.WEBAUTHN)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context_data(**kwargs)
        return {**contexte, "form": kwargs.get("form") or contexte["form"]}


class NomDeCle(_Confirme, StatutDesErreurs, webauthn_views.EditWebAuthnView):  # type: ignore[misc]
    form_class = forms.FormulaireNomDeCle
    success_url = ACCUEIL


class RetraitDeCle(_Confirme, webauthn_views.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = ACCUEIL

    def form_valid(self, form: Any) -> HttpResponse:
        if self.request.second_facteur_requis and is_last(self.object):
            messages.error(
                self.request,
                "Votre rôle demande un second facteur : ajoutez-en un autre avant de retirer "
                "cette clé.",
            )
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        consign_removed(self.request, Authenticator.Type.WEBAUTHN)
        return response


accueil = route(connecte=True, avant_facteur=True)(Accueil.as_view())
code = route(public=True, ecrit=True)(Code.as_view())
confirme = route(connecte=True, avant_facteur=True, ecrit=True)(Confirme.as_view())
confirme_code = route(connecte=True, ecrit=True)(ConfirmeCode.as_view())
confirme_cle = route(connecte=True, ecrit=True)(ConfirmeCle.as_view())
activation = route(connecte=True, avant_facteur=True, ecrit=True)(Activation.as_view())
retrait = route(connecte=True, ecrit=True)(Retrait.as_view())
codes = route(connecte=True, ecrit=True)(Codes.as_view())
nouveaux_codes = route(connecte=True, ecrit=True)(NouveauxCodes.as_view())
nouvelle_cle = route(connecte=True, avant_facteur=True, ecrit=True)(NouvelleCle.as_view())
nom_de_cle = route(connecte=True, ecrit=True)(NomDeCle.as_view())
retrait_de_cle = route(connecte=True, ecrit=True)(RetraitDeCle.as_view())
