"""Generated columns under which a telephone and an address are looked up by equality."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower


def telephone_cle_field() -> Any:
    """The digits of the telephone beside it, +33 and 0033 read as 0: equal when dialled equal."""
    chiffres = Func(
        F("telephone"), Value("[^0-9+]"), Value(""), Value("g"), function="regexp_replace"
    )
    return models.GeneratedField(
        expression=Func(chiffres, Value(r"^(\+|00)33"), Value("0"), function="regexp_replace"),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )


def courriel_cle_field() -> Any:
    """The address beside it in lower case."""
    return models.GeneratedField(
        expression=Lower("courriel"),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )
