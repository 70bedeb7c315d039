from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "cariatide.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from cariatide.partenaires.rules import ROLES_DOSSIER
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_menu(
            EntreeMenu(
                "Personnes", "Documents", "file-text", "documents:liste", ROLES_DOSSIER, ordre=60
            )
        )
