from django.apps import AppConfig


class ConformiteConfig(AppConfig):
    name = "cariatide.conformite"
    verbose_name = "Conformité"

    def ready(self) -> None:
        from cariatide.conformite.rules import ROLES_CONFORMITE
        from cariatide.menages.ports import RattachableSimple, rattachables
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        rattachables.register("conformite", RattachableSimple("conformite.GelConservation"))
        register_menu(
            EntreeMenu(
                "Administration", "Conservation", "archive", "conformite:liste",
                ROLES_CONFORMITE, ordre=35,
            )
        )  # fmt: skip
