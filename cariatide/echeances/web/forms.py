"""Filters of the delays, and the form that moves one."""

from django import forms

from cariatide.socle.pages.formulaires import ChampDate, Formulaire


class FiltresEcheances(Formulaire):
    horizon = forms.ChoiceField(
        label="Échéance",
        required=False,
        choices=[("", "En retard et dans le mois"), ("retard", "En retard"), ("toutes", "Toutes")],
    )
    q = forms.CharField(label="Libellé ou ménage", required=False, max_length=100)
    miennes = forms.BooleanField(label="À mon nom seulement", required=False)


class FormulaireReport(Formulaire):
    due_le = ChampDate(label="Nouvelle date")
    motif = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Il reste écrit à côté de la date calculée, et dans le journal.",
    )
