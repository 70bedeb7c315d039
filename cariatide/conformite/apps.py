from django.apps import AppConfig


class ConformiteConfig(AppConfig):
    name = "cariatide.conformite"
    verbose_name = "Conformité"

    def ready(self) -> None:
        from cariatide.conformite.acces import OBJET_PURGE, AccesProcesVerbaux
        from cariatide.conformite.lifecycle import CYCLE
        from cariatide.conformite.rattachable import RegistreDeConservation
        from cariatide.conformite.rules import ROLES_CONFORMITE
        from cariatide.conformite.tasks import run_purges
        from cariatide.documents.ports import acces_objets
        from cariatide.menages.ports import rattachables
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.travaux import frequents

        frequents.register("conformite.purges", run_purges)
        register_cycle(CYCLE)
        acces_objets.register(OBJET_PURGE, AccesProcesVerbaux())
        rattachables.register("conformite", RegistreDeConservation())
        register_menu(
            EntreeMenu(
                "Administration", "Conservation", "archive", "conformite:liste",
                ROLES_CONFORMITE, ordre=35,
            )
        )  # fmt: skip
