"""Filters of the journal."""

from django import forms
from django.apps import apps

from cariatide.journal.mots import code_acte, francise
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Niveau


def list_objets() -> list[tuple[str, str]]:
    """Types of objects a row may name, in words, and the exports."""
    found = [
        (modele._meta.label_lower, f"{config.verbose_name} : {francise(modele._meta.verbose_name)}")
        for config in apps.get_app_configs()
        if config.name.startswith("cariatide.")
        for modele in config.get_models()
    ]
    return [("", "Tous"), ("export", "Exports"), *sorted(found, key=lambda c: c[1].lower())]


class FiltresJournal(Formulaire):
    """What both lists share."""

    du = ChampDate(label="Du", required=False)
    au = ChampDate(label="Au", required=False)
    acteur = forms.CharField(label="Personne", required=False, max_length=100)
    organisation = forms.CharField(label="Organisation", required=False, max_length=100)
    menage = forms.CharField(
        label="Référence du ménage", required=False, max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "M-2026-00042"}),
    )  # fmt: skip
    objet = forms.ChoiceField(label="Objet", required=False, choices=list_objets)


class FiltresActes(FiltresJournal):
    nom = forms.CharField(
        label="Acte", required=False, max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "mesure accordée"}),
    )  # fmt: skip

    def clean_nom(self) -> str:
        return code_acte(self.cleaned_data["nom"])


class FiltresConsultations(FiltresJournal):
    niveau = forms.ChoiceField(
        label="Niveau, au moins",
        required=False,
        choices=[("", "Tous"), *((str(int(n)), n.libelle) for n in Niveau)],
    )
