"""Controls written directly are those of Django's templates, character for character."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe

from cariatide.socle.pages.menu import EntreeMenu, _entrees, build_menu, register_menu
from cariatide.socle.pages.rendu import RenduDirect
from tests.distribution import Monde

WIDGETS = [
    forms.TextInput, forms.EmailInput, forms.NumberInput, forms.DateInput, forms.CheckboxInput,
    forms.HiddenInput, forms.PasswordInput, forms.URLInput, forms.Textarea, forms.RadioSelect,
    forms.Select, forms.TimeInput, forms.ClearableFileInput,
]  # fmt: skip
VALEURS: list[Any] = [None, "", "a", '"><script>', "é &amp; ‘", 0, 12, True, mark_safe("<b>")]
ATTRS: list[dict[str, Any]] = [
    {}, {"class": "x", "required": True, "disabled": False, "data-x": '"<'},
    {"aria-describedby": None, "maxlength": 10},
]  # fmt: skip


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda w: w.__name__)
@pytest.mark.parametrize("valeur", VALEURS, ids=repr)
@pytest.mark.parametrize("attrs", ATTRS, ids=["rien", "attributs", "absent"])
def test_the_control_is_that_of_django(widget: Any, valeur: Any, attrs: dict[str, Any]) -> None:
    control = widget(choices=[("a", "A")]) if hasattr(widget, "choices") else widget()
    ours = control.render('n"x', valeur, attrs, renderer=RenduDirect())
    theirs = control.render('n"x', valeur, attrs, renderer=DjangoTemplates())
    assert ours.strip() == theirs.strip()


def test_forms_use_it() -> None:
    assert isinstance(get_default_renderer(), RenduDirect)


@pytest.mark.django_db
def test_an_entry_added_later_is_in_the_menu(monde: Monde) -> None:
    perimetre = monde.perimetre("alice")
    before = build_menu(perimetre, "/menages/")
    register_menu(EntreeMenu("Personnes", "Essai", "x", "menages:liste", ordre=99))
    try:
        after = dict(build_menu(perimetre, "/menages/"))["Personnes"]
    finally:
        _entrees.pop()
        register_menu()
    assert after[-1] == {"libelle": "Essai", "icone": "x", "url": "/menages/", "actif": True}
    assert after[:-1] == dict(before)["Personnes"]
    assert build_menu(perimetre, "/menages/") == before
