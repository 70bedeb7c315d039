"""Filters of the list, and the deposit of a piece."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cariatide.documents.modeles import list_modeles
from cariatide.documents.rules import ACCEPTES, EXTENSIONS, TAILLE_MAX
from cariatide.documents.statuts import TypePiece
from cariatide.socle.pages.formulaires import ChampDate, Formulaire
from cariatide.socle.perimetre import Niveau

VIDE = [("", "—")]


def _modeles() -> list[tuple[str, str]]:
    return VIDE + sorted(
        ((m.code, m.libelle) for m in list_modeles().values()), key=lambda couple: couple[1]
    )


class FiltresDocuments(Formulaire):
    """Filters of the list; an unknown value filters nothing."""

    q = forms.CharField(label="Titre ou référence", required=False, max_length=100)
    modele = forms.ChoiceField(label="Modèle", required=False, choices=_modeles)
    du = ChampDate(label="Établi à partir du", required=False)
    au = ChampDate(label="Jusqu’au", required=False)


class FormulairePiece(Formulaire):
    """One file. niveaux: those that the depositor reads on this household, the lowest first."""

    fichier = forms.FileField(
        label="Fichier",
        help_text=f"20 Mo au plus. Sortes acceptées : {ACCEPTES}. Le lieu et la date de prise de "
        "vue d’une photographie sont effacés.",
        widget=forms.ClearableFileInput(attrs={"accept": EXTENSIONS}),
        error_messages={"empty": "Ce fichier est vide."},
    )
    type = forms.ChoiceField(label="Type de pièce", choices=TypePiece.choices)
    libelle = forms.CharField(
        label="Libellé",
        required=False,
        max_length=160,
        help_text="Des faits seulement : ce libellé se lit dans la liste.",
    )
    niveau = forms.TypedChoiceField(label="Qui peut la lire", coerce=lambda v: Niveau(int(v)))
    recue_le = ChampDate(label="Reçue le", required=False)

    def __init__(self, *args: Any, niveaux: list[Niveau], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["niveau"]
        assert isinstance(champ, forms.TypedChoiceField)
        champ.choices = [(str(int(n)), _LECTEURS[n]) for n in niveaux]

    def clean_fichier(self) -> UploadedFile:
        fichier: UploadedFile = self.cleaned_data["fichier"]
        if (fichier.size or 0) > TAILLE_MAX:
            raise forms.ValidationError(
                "Ce fichier dépasse 20 Mo. Réduisez-le, ou séparez-le en plusieurs."
            )
        return fichier


_LECTEURS = {
    Niveau.FACTUEL: "Factuel : tous ceux qui suivent le ménage",
    Niveau.SOCIAL: "Social : l’équipe d’accompagnement et le financeur",
    Niveau.CONFIDENTIEL: "Confidentiel : la personne référente et sa hiérarchie",
}


class FormulaireRetrait(Formulaire):
    """Why a piece is taken out."""

    motif = forms.CharField(
        label="Motif du retrait",
        max_length=200,
        help_text="Le contenu est effacé ; le motif reste dans la liste.",
    )
