"""Filters of the lists, the choice of a batch, how it was posted, how a letter came back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from cariatide.documents.modeles import list_au_menage
from cariatide.poste.rules import NUMERO_MAX
from cariatide.poste.statuts import (
    MODES_LOT,
    MODES_SEUL,
    EtatCourrier,
    MotifRetour,
    StatutLot,
)
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

CHOISIR = [("", "À choisir")]


def _modeles() -> list[tuple[str, str]]:
    return [("", "Toutes"), *sorted(list_au_menage().items(), key=lambda couple: couple[1])]


class FiltresCourriers(Formulaire):
    """organisations: those whose letters the person posts; asked only when there are several."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", EtatCourrier.A_POSTER.label),
            *((e.value, e.label) for e in EtatCourrier if e != EtatCourrier.A_POSTER),
            ("tous", "Tous"),
        ],
    )
    modele = forms.ChoiceField(label="Sorte de courrier", required=False, choices=_modeles)
    organisation_id = forms.TypedChoiceField(
        label="Organisation", required=False, coerce=int, empty_value=None
    )
    du = ChampDate(label="Établi à partir du", required=False)
    au = ChampDate(label="Jusqu’au", required=False)
    q = forms.CharField(label="Titre ou référence", required=False, max_length=100)

    def __init__(self, *args: Any, organisations: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(organisations) < 2:
            del self.fields["organisation_id"]
        else:
            champ = self.fields["organisation_id"]
            assert isinstance(champ, forms.TypedChoiceField)
            champ.choices = [("", "Toutes"), *((str(k), v) for k, v in organisations.items())]


class FiltresLots(Formulaire):
    statut = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *StatutLot.choices]
    )
    q = forms.CharField(label="Référence", required=False, max_length=20)


class FormulaireLot(Formulaire):
    documents = forms.TypedMultipleChoiceField(
        label="Courriers du lot",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins un courrier.",
            "invalid_choice": "Un courrier choisi n’est plus à poster : relisez la liste.",
        },
    )
    recto_verso = forms.BooleanField(
        label="Imprimer en recto verso",
        required=False,
        help_text="Chaque lettre commence au recto : une page blanche suit celles qui finissent "
        "au recto.",
    )

    def __init__(self, *args: Any, courriers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["documents"]
        assert isinstance(champ, forms.TypedMultipleChoiceField)
        champ.choices = courriers


class FormulairePoste(Formulaire):
    le = ChampDate(label="Posté le")
    mode = forms.ChoiceField(
        label="Mode d’envoi", choices=[*CHOISIR, *((m.value, m.label) for m in MODES_LOT)]
    )
    numeros = forms.CharField(
        label="Numéros d’envoi",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Lettres suivies ou recommandées : un numéro par ligne, dans l’ordre du "
        f"bordereau, {NUMERO_MAX} signes au plus. Laissez vide la ligne d’une lettre sans numéro.",
    )


class FormulaireAnnulation(Formulaire):
    pass


class FormulaireEnvoi(Formulaire):
    mode = forms.ChoiceField(
        label="Comment ce courrier est parti",
        choices=[(m.value, m.label) for m in MODES_SEUL],
        widget=forms.RadioSelect,
    )
    le = ChampDate(label="Le")


class FormulaireRetour(Formulaire):
    motif = forms.ChoiceField(
        label="Ce que le pli porte", choices=MotifRetour.choices, widget=forms.RadioSelect
    )
    le = ChampDate(label="Revenu le")
