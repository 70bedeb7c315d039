"""Filters of the list, and the reason of a hold."""

from django import forms

from cariatide.conformite.statuts import Conservation, NaturePurge
from cariatide.socle.pages.formulaires import ChampDate, Formulaire


class FiltresConservation(Formulaire):
    etat = forms.ChoiceField(
        label="Conservation",
        required=False,
        choices=[
            ("", "Au terme"),
            (Conservation.BIENTOT, "Au terme dans les six mois"),
            (Conservation.GELEE, "Gelée"),
            (Conservation.ARCHIVEE, "En archive intermédiaire"),
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


class FiltresPurges(Formulaire):
    nature = forms.ChoiceField(
        label="Nature", required=False, choices=[("", "Toutes"), *NaturePurge.choices]
    )


class FormulairePurge(Formulaire):
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Pour une archive : le besoin légal ou probatoire qui la justifie. "
        "Le motif figure au procès-verbal ; ne nommez personne.",
    )


class FormulaireConfirmation(Formulaire):
    recopie = forms.CharField(
        label="Référence de la purge",
        max_length=20,
        help_text="Recopiez la référence affichée au-dessus du titre.",
    )


class FormulaireVide(Formulaire):
    pass


class FormulaireRetour(Formulaire):
    contact_le = ChampDate(label="Date du nouveau contact")
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ce qui ramène le ménage, sans détail du dossier.",
    )
