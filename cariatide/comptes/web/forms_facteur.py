"""Forms of the second factor: the library validates; failures lock, a code serves once."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as codes_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn import forms as webauthn_forms
from axes.handlers.proxy import AxesProxyHandler
from django.core.exceptions import ValidationError

from cariatide.comptes.web.forms import FormulaireDeCompte

CODE = "Code à six chiffres, ou code de secours"
VERROU = "Trop d’essais ont échoué : attendez quinze minutes, puis recommencez."
PAS = "pas"  # in the data of an authenticator: the last step whose code was used


def _refuse_locked(utilisateur: Any) -> None:
    """The lock of sign-in holds for codes: they have a million values only."""
    if not AxesProxyHandler.is_allowed(context.request, {"login": utilisateur.email}):
        raise ValidationError(VERROU)


def _use_once(authenticator: Authenticator, code: str) -> None:
    """A code of the application serves once, whatever process of the server receives it."""
    locked = Authenticator.objects.select_for_update(of=("self",)).get(pk=authenticator.pk)
    secret = get_adapter().decrypt(locked.data["secret"])
    steps = [
        pas
        for pas in totp.yield_hotp_counters_from_time()
        if compare_user_code(
            actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, pas))
        )
    ]
    if not steps or steps[-1] <= locked.data.get(PAS, -1):
        raise get_adapter().validation_error("incorrect_code")
    locked.data[PAS] = steps[-1]
    locked.save(update_fields=["data"])


class _Code(FormulaireDeCompte):
    """One field for the application's code and for a recovery code."""

    user: Any
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE
        self.fields["code"].widget.attrs.update(inputmode="numeric", maxlength="20")

    def clean_code(self) -> str:
        _refuse_locked(self.user)
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_once(self.authenticator, code)
        return code


class FormulaireCode(_Code, base_forms.AuthenticateForm):  # type: ignore[misc]
    titre_erreurs = "La connexion n’a pas abouti."


class FormulaireConfirmeCode(_Code, base_forms.ReauthenticateForm):  # type: ignore[misc]
    titre_erreurs = "La confirmation n’a pas abouti."


class FormulaireConfirme(FormulaireDeCompte, account_forms.ReauthenticateForm):  # type: ignore[misc]
    titre_erreurs = "La confirmation n’a pas abouti."

    def clean_password(self) -> str:
        _refuse_locked(self.user)
        return str(super().clean_password())


class FormulaireActivation(FormulaireDeCompte, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    titre_erreurs = "L’application n’est pas encore reliée."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code à six chiffres que montre l’application"
        self.fields["code"].widget.attrs.update(inputmode="numeric", maxlength="10")


class FormulaireRetrait(FormulaireDeCompte, totp_forms.DeactivateTOTPForm):  # type: ignore[misc]
    titre_erreurs = "L’application n’est pas retirée."


class FormulaireCodes(FormulaireDeCompte, codes_forms.GenerateRecoveryCodesForm):  # type: ignore[misc]
    titre_erreurs = "Aucun code n’est créé."


class _Cle(FormulaireDeCompte):
    """The browser's answer travels in a hidden field; a broken one is a wrong code."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except (AttributeError, KeyError, LookupError, TypeError) as erreur:
            raise get_adapter().validation_error("incorrect_code") from erreur


class FormulaireCle(FormulaireDeCompte, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    titre_erreurs = "La connexion n’a pas abouti."

    def clean_credential(self) -> Any:
        return _clean_credential(super().clean_credential)


class FormulaireConfirmeCle(  # type: ignore[misc]
    FormulaireDeCompte, webauthn_forms.ReauthenticateWebAuthnForm
):
    titre_erreurs = "La confirmation n’a pas abouti."

    def clean_credential(self) -> Any:
        return _clean_credential(super().clean_credential)


class FormulaireNouvelleCle(_Cle, webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    titre_erreurs = "La clé n’est pas ajoutée."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Nom de cette clé"
        self.fields["name"].max_length = 80
        self.fields["name"].widget.attrs["maxlength"] = "80"


class FormulaireNomDeCle(FormulaireDeCompte, webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Nom de cette clé"
        self.fields["name"].widget.attrs["maxlength"] = "80"


def _clean_credential(clean: Any) -> Any:
    try:
        return clean()
    except (AttributeError, KeyError, LookupError, TypeError) as erreur:
        raise get_adapter().validation_error("incorrect_code") from erreur
