"""Upload of a file, with the options that its kind asks for."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cariatide.echanges.actions import Fichier
from cariatide.echanges.ports import ChampImport, Importable, OptionImport, importables
from cariatide.echanges.statuts import StatutLot
from cariatide.socle.pages.formulaires import ChampDate, Formulaire

TAILLE_MAX = 20 * 1024 * 1024  # bytes


class FiltresLots(Formulaire):
    """What batch is looked for."""

    q = forms.CharField(label="Nom du fichier", required=False, max_length=100)
    genre = forms.ChoiceField(label="Sorte", required=False)
    statut = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *StatutLot.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sortes = [(code, i.libelle) for code, i in importables.items()]
        self.fields["genre"].choices = [("", "Toutes"), *sortes]  # type: ignore[attr-defined]


class FormulaireImport(Formulaire):
    """File and options; `entetes` are those read when a required column was not recognised."""

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
        entetes: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.options = options
        self.champs = [c for c in importable.champs if c.requis]
        super().__init__(*args, **kwargs)
        for option in options:
            self.fields[option.code] = _field(option)
        for champ in self.champs if entetes else []:
            self.fields[f"colonne_{champ.code}"] = _choice(champ, entetes)
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


class FormulaireCorrespondance(Formulaire):
    """Which column of the file brings each field."""

    def __init__(
        self, *args: Any, importable: Importable, entetes: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for champ in importable.champs:
            self.fields[champ.code] = _choice(champ, entetes)
            self.fields[champ.code].widget.attrs["class"] = "form-select"


def _choice(champ: ChampImport, entetes: Sequence[str]) -> forms.ChoiceField:
    choix = [(h, h.replace("\n", " ")[:120]) for h in dict.fromkeys(entetes) if h]
    field = forms.ChoiceField(
        label=champ.libelle,
        required=False,
        choices=[("", "Absente du fichier"), *choix],
        help_text="Colonne nécessaire." if champ.requis else "",
    )
    # « (facultatif) » beside « Colonne nécessaire » would deny it.
    field.sans_mention = True  # type: ignore[attr-defined]
    return field


def _field(option: OptionImport) -> forms.Field:
    commun: dict[str, Any] = {
        "label": option.libelle,
        "help_text": option.aide,
        "required": option.requise,
        "error_messages": {"required": "Ce champ est nécessaire."},
    }
    if option.choix:
        return forms.ChoiceField(choices=[("", "—"), *option.choix], **commun)
    return ChampDate(**commun)
