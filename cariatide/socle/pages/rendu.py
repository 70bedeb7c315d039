"""The controls of forms, written without a template: a list of fifty rows shows its filters too.

Django renders each control through two templates of its own engine. Those of a single tag are
written here, character for character as its templates do (tests/socle/test_rendu.py); the others
still go through them.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData

_BALISES = frozenset(
    f"django/forms/widgets/{nom}.html"
    for nom in ("text", "email", "number", "date", "checkbox", "hidden", "password", "url", "input")
)


class RenduDirect(DjangoTemplates):
    """Named in settings.FORM_RENDERER."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name in _BALISES:
            return _write_input(context["widget"])
        rendered: str = super().render(template_name, context, request)
        return rendered


def _write_input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    shown = "" if value is None else f' value="{_text(value)}"'
    attributes = "".join(
        f" {_text(nom)}" if attr is True else f' {_text(nom)}="{_text(attr)}"'
        for nom, attr in widget["attrs"].items()
        if attr is not False
    )
    return f'<input type="{widget["type"]}" name="{_text(widget["name"])}"{shown}{attributes}>'


def _text(value: Any) -> str:
    return conditional_escape(value if isinstance(value, SafeData) else str(value))
