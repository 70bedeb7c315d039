"""The form field « commune »: typed with suggestions, resolved into the commune of today.

In every form that needs a commune: `commune = ChampCommune(label="Commune")`; `cleaned_data` holds
a current Commune. Without JavaScript the name, the INSEE code or the postal code still works.
"""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cariatide.territoire.models import Commune
from cariatide.territoire.queries import (
    CommuneInconnue,
    CommunesAmbigues,
    communes_en_vigueur,
    resolve_commune,
)


class SaisieDeCommune(forms.TextInput):
    """A text input with a native list of suggestions, filled while one types."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        liste = f"{(attrs or {}).get('id', f'id_{name}')}_communes"
        attrs = {
            **(attrs or {}),
            "list": liste,
            "autocomplete": "off",
            "hx-get": reverse("territoire:communes"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{liste}",
            "hx-swap": "innerHTML",
        }
        controle = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}"></datalist>', controle, liste)

    def format_value(self, value: Any) -> str | None:
        """An initial value may be the commune, or its key."""
        if isinstance(value, int):
            value = communes_en_vigueur().filter(pk=value).first()
        if isinstance(value, Commune):
            return value.libelle
        return None if value in (None, "") else str(value)


class ChampCommune(forms.CharField):
    """Cleans to a current Commune, or None when it is optional and empty."""

    widget = SaisieDeCommune

    def __init__(self, *, departement: str | None = None, **kwargs: Any) -> None:
        self.departement = departement
        kwargs.setdefault("max_length", 150)
        kwargs.setdefault("help_text", "Nom, code postal ou code INSEE.")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Commune | None:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            found = resolve_commune(text, departement=self.departement)
        except CommuneInconnue as error:
            raise forms.ValidationError(error.message, code="inconnue") from error
        if isinstance(found, CommunesAmbigues):
            raise forms.ValidationError(found.avertissement, code="ambigue")
        return found.commune
