from django.apps import AppConfig


class BauxConfig(AppConfig):
    name = "cariatide.baux"
    verbose_name = "Titres d’occupation"

    def ready(self) -> None:
        from cariatide.baux.complement import OccupationsDuLogement
        from cariatide.baux.rattachable import OccupationsDuMenage
        from cariatide.baux.statuts import ROLES_BAUX, ROLES_LECTURE
        from cariatide.menages.ports import ActeSurMenage, actes_sur_menage, rattachables
        from cariatide.parc.ports import complements
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        rattachables.register("baux", OccupationsDuMenage())
        actes_sur_menage.register(
            "baux", ActeSurMenage("Entrée dans un logement", "baux:entree", ROLES_BAUX, 30)
        )
        complements.register("baux", OccupationsDuLogement())
        register_menu(
            EntreeMenu(
                "Logements", "Entrées et titres", "key-round", "baux:liste", ROLES_LECTURE, ordre=30
            )
        )
