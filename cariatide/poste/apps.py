from django.apps import AppConfig


class PosteConfig(AppConfig):
    name = "cariatide.poste"
    verbose_name = "Courrier à poster"

    def ready(self) -> None:
        from cariatide.courriers.ports import regles_avis
        from cariatide.menages.ports import rattachables
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.poste.avis import AvisDesRetours
        from cariatide.poste.lifecycle import CYCLE
        from cariatide.poste.rattachable import CourriersDuMenage
        from cariatide.poste.rules import ROLES_POSTE
        from cariatide.poste.tasks import make_lots
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.travaux import frequents

        register_cycle(CYCLE)
        frequents.register("poste.lots", make_lots)
        rattachables.register("poste", CourriersDuMenage())
        regles_avis.register("poste", AvisDesRetours())
        # Posted ones too: what comes back comes to the successor.
        reprises.register("poste", RepriseSimple("poste.LotPostal", "organisation"))
        reprises.register("poste.envois", RepriseSimple("poste.Envoi", "organisation"))
        register_menu(
            EntreeMenu(
                "Personnes", "Courrier à poster", "mail", "poste:liste", ROLES_POSTE, ordre=65
            )
        )
