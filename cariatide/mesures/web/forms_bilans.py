"""Forms made from the objectives of a measure: review, renewal."""

from typing import Any

from django import forms

from cariatide.mesures.actions import DonneesBilan, DonneesObjectif
from cariatide.mesures.models import Objectif
from cariatide.mesures.statuts import SuiteProposee, ThemeObjectif
from cariatide.mesures.web.forms import DEGRES, NOTE_FACTUELLE, VIDE, mois, texte
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

NOUVEAUX_OBJECTIFS = 3
POUR_SOUMETTRE = "Nécessaire pour soumettre le bilan au chef de service."


def montant(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=10,
        decimal_places=2,
        min_value=0,
        localize=True,
        error_messages={
            "invalid": "Écrivez un montant en euros.",
            "min_value": "Une dette n’est pas négative.",
        },
    )


class BilanForm(Formulaire):
    """A review: narrative, then the degree of each objective (fields made from them)."""

    evolution = texte("Évolution de la situation", aide=POUR_SOUMETTRE)
    actions_menees = texte("Actions menées", lignes=8, aide="Prérempli depuis vos entretiens.")
    difficultes = texte("Difficultés rencontrées")
    dette_initiale = montant("Dette au début de la période")
    dette_actuelle = montant("Dette à la fin de la période")
    conclusion = texte("Conclusion", aide=POUR_SOUMETTRE)
    suite = forms.ChoiceField(
        label="Suite proposée",
        required=False,
        choices=[*VIDE, *SuiteProposee.choices],
        help_text=POUR_SOUMETTRE,
    )
    synthese_partenaires = texte(
        "Synthèse pour les partenaires",
        aide="Le financeur et le bailleur ne lisent que cette partie et les faits.",
    )

    def __init__(self, *args: Any, objectifs: list[Objectif], **kwargs: Any):
        self.objectifs = objectifs
        super().__init__(*args, **kwargs)

    @classmethod
    def for_objectifs(cls, objectifs: list[Objectif]) -> type["BilanForm"]:
        """The class of the form for these objectives, so that their fields get the same care."""
        champs: dict[str, Any] = {}
        for o in objectifs:
            champs[f"atteinte_{o.pk}"] = forms.TypedChoiceField(
                label=f"Degré d’atteinte : {o.libelle}",
                choices=[*VIDE, *DEGRES],
                coerce=int,
                required=False,
                empty_value=None,
            )
            champs[f"commentaire_{o.pk}"] = forms.CharField(
                label=f"Commentaire : {o.libelle}", required=False, max_length=500
            )
        return type("BilanDesObjectifs", (cls,), champs)

    @property
    def lignes(self) -> list[tuple[Any, Any]]:
        """Pairs of bound fields (degree, remark), one per objective."""
        return [(self[f"atteinte_{o.pk}"], self[f"commentaire_{o.pk}"]) for o in self.objectifs]

    def to_donnees(self) -> DonneesBilan:
        d = self.cleaned_data
        noms = ("evolution", "actions_menees", "difficultes", "conclusion", "suite")
        return DonneesBilan(
            **{n: d[n] for n in noms},
            synthese_partenaires=d["synthese_partenaires"],
            dette_initiale=d["dette_initiale"],
            dette_actuelle=d["dette_actuelle"],
            atteintes={
                o.pk: d[f"atteinte_{o.pk}"]
                for o in self.objectifs
                if d[f"atteinte_{o.pk}"] is not None
            },
            commentaires={o.pk: d[f"commentaire_{o.pk}"] for o in self.objectifs},
        )


class RenouvellementForm(Formulaire):
    """A renewal and its new objectives."""

    mois = mois("Durée du renouvellement, en mois")
    motif = forms.CharField(
        label="Pourquoi renouveler", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NOTE_FACTUELLE,
    )  # fmt: skip
    derogation = forms.CharField(
        label="Motif de la dérogation", required=False, max_length=300,
        help_text="Nécessaire après le terme, ou au-delà de la durée maximale.",
    )  # fmt: skip
    objectif_1 = forms.CharField(label="Nouvel objectif", max_length=200)
    theme_1 = forms.ChoiceField(label="Thème", choices=[*VIDE, *ThemeObjectif.choices])
    echeance_1 = ChampDate(label="Échéance", required=False)
    objectif_2 = forms.CharField(label="Deuxième objectif", max_length=200, required=False)
    theme_2 = forms.ChoiceField(
        label="Thème du deuxième", choices=[*VIDE, *ThemeObjectif.choices], required=False
    )
    echeance_2 = ChampDate(label="Échéance du deuxième", required=False)
    objectif_3 = forms.CharField(label="Troisième objectif", max_length=200, required=False)
    theme_3 = forms.ChoiceField(
        label="Thème du troisième", choices=[*VIDE, *ThemeObjectif.choices], required=False
    )
    echeance_3 = ChampDate(label="Échéance du troisième", required=False)

    def clean(self) -> dict[str, Any]:
        d = self.cleaned_data
        for n in range(1, NOUVEAUX_OBJECTIFS + 1):
            if d.get(f"objectif_{n}") and not d.get(f"theme_{n}"):
                self.add_error(f"theme_{n}", "Choisissez le thème de cet objectif.")
        return d

    def to_objectifs(self) -> list[DonneesObjectif]:
        d = self.cleaned_data
        return [
            DonneesObjectif(d[f"objectif_{n}"], d[f"theme_{n}"], echeance=d[f"echeance_{n}"])
            for n in range(1, NOUVEAUX_OBJECTIFS + 1)
            if d[f"objectif_{n}"].strip()
        ]
