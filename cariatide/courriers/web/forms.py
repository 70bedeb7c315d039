"""The choice of how each subject comes by e-mail."""

from collections.abc import Sequence

from django import forms
from django.http import HttpRequest

from cariatide.courriers.models import Envoi
from cariatide.socle.pages.formulaires import Formulaire, bind


def nom_champ(sujet: str) -> str:
    """The field of a subject: its code holds dots."""
    return sujet.replace(".", "_")


def bind_preferences(request: HttpRequest, lignes: Sequence[tuple[str, str, str]]) -> Formulaire:
    """The form of this request: one choice a subject, `lignes` being (subject, label, choice)."""
    champs = {
        nom_champ(sujet): forms.ChoiceField(label=libelle, choices=Envoi.choices, initial=choix)
        for sujet, libelle, choix in lignes
    }
    classe = type("FormulairePreferences", (Formulaire,), champs)
    return bind(classe, request)
