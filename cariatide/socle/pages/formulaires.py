"""Forms: Django validates, our macros render; errors in words beside the field and in a summary."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.saisie import LONGUEUR_MAX

# The first line of a list nobody chose from yet: the framework writes dashes.
SANS_CHOIX = "-" * 9
A_CHOISIR = "À choisir"
# No birth, home nor agreement is out of these; each field has its own rule within.
PREMIER_JOUR, DERNIER_JOUR = date(1800, 1, 1), date(2199, 12, 31)


class ChampDate(forms.DateField):
    """A date typed or chosen; the browser's own picker, ISO in the page, French in the errors."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        kwargs.setdefault(
            "error_messages",
            {"invalid": "Cette date n’existe pas. Écrivez-la sous la forme jj/mm/aaaa."},
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day; one that no file holds is refused, so that counting days from it cannot fail."""
        jour = super().to_python(value)
        if jour is not None and not PREMIER_JOUR <= jour <= DERNIER_JOUR:
            raise ValidationError(
                f"Cette date est trop lointaine : écrivez une année entre {PREMIER_JOUR.year} et "
                f"{DERNIER_JOUR.year}."
            )
        return jour


class Formulaire(forms.Form):
    """Base of every form: Bootstrap classes, help and errors tied to their field.

    `version` (hidden) carries the version that was read: the second of two concurrent writers gets
    both versions back instead of overwriting (socle.erreurs.ConflitDeVersion).
    """

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            # The value of a JSON field is no text: the size of the request bounds it.
            if (
                isinstance(champ, forms.CharField)
                and not isinstance(champ, forms.JSONField)
                and champ.max_length is None
            ):
                champ.max_length = LONGUEUR_MAX
                champ.validators.append(MaxLengthValidator(LONGUEUR_MAX))
            champ.widget.attrs.setdefault("class", css_of(champ.widget))
            if isinstance(champ, forms.ModelChoiceField) and champ.empty_label == SANS_CHOIX:
                champ.empty_label = A_CHOISIR if champ.required else "—"
            champ.error_messages.setdefault("required", "Ce champ est nécessaire.")
            if (
                champ.error_messages.get("required")
                == forms.Field.default_error_messages["required"]
            ):
                champ.error_messages["required"] = "Ce champ est nécessaire."
            if champ.help_text:
                champ.widget.attrs.setdefault("aria-describedby", f"id_{nom}_aide")

    def add_erreur_metier(self, erreur: ErreurMetier) -> None:
        """Show a refused act beside the fields it names, or at the top."""
        if not erreur.champs:
            self.add_error(None, erreur.message)
        for nom, message in erreur.champs.items():
            self.add_error(nom if nom in self.fields else None, message)

    def mark_errors(self) -> None:
        """Tie each error to its field for a screen reader."""
        for nom in self.errors:
            if nom in self.fields:
                attrs = self.fields[nom].widget.attrs
                attrs["aria-invalid"] = "true"
                described = f"{attrs.get('aria-describedby', '')} id_{nom}_erreur".strip()
                attrs["aria-describedby"] = described
                attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()


def css_of(widget: forms.Widget) -> str:
    """The class of the control in the theme."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


def bind(classe: type[Formulaire], request: HttpRequest, **kwargs: Any) -> Formulaire:
    """The form of this request: bound on POST, empty (or `initial`) on GET."""
    if request.method == "POST":
        return classe(request.POST, request.FILES, **kwargs)
    return classe(**kwargs)
