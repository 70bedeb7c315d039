"""Dated values fixed by a text or by a local body."""

from django.apps import AppConfig

from cariatide.socle.pages.menu import EntreeMenu, register_menu


class BaremeConfig(AppConfig):
    name = "cariatide.bareme"
    verbose_name = "Barèmes"

    def ready(self) -> None:
        register_menu(EntreeMenu("Administration", "Barèmes", "scale", "bareme:baremes", ordre=71))
