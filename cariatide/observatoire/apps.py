from django.apps import AppConfig


class ObservatoireConfig(AppConfig):
    name = "cariatide.observatoire"
    verbose_name = "Observatoire"

    def ready(self) -> None:
        from cariatide.partenaires.statuts import Role
        from cariatide.socle.pages.menu import EntreeMenu, register_menu

        register_menu(
            EntreeMenu(
                "Pilotage",
                "Indicateurs",
                "chart-column",
                "observatoire:tableau",
                frozenset(Role),
                ordre=80,
            )
        )
