from django.apps import AppConfig
from django.db.models import Q


class AmeliorationConfig(AppConfig):
    name = "cariatide.amelioration"
    verbose_name = "Travaux d’amélioration"

    def ready(self) -> None:
        from cariatide.amelioration.complement import TravauxDuLogement
        from cariatide.amelioration.indicators import INDICATEURS
        from cariatide.amelioration.journee import TravauxAControler
        from cariatide.amelioration.lifecycle import CYCLE
        from cariatide.amelioration.rattachable import TravauxDuMenage
        from cariatide.amelioration.statuts import ROLES_ETUDE, ROLES_LECTURE
        from cariatide.menages.ports import ActeSurMenage, actes_sur_menage, rattachables
        from cariatide.parc.ports import complements
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.indicateurs import indicateurs
        from cariatide.socle.pages.journee import blocs
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_cycle(CYCLE)
        rattachables.register("amelioration", TravauxDuMenage())
        actes_sur_menage.register(
            "amelioration",
            ActeSurMenage("Étude de travaux", "amelioration:pour_menage", ROLES_ETUDE, 40),
        )
        complements.register("amelioration", TravauxDuLogement())
        blocs.register("amelioration.travaux", TravauxAControler())
        for indicateur in INDICATEURS:
            indicateurs.register(indicateur.code, indicateur)
        register_menu(
            EntreeMenu(
                "Logements", "Travaux", "hammer", "amelioration:liste", ROLES_LECTURE, ordre=40
            )
        )
        ouvertes = ~Q(statut__in=["louee", "abandonnee"])
        reprises.register(
            "amelioration", RepriseSimple("amelioration.OperationTravaux", "organisation", ouvertes)
        )
