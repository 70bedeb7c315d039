"""Forms of the lists: motives and required pieces."""

from django import forms

from cariatide.demandes.statuts import DISPOSITIFS
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

_AIDE_CODE = "En minuscules sans accent : « sortie_hebergement ». Il ne change plus."
_AIDE_ORDRE = "Les plus petits rangs viennent d’abord."


class FormulaireMotifModifie(Formulaire):
    libelle = forms.CharField(label="Libellé", max_length=120)
    ordre = forms.IntegerField(
        label="Rang", min_value=0, max_value=9999, initial=100, help_text=_AIDE_ORDRE
    )
    source = forms.CharField(
        label="Source", required=False, max_length=200,
        help_text="La décision ou le texte qui retient ce motif.",
    )  # fmt: skip


class FormulaireMotifNouveau(FormulaireMotifModifie):
    code = forms.CharField(label="Code", max_length=32, help_text=_AIDE_CODE)
    du = ChampDate(label="Proposé à partir du")
    field_order = ("libelle", "code", "du", "ordre", "source")


class FormulairePieceRevisee(Formulaire):
    libelle = forms.CharField(label="Libellé", max_length=160)
    obligatoire = forms.BooleanField(
        label="Nécessaire pour que la saisine soit recevable", required=False
    )
    ordre = forms.IntegerField(
        label="Rang", min_value=0, max_value=9999, initial=100, help_text=_AIDE_ORDRE
    )
    du = ChampDate(label="À partir du")
    source = forms.CharField(
        label="Source", max_length=200, help_text="La décision ou le texte qui la demande."
    )


class FormulairePieceNouvelle(FormulairePieceRevisee):
    dispositif = forms.ChoiceField(
        label="Dispositif",
        choices=[("", "Choisissez"), *[(d.value, d.label) for d in DISPOSITIFS]],
    )
    code = forms.CharField(label="Code", max_length=32, help_text=_AIDE_CODE)
    field_order = ("dispositif", "libelle", "code", "obligatoire", "ordre", "du", "source")


class FormulaireDernierJour(Formulaire):
    au = ChampDate(label="Dernier jour")
