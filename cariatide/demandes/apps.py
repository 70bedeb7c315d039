from django.apps import AppConfig
from django.db.models import Q


class DemandesConfig(AppConfig):
    name = "cariatide.demandes"
    verbose_name = "Saisines"

    def ready(self) -> None:
        from cariatide.alertes.ports import register_regles
        from cariatide.commission.ports import examinables
        from cariatide.courriers.ports import regles_avis
        from cariatide.demandes.alertes import REGLES
        from cariatide.demandes.avis import AvisDesSaisines
        from cariatide.demandes.cartes import SaisinesDuMenage
        from cariatide.demandes.examinable import SaisineExaminable
        from cariatide.demandes.imports import ImportSaisines
        from cariatide.demandes.indicators import INDICATEURS
        from cariatide.demandes.journee import BlocPrescripteur, BlocSecretariat
        from cariatide.demandes.lifecycle import CYCLE
        from cariatide.demandes.queries import OBJET
        from cariatide.demandes.statuts import ROLES_LECTEURS, ROLES_LISTES
        from cariatide.echanges.ports import importables
        from cariatide.menages.ports import rattachables
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.indicateurs import indicateurs
        from cariatide.socle.pages.journee import blocs
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_cycle(CYCLE)
        importables.register("saisines", ImportSaisines())
        examinables.register(OBJET, SaisineExaminable())
        register_regles(REGLES)
        regles_avis.register("demandes", AvisDesSaisines())
        rattachables.register("demandes", SaisinesDuMenage())
        blocs.register("demandes.secretariat", BlocSecretariat())
        blocs.register("demandes.prescripteur", BlocPrescripteur())
        for indicateur in INDICATEURS:
            indicateurs.register(indicateur.code, indicateur)
        register_menu(
            EntreeMenu(
                "Personnes", "Saisines", "inbox", "demandes:liste",
                frozenset(str(r) for r in ROLES_LECTEURS), ordre=20,
            ),
            EntreeMenu(
                "Administration",
                "Motifs et pièces",
                "list-checks",
                "demandes:listes",
                frozenset(str(r) for r in ROLES_LISTES),
                ordre=72,
            ),
        )  # fmt: skip
        # The origin of a deposited saisine is a fact of its date: drafts alone change hands.
        brouillons = RepriseSimple("demandes.Saisine", "redaction", Q(statut="brouillon"))
        reprises.register("demandes", brouillons)
