"""Places: the official geographic code, zones, sectors."""

from django.apps import AppConfig

from cariatide.socle.pages.menu import EntreeMenu, register_menu


class TerritoireConfig(AppConfig):
    name = "cariatide.territoire"
    verbose_name = "Territoire"

    def ready(self) -> None:
        register_menu(
            EntreeMenu("Administration", "Territoire", "map", "territoire:territoire", ordre=70)
        )
