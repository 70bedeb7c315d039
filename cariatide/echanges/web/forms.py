"""Upload of a file, with the options that its kind asks for."""

from typing import Any

from django import forms

from cariatide.echanges.actions import Fichier
from cariatide.echanges.ports import Importable, OptionImport
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

TAILLE_MAX = 20 * 1024 * 1024  # bytes


class FormulaireImport(Formulaire):
    """File and options; `colonnes` names the headers that were not recognised."""

    fichier = forms.FileField(
        label="Fichier",
        help_text="CSV, XLSX, XLS ou ODS, 20 Mo au plus. Rien n’est écrit avant votre accord.",
        allow_empty_file=True,
        error_messages={"required": "Choisissez un fichier."},
    )

    def __init__(
        self,
        *args: Any,
        importable: Importable,
        options: list[OptionImport],
        manquantes: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.options = options
        self.champs = [c for c in importable.champs if c.requis]
        super().__init__(*args, **kwargs)
        for option in options:
            self.fields[option.code] = _field(option)
        for champ in self.champs if manquantes else []:
            self.fields[f"colonne_{champ.code}"] = forms.CharField(
                label=f"En-tête de la colonne « {champ.libelle} »",
                required=False,
                max_length=200,
            )
        for champ_ in self.fields.values():
            css = "form-select" if isinstance(champ_.widget, forms.Select) else "form-control"
            champ_.widget.attrs.setdefault("class", css)

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError("Ce fichier dépasse 20 Mo.")
        return fichier

    def to_fichier(self) -> Fichier:
        envoye = self.cleaned_data["fichier"]
        return Fichier(envoye.name, envoye.read())

    def to_options(self) -> dict[str, str]:
        valeurs = {o.code: self.cleaned_data.get(o.code) for o in self.options}
        return {
            code: v.isoformat() if hasattr(v, "isoformat") else str(v)
            for code, v in valeurs.items()
            if v
        }

    def to_correspondance(self) -> dict[str, str]:
        return {
            c.code: valeur
            for c in self.champs
            if (valeur := self.cleaned_data.get(f"colonne_{c.code}", ""))
        }


def _field(option: OptionImport) -> forms.Field:
    commun = {"label": option.libelle, "help_text": option.aide, "required": option.requise}
    if option.choix:
        return forms.ChoiceField(choices=[("", "—"), *option.choix], **commun)
    return ChampDate(**commun)
