from django.apps import AppConfig


class MenagesConfig(AppConfig):
    name = "cariatide.menages"
    verbose_name = "Ménages"

    def ready(self) -> None:
        from cariatide.documents.ports import MENAGES, acces_menages
        from cariatide.journal.ports import menages_par_reference
        from cariatide.menages.pieces import AccesDocuments
        from cariatide.menages.ports import rattachables
        from cariatide.menages.references import find_menage_id
        from cariatide.menages.regroupements import RattachableRegroupements
        from cariatide.menages.succession import RepriseDesLiens
        from cariatide.menages.traces import (
            BrouillonsDuMenage,
            EcheancesDuMenage,
            LignesImportees,
            NotificationsDuMenage,
            PapiersDuMenage,
            SituationsDuMenage,
        )
        from cariatide.partenaires.ports import reprises
        from cariatide.partenaires.rules import ROLES_DOSSIER
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_menu(
            EntreeMenu("Personnes", "Ménages", "users", "menages:liste", ROLES_DOSSIER, ordre=10)
        )
        acces_menages.register(MENAGES, AccesDocuments())
        rattachables.register("situations", SituationsDuMenage())
        rattachables.register("documents", PapiersDuMenage())
        rattachables.register("echeances", EcheancesDuMenage())
        rattachables.register("courriers", NotificationsDuMenage())
        rattachables.register("comptes", BrouillonsDuMenage())
        rattachables.register("echanges", LignesImportees())
        rattachables.register("regroupements", RattachableRegroupements())
        reprises.register("menages", RepriseDesLiens())
        menages_par_reference.register("menages", find_menage_id)
