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
        from cariatide.conformite.tasks import run_purges
        from cariatide.courriers.ports import regles_avis
        from cariatide.documents.ports import acces_objets
        from cariatide.menages.ports import rattachables
        from cariatide.socle.cycles import register_cycle
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
        self._register_partages()
        self._register_menu()

    def _register_partages(self) -> None:
        from cariatide.conformite.avis import AvisDesPartages
        from cariatide.conformite.partageable import ItemsDuMenage, LecteursParPartage
        from cariatide.conformite.ports import partageables
        from cariatide.conformite.rattachable import PartagesDuMenage
        from cariatide.conformite.rules import ROLES_PARTAGE
        from cariatide.conformite.succession import RepriseDesPartages
        from cariatide.conformite.tasks import run_partages
        from cariatide.courriers.ports import regles_avis
        from cariatide.menages.ports import (
            ActeSurMenage,
            actes_sur_menage,
            lecteurs_partiels,
            rattachables,
        )
        from cariatide.partenaires.ports import reprises
        from cariatide.socle.travaux import quotidiens

        quotidiens.register("conformite.partages", run_partages)
        partageables.register("menages", ItemsDuMenage())
        rattachables.register("conformite.partages", PartagesDuMenage())
        reprises.register("conformite.partages", RepriseDesPartages())
        lecteurs_partiels.register("conformite.partages", LecteursParPartage())
        regles_avis.register("conformite.partages", AvisDesPartages())
        actes_sur_menage.register(
            "conformite",
            ActeSurMenage("Partager des éléments", "conformite:partager", ROLES_PARTAGE, 60),
        )

    def _register_menu(self) -> None:
        from cariatide.conformite.rules import ROLES_CONFORMITE, ROLES_PARTAGE, ROLES_REGISTRE
        from cariatide.partenaires.rules import ROLES_DETENTEUR, ROLES_DOSSIER, ROLES_EXCEPTION
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_menu(
            EntreeMenu(
                "Personnes", "Partages", "share-2", "conformite:partages",
                ROLES_PARTAGE | ROLES_CONFORMITE, ordre=60,
            ),
            EntreeMenu(
                "Personnes", "Partagé avec moi", "inbox", "conformite:partages_recus",
                ROLES_DOSSIER, ordre=61,
            ),
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
