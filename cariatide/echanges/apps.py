from django.apps import AppConfig


class EchangesConfig(AppConfig):
    name = "cariatide.echanges"
    verbose_name = "Imports et échanges"

    def ready(self) -> None:
        from cariatide.echanges.actions import forget_lignes
        from cariatide.echanges.lifecycle import CYCLE
        from cariatide.echanges.outils import build_outils
        from cariatide.echanges.ports import ROLES_IMPORT
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.pages.page_liste import outils_liste
        from cariatide.socle.travaux import quotidiens

        register_cycle(CYCLE)
        outils_liste.append(("echanges/_outils.html", build_outils))
        quotidiens.register("echanges.lignes", forget_lignes)
        register_menu(
            EntreeMenu(
                "Partenaires", "Imports", "file-up", "echanges:liste", ROLES_IMPORT, ordre=90
            )
        )
