"""Filters of the page « Barèmes », and the form that sets a local value."""

from typing import Any

from django import forms

from cariatide.bareme.actions import ROLES_DE_L_ORGANISATION
from cariatide.bareme.rules import Parametre
from cariatide.bareme.statuts import ROLES_DE_PARAMETRAGE, TypeValeur
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Perimetre

PLATEFORME = "plateforme"


class FiltresBaremes(Formulaire):
    q = forms.CharField(label="Règle, code ou libellé", required=False, max_length=100)
    a_verifier = forms.BooleanField(label="À vérifier seulement", required=False)


class FixeParametre(Formulaire):
    """The value, its first day, the decision behind it, and for whom it holds."""

    valeur = forms.CharField(label="Valeur", max_length=60)
    du = ChampDate(label="Depuis le")
    motif = forms.CharField(
        label="Décision",
        max_length=500,
        help_text="Texte qui fixe cette valeur : règlement intérieur, convention, délibération.",
    )
    portee = forms.ChoiceField(label="Pour")

    def __init__(
        self, *args: Any, parametre: Parametre, perimetre: Perimetre, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.type = parametre.type
        self.fields["valeur"].help_text = _aide(parametre)
        portee = self.fields["portee"]
        assert isinstance(portee, forms.ChoiceField)
        portee.choices = list_portees(perimetre)

    def clean_valeur(self) -> int | str | list[int]:
        """The text as the type of the parameter; the act checks it again."""
        texte: str = self.cleaned_data["valeur"].strip()
        try:
            match self.type:
                case TypeValeur.ENTIER:
                    return int(texte)
                case TypeValeur.LISTE:
                    return [int(partie) for partie in texte.replace(";", ",").split(",")]
        except ValueError as error:
            raise forms.ValidationError("Écrivez un nombre entier, sans unité.") from error
        return texte.replace(",", ".") if self.type == TypeValeur.DECIMAL else texte

    @property
    def organisation_id(self) -> int | None:
        portee = self.cleaned_data["portee"]
        return None if portee == PLATEFORME else int(portee)


def list_portees(perimetre: Perimetre) -> list[tuple[str, str]]:
    """For whom this person may set a value: the platform, or organisations of their mandates."""
    portees = []
    if perimetre.has_role(*ROLES_DE_PARAMETRAGE):
        portees.append((PLATEFORME, "Toute la plateforme"))
    organisations = {
        m.organisation_id: m.organisation
        for m in perimetre.mandats
        if m.role in ROLES_DE_L_ORGANISATION
    }
    return portees + [(str(pk), nom) for pk, nom in sorted(organisations.items())]


def _aide(parametre: Parametre) -> str:
    unite = parametre.unite.label
    if parametre.type == TypeValeur.LISTE:
        return f"Nombres séparés par des virgules, en {unite}."
    return f"En {unite}." if unite else "Sans unité."
