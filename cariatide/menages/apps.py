from django.apps import AppConfig


class MenagesConfig(AppConfig):
    name = "cariatide.menages"
    verbose_name = "Ménages"

    def ready(self) -> None:
        from cariatide.partenaires.rules import ROLES_DOSSIER
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_menu(
            EntreeMenu("Personnes", "Ménages", "users", "menages:liste", ROLES_DOSSIER, ordre=10)
        )
