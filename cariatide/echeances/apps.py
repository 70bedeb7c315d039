from django.apps import AppConfig
from django.db.models import Q


class EcheancesConfig(AppConfig):
    name = "cariatide.echeances"
    verbose_name = "Échéances"

    def ready(self) -> None:
        from cariatide.echeances.surveillance import watch_partenaires
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.partenaires.rules import TOUS_LES_ROLES
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.travaux import quotidiens

        quotidiens.register("echeances.partenaires", watch_partenaires)
        ouvertes = RepriseSimple("echeances.Echeance", "organisation", Q(statut="ouverte"))
        reprises.register("echeances", ouvertes)
        register_menu(
            EntreeMenu("", "Échéances", "calendar-clock", "echeances:liste", TOUS_LES_ROLES, 20)
        )
