from django.apps import AppConfig


class ParcConfig(AppConfig):
    name = "cariatide.parc"
    verbose_name = "Parc de logements"

    def ready(self) -> None:
        from cariatide.parc.journee import OffresAVisiter
        from cariatide.parc.lifecycle import CYCLE_OFFRE
        from cariatide.parc.statuts import ROLES_PARC
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.journee import blocs
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_cycle(CYCLE_OFFRE)
        # The working stock follows the organisation that succeeds.
        reprises.register("parc.logements", RepriseSimple("parc.Logement", "organisation"))
        reprises.register("parc.proprietaires", RepriseSimple("parc.Proprietaire", "organisation"))
        blocs.register("parc.offres", OffresAVisiter())
        register_menu(
            EntreeMenu("Logements", "Logements", "house", "parc:liste", ROLES_PARC, ordre=10),
            EntreeMenu("Logements", "Offres", "map-pin-house", "parc:offres", ROLES_PARC, ordre=20),
        )
