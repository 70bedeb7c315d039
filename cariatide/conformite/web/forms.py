"""Filters of the list, and the reason of a hold."""

from django import forms

from cariatide.conformite.statuts import Conservation
from cariatide.socle.pages.formulaires import Formulaire


class FiltresConservation(Formulaire):
    etat = forms.ChoiceField(
        label="Conservation",
        required=False,
        choices=[
            ("", "Au terme"),
            (Conservation.BIENTOT, "Au terme dans les six mois"),
            (Conservation.GELEE, "Gelée"),
        ],
    )
    reference = forms.CharField(label="Référence du ménage", required=False, max_length=20)


class FormulaireGel(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="La procédure ou la demande qui le justifie, sans détail du dossier. "
        "Le motif reste au journal.",
    )
