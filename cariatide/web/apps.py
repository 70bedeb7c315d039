from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cariatide.web"
    verbose_name = "Accueil et recherche"

    def ready(self) -> None:
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_menu(EntreeMenu("", "Ma journée", "house", "web:accueil", ordre=0))
