"""Forms of the list of required pieces."""

from django import forms

from cariatide.demandes.statuts import DISPOSITIFS
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.pages.listes_datees import AIDE_CODE, AIDE_ORDRE


class FormulairePieceRevisee(Formulaire):
    libelle = forms.CharField(label="Libellé", max_length=160)
    obligatoire = forms.BooleanField(
        label="Nécessaire pour que la saisine soit recevable", required=False
    )
    ordre = forms.IntegerField(
        label="Rang", min_value=0, max_value=9999, initial=100, help_text=AIDE_ORDRE
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
    code = forms.CharField(label="Code", max_length=32, help_text=AIDE_CODE)
    field_order = ("dispositif", "libelle", "code", "obligatoire", "ordre", "du", "source")
