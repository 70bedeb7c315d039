"""Forms of a reorientation: asked, completed, decided; filters of the list."""

from typing import Any

from django import forms

from cariatide.demandes.statuts import DISPOSITIFS
from cariatide.mesures.actions import DonneesReorientation
from cariatide.mesures.rules_reorientation import SYNTHESE_MAX
from cariatide.mesures.statuts import AvisMenage, Intensite, StatutReorientation
from cariatide.mesures.web.forms import NOTE_FACTUELLE, VIDE, choix, mois, texte
from cariatide.socle.pages.formulaires import ChampDate, Formulaire


class ReorientationForm(Formulaire):
    """Where to, why, what the household says of it."""

    convention = forms.ChoiceField(
        label="Vers quelle convention",
        help_text="La convention dit le dispositif et l’opérateur qui prendrait la suite.",
    )
    motif = forms.ChoiceField(label="Motif")
    synthese = forms.CharField(
        label="Synthèse pour qui décide", max_length=SYNTHESE_MAX,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=NOTE_FACTUELLE,
    )  # fmt: skip
    expose = texte(
        "Exposé de la situation", requis=True, lignes=6,
        aide="Lu par votre équipe et, si la réorientation est acceptée, par celle qui prend la "
        "suite. Ni le financeur ni les membres de l’instance ne le lisent.",
    )  # fmt: skip
    avis_menage = forms.ChoiceField(
        label="Ce qu’en dit le ménage", choices=AvisMenage.choices, widget=forms.RadioSelect
    )
    avis_le = ChampDate(label="Avis donné le")

    def __init__(self, *args: Any, conventions: Any, motifs: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["convention"].choices = [*VIDE, *conventions]
        self.fields["motif"].choices = [*VIDE, *motifs]

    def to_donnees(self) -> DonneesReorientation:
        d = self.cleaned_data
        return DonneesReorientation(
            convention_id=int(d["convention"]),
            motif_id=int(d["motif"]),
            **{nom: d[nom] for nom in ("synthese", "expose", "avis_menage", "avis_le")},
        )


class AccepterReorientationForm(Formulaire):
    motif = forms.CharField(
        label="Motif de la décision", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Écrit dans la lettre au ménage. " + NOTE_FACTUELLE,
    )  # fmt: skip
    conditions = forms.CharField(
        label="Conditions", required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    duree_mois = mois("Durée accordée pour la nouvelle mesure, en mois")
    intensite = choix("Intensité", Intensite.choices, requis=False)

    def __init__(self, *args: Any, finance: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not finance:
            for nom in ("duree_mois", "intensite"):
                del self.fields[nom]
            return
        self.fields["duree_mois"].required = False
        self.fields["duree_mois"].help_text = (
            "Votre organisation finance aussi la nouvelle mesure : avec une durée et une "
            "intensité, elle est accordée en même temps. Laissez vide pour l’accorder plus tard."
        )

    def clean(self) -> dict[str, Any]:
        d = self.cleaned_data
        if d.get("duree_mois") and not d.get("intensite"):
            self.add_error("intensite", "Indiquez l’intensité accordée.")
        return d


class MotifDecisionForm(Formulaire):
    motif = forms.CharField(
        label="Motif de la décision", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Écrit dans la lettre au ménage. " + NOTE_FACTUELLE,
    )  # fmt: skip


def _phrase(label: str, aide: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"{aide} {NOTE_FACTUELLE}",
    )  # fmt: skip


class RenvoiForm(Formulaire):
    motif = _phrase("Ce qui manque", "L’équipe le lit en tête de sa demande.")


class RetraitForm(Formulaire):
    motif = _phrase("Motif du retrait", "Une autre demande pourra être faite ensuite.")


class FiltresReorientations(Formulaire):
    """Filters of the list; an unknown value filters nothing."""

    q = forms.CharField(label="Ménage, référence ou téléphone", required=False, max_length=100)
    statut = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "Tous"), ("a_decider", "À décider"), *StatutReorientation.choices],
    )
    motif = forms.ChoiceField(label="Motif", required=False)
    dispositif = choix("Vers", [(d.value, d.label) for d in DISPOSITIFS], requis=False)
    depuis = ChampDate(label="Demandée depuis le", required=False)

    def __init__(self, *args: Any, motifs: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["motif"].choices = [("", "Tous"), *motifs]
