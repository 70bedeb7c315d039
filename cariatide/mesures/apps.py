from django.apps import AppConfig
from django.db.models import Q


class MesuresConfig(AppConfig):
    name = "cariatide.mesures"
    verbose_name = "Accompagnement"

    def ready(self) -> None:
        from cariatide.alertes.ports import register_regles
        from cariatide.conformite.ports import partageables
        from cariatide.courriers.ports import regles_avis
        from cariatide.menages.ports import rattachables
        from cariatide.mesures import journee
        from cariatide.mesures.alertes import REGLES
        from cariatide.mesures.avis import AvisDesMesures
        from cariatide.mesures.cartes import MesuresDuMenage
        from cariatide.mesures.lifecycle import (
            CYCLE,
            CYCLE_BILAN,
            CYCLE_DIAGNOSTIC,
            CYCLE_RENOUVELLEMENT,
        )
        from cariatide.mesures.partage import ItemsDesMesures
        from cariatide.mesures.tasks import run_daily, run_transferts_du_jour
        from cariatide.partenaires.ports import RepriseSimple, reprises
        from cariatide.socle.cycles import register_cycle
        from cariatide.socle.pages.journee import blocs
        from cariatide.socle.travaux import quotidiens

        for cycle in (CYCLE, CYCLE_DIAGNOSTIC, CYCLE_BILAN, CYCLE_RENOUVELLEMENT):
            register_cycle(cycle)
        register_regles(REGLES)
        regles_avis.register("mesures", AvisDesMesures())
        partageables.register("mesures", ItemsDesMesures())
        rattachables.register("mesures", MesuresDuMenage())
        blocs.register("mesures.orientations", journee.BlocOrientations())
        blocs.register("mesures.travailleur", journee.BlocTravailleurSocial())
        blocs.register("mesures.chef", journee.BlocChefDeService())
        blocs.register("mesures.financeur", journee.BlocFinanceur())
        quotidiens.register("mesures.bilans_dus", run_daily)
        quotidiens.register("mesures.transferts", run_transferts_du_jour)
        self._register_reorientations()
        self._register_menu()
        # A measure, its follow-up after the end included, goes on with the successor.
        vivantes = ~Q(statut__in=["refusee", "evaluee"])
        reprises.register("mesures", RepriseSimple("mesures.Mesure", "operateur", vivantes))
        ouverts = Q(statut__in=["prevu", "en_cours"])
        transferts = RepriseSimple("mesures.TransfertProgramme", "operateur", ouverts)
        reprises.register("mesures.transferts", transferts)

    def _register_reorientations(self) -> None:
        """What a measure that goes on elsewhere adds: its life, its examination, its notices."""
        from cariatide.commission.ports import examinables
        from cariatide.courriers.ports import regles_avis
        from cariatide.mesures.avis_reorientations import AvisDesReorientations
        from cariatide.mesures.examinable import ReorientationExaminable
        from cariatide.mesures.lifecycle import CYCLE_REORIENTATION
        from cariatide.mesures.queries import OBJET_REORIENTATION
        from cariatide.socle.cycles import register_cycle

        register_cycle(CYCLE_REORIENTATION)
        examinables.register(OBJET_REORIENTATION, ReorientationExaminable())
        regles_avis.register("mesures.reorientations", AvisDesReorientations())

    def _register_menu(self) -> None:
        from cariatide.demandes.statuts import ROLES_LISTES
        from cariatide.partenaires.rules import ROLES_DOSSIER
        from cariatide.partenaires.statuts import Role
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        decideurs = frozenset({Role.CHEF_DE_SERVICE, Role.FINANCEUR})
        suivent = decideurs | {Role.TRAVAILLEUR_SOCIAL, Role.SECRETARIAT}
        register_menu(
            EntreeMenu("Personnes", "Accompagnement", "heart", "mesures:liste", ROLES_DOSSIER, 40),
            EntreeMenu(
                "Personnes", "Décisions attendues", "stamp", "mesures:decisions", decideurs, 42
            ),
            EntreeMenu(
                "Personnes", "Réorientations", "route", "mesures:reorientations", suivent, 43
            ),
            EntreeMenu(
                "Administration", "Motifs de réorientation", "list-checks",
                "mesures:motifs_reorientation", frozenset(str(r) for r in ROLES_LISTES), 73,
            ),
        )  # fmt: skip
