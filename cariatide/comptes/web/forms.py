"""The forms of accounts: the library validates, the words and the look are ours."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest

from cariatide.socle.pages.formulaires import Formulaire

LIBELLES = {
    "login": "Adresse électronique",
    "email": "Adresse électronique",
    "password": "Mot de passe",
    "code": "Code",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Nouveau mot de passe, une seconde fois",
}


class FormulaireDeCompte(Formulaire):
    """French labels over the library's fields; a placeholder is not a label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            champ.widget.attrs.pop("placeholder", None)
            champ.widget.attrs.pop("aria-describedby", None)
            champ.label = LIBELLES.get(nom, champ.label)
            champ.help_text = ""
        if "password1" in self.fields:
            self.fields["password1"].help_text = " ".join(
                str(texte) for texte in password_validators_help_texts()
            )


class FormulaireConnexion(FormulaireDeCompte, allauth_forms.LoginForm):  # type: ignore[misc]
    """Gives axes the name it counts failures under."""

    titre_erreurs = "La connexion n’a pas abouti."

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        credentials["login"] = credentials.get("email")
        return credentials


class FormulaireOubli(FormulaireDeCompte, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """The page says the same whether the account exists or not; the mail tells its owner."""

    titre_erreurs = "Aucun message n’est parti."

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if self.users:
            return str(super().save(request, **kwargs))
        email = str(self.cleaned_data["email"])
        get_adapter(request).send_mail("account/email/unknown_account", email, {})
        return email


class FormulaireNouveau(FormulaireDeCompte, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after a link received by mail."""


class FormulaireChangement(FormulaireDeCompte, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """A new password by somebody who knows the present one."""
