"""Places: the official geographic code, zones, sectors."""

from django.apps import AppConfig


class TerritoireConfig(AppConfig):
    name = "cariatide.territoire"
    verbose_name = "Territoire"
