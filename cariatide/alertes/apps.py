from django.apps import AppConfig
from django.db.models import Q


class AlertesConfig(AppConfig):
    name = "cariatide.alertes"
    verbose_name = "Alertes"

    def ready(self) -> None:
        from cariatide.alertes.avis import AvisDesAlertes
        from cariatide.alertes.journee import BlocAlertes
        from cariatide.alertes.lifecycle import CYCLE
        from cariatide.alertes.ports import register_regles
        from cariatide.alertes.rattachable import AlertesDuMenage
        from cariatide.alertes.statuts import ROLES_DES_ALERTES, ROLES_DES_REGLES, ROLES_EQUIPE
        from cariatide.alertes.surveillance import REGLES
        from cariatide.alertes.tasks import run_daily
        from cariatide.courriers.ports import regles_avis
        from cariatide.menages.ports import rattachables
        from cariatide.partenaires.ports import RepriseDatee, RepriseSimple, reprises
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.journee import blocs
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.travaux import quotidiens

        register_cycle(CYCLE)
        register_regles(REGLES)
        regles_avis.register("alertes", AvisDesAlertes())
        rattachables.register("alertes", AlertesDuMenage())
        blocs.register("alertes", BlocAlertes())
        # Jobs run in the order of their codes: after those that change the state of measures.
        quotidiens.register("suivi.alertes", run_daily)
        ouvertes = RepriseSimple("alertes.Alerte", "organisation", Q(cause_finie_le__isnull=True))
        reprises.register("alertes", ouvertes)
        reprises.register("alertes.reglages", RepriseDatee("alertes.ReglageAlerte", "regle"))
        register_menu(
            EntreeMenu("", "Mes alertes", "siren", "alertes:liste", ROLES_DES_ALERTES, 22),
            EntreeMenu("", "Alertes de l’équipe", "users", "alertes:equipe", ROLES_EQUIPE, 23),
            EntreeMenu(
                "Administration", "Règles d’alerte", "sliders-horizontal", "alertes:regles",
                ROLES_DES_REGLES, ordre=34,
            ),
        )  # fmt: skip
