from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "cariatide.journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        # Models are importable only now: the one place where an import is not at the top.
        from cariatide.journal.actions import record_lecture
        from cariatide.journal.scelle import keep_tetes, seal
        from cariatide.journal.statuts import ROLES_DES_LIVRAISONS, ROLES_DU_JOURNAL
        from cariatide.socle.pages.menu import EntreeMenu, register_menu
        from cariatide.socle.pages.routes import consigne_lecture
        from cariatide.socle.travaux import frequents, quotidiens

        frequents.register("journal.scelle", seal)
        quotidiens.register("journal.empreintes", keep_tetes)
        if record_lecture not in consigne_lecture:
            consigne_lecture.append(record_lecture)
        groupe = "Administration"
        register_menu(
            EntreeMenu(groupe, "Actes", "scroll-text", "journal:actes", ROLES_DU_JOURNAL, 20),
            EntreeMenu(
                groupe, "Consultations", "eye", "journal:consultations", ROLES_DU_JOURNAL, 30
            ),
            EntreeMenu(
                groupe, "Intégrité", "shield-check", "journal:integrite", ROLES_DU_JOURNAL, 35
            ),
            EntreeMenu(
                groupe, "Livraisons", "mail-warning", "journal:livraisons", ROLES_DES_LIVRAISONS, 40
            ),
        )
