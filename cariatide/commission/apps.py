from django.apps import AppConfig
from django.db.models import Q


class CommissionConfig(AppConfig):
    name = "cariatide.commission"
    verbose_name = "Commissions"

    def ready(self) -> None:
        from cariatide.alertes.ports import register_regles
        from cariatide.commission.alertes import REGLES
        from cariatide.commission.avis import AvisDesSeances
        from cariatide.commission.cartes import PassagesDuMenage
        from cariatide.commission.journee import BlocMembre, BlocSecretariat
        from cariatide.commission.lifecycle import CYCLE_PASSAGE, CYCLE_SEANCE
        from cariatide.commission.queries import OBJET_SEANCE, AccesPapiers
        from cariatide.commission.succession import RepriseDesSieges
        from cariatide.courriers.ports import regles_avis
        from cariatide.documents.ports import acces_objets
        from cariatide.menages.ports import rattachables
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.partenaires.statuts import Role
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.journee import blocs
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_cycle(CYCLE_SEANCE)
        register_cycle(CYCLE_PASSAGE)
        register_regles(REGLES)
        regles_avis.register("commission", AvisDesSeances())
        acces_objets.register(OBJET_SEANCE, AccesPapiers())
        rattachables.register("commission", PassagesDuMenage())
        blocs.register("commission.secretariat", BlocSecretariat())
        blocs.register("commission.membre", BlocMembre())
        register_menu(
            EntreeMenu(
                "Personnes",
                "Commissions",
                "gavel",
                "commission:seances",
                frozenset({Role.SECRETARIAT, Role.MEMBRE_COMMISSION, Role.CHARGE_DU_PLAN}),
                30,
            )
        )
        en_cours = Q(au__isnull=True)
        reprises.register(
            "commission.secretariats", RepriseSimple("commission.Instance", "secretariat", en_cours)
        )
        reprises.register(
            "commission.membres",
            RepriseDesSieges(),
        )
