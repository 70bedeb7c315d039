from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "cariatide.documents"
    verbose_name = "Documents"

    def ready(self) -> None:
        from cariatide.documents.tasks import scan_next
        from cariatide.partenaires.rules import ROLES_DOSSIER
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.travaux import frequents

        register_menu(
            EntreeMenu(
                "Personnes", "Documents", "file-text", "documents:liste", ROLES_DOSSIER, ordre=60
            )
        )
        frequents.register("documents.antivirus", scan_next)
