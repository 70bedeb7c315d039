"""Filters of the lists, and the forms of the acts on an alert and on a rule."""

from typing import Any

from django import forms

from cariatide.alertes.ports import Gravite, Reglage, RegleAlerte, regles_alerte
from cariatide.alertes.rules import PRECISION_MAX
from cariatide.alertes.statuts import (
    MotifCloture,
    MotifReport,
    Responsable,
    StatutAlerte,
)
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

ETATS = [
    ("", "À traiter"),
    ("remontees", "Remontées au chef de service"),
    (StatutAlerte.PRISE.value, "Prises en charge"),
    (StatutAlerte.REPORTEE.value, "Reportées"),
    (StatutAlerte.CLOSE.value, "Closes"),
    ("toutes", "Toutes"),
]
FAITS = (
    "Nécessaire pour « Autre motif ». Des faits seulement, ni santé ni vie privée : qui voit le "
    "dossier peut la lire."
)


class FiltresAlertes(Formulaire):
    etat = forms.ChoiceField(label="État", required=False, choices=ETATS)
    regle = forms.ChoiceField(label="Règle", required=False)
    gravite = forms.ChoiceField(
        label="Gravité",
        required=False,
        choices=[("", "Toutes"), *((str(v), nom) for v, nom in Gravite.choices)],
    )
    q = forms.CharField(label="Référence ou ménage", required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regles = sorted((r.libelle, code) for code, r in regles_alerte.items())
        choisir = self.fields["regle"]
        assert isinstance(choisir, forms.ChoiceField)
        choisir.choices = [("", "Toutes"), *((code, nom) for nom, code in regles)]


class FiltresEquipe(FiltresAlertes):
    personne = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    field_order = ("etat", "regle", "gravite", "q", "personne")


class FormulaireReport(Formulaire):
    au = ChampDate(label="Elle revient le")
    motif = forms.ChoiceField(label="Motif", choices=[("", "À choisir"), *MotifReport.choices])
    precision = forms.CharField(
        label="Précision", required=False, max_length=PRECISION_MAX, help_text=FAITS
    )


class FormulaireCloture(Formulaire):
    motif = forms.ChoiceField(label="Motif", choices=[("", "À choisir"), *MotifCloture.choices])
    precision = forms.CharField(
        label="Précision", required=False, max_length=PRECISION_MAX, help_text=FAITS
    )


class FormulaireReglage(Formulaire):
    """How the rule works from today; an empty delay keeps the one in force."""

    active = forms.BooleanField(label="Règle en service", required=False)
    delai = forms.IntegerField(label="Délai", required=False, min_value=1, max_value=3650)
    responsable = forms.ChoiceField(label="Qui en répond")
    escalade_jours = forms.IntegerField(
        label="Remontée au chef de service après",
        required=False,
        min_value=1,
        max_value=365,
        help_text="En jours, si l’alerte reste à traiter. Vide : le délai commun des barèmes.",
    )
    motif = forms.CharField(
        label="Décision",
        max_length=500,
        help_text="Ce qui fixe ce réglage : note de service, convention, délibération.",
    )

    def __init__(
        self, *args: Any, regle: RegleAlerte, reglage: Reglage, local: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        qui = self.fields["responsable"]
        assert isinstance(qui, forms.ChoiceField)
        qui.choices = [(r.value, Responsable(r).label) for r in regle.responsables]
        if not local:
            del self.fields["delai"]
        else:
            unite = reglage.valeur.unite.label if reglage.valeur else ""
            self.fields["delai"].help_text = (
                f"En {unite}. Vide : le délai en vigueur ne change pas."
                if unite
                else "Vide : la règle reste sans effet."
            )
