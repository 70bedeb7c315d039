from django.apps import AppConfig


class ConformiteConfig(AppConfig):
    name = "cariatide.conformite"
    verbose_name = "Conformité"

    def ready(self) -> None:
        from cariatide.alertes.ports import register_regles
        from cariatide.conformite.acces import OBJET_PURGE, AccesProcesVerbaux
        from cariatide.conformite.alertes import REGLES
        from cariatide.conformite.avis import AvisDesExceptions, AvisDesRectifications
        from cariatide.conformite.lifecycle import CYCLE, CYCLE_DROIT
        from cariatide.conformite.rattachable import AccesDException, RegistreDeConservation
        from cariatide.conformite.rules import ROLES_CONFORMITE, ROLES_REGISTRE
        from cariatide.conformite.tasks import run_purges
        from cariatide.courriers.ports import regles_avis
        from cariatide.documents.ports import acces_objets
        from cariatide.menages.ports import rattachables
        from cariatide.partenaires.rules import ROLES_DETENTEUR, ROLES_EXCEPTION
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.travaux import frequents

        frequents.register("conformite.purges", run_purges)
        register_regles(REGLES)
        register_cycle(CYCLE)
        register_cycle(CYCLE_DROIT)
        regles_avis.register("conformite", AvisDesRectifications())
        acces_objets.register(OBJET_PURGE, AccesProcesVerbaux())
        rattachables.register("conformite", RegistreDeConservation())
        rattachables.register("conformite.exceptions", AccesDException())
        regles_avis.register("conformite.exceptions", AvisDesExceptions())
        register_menu(
            EntreeMenu(
                "Administration", "Conservation", "archive", "conformite:liste",
                ROLES_CONFORMITE, ordre=35,
            ),
            EntreeMenu(
                "Administration", "Accès d’exception", "key-round", "conformite:exceptions",
                ROLES_EXCEPTION | ROLES_DETENTEUR, ordre=36,
            ),
            EntreeMenu(
                "Administration", "Droits des personnes", "user-check", "conformite:droits",
                ROLES_CONFORMITE, ordre=37,
            ),
            EntreeMenu(
                "Administration", "Registre des traitements", "book-open", "conformite:registre",
                ROLES_REGISTRE, ordre=38,
            ),
        )  # fmt: skip
