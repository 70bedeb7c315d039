from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "cariatide.comptes"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from cariatide.comptes import controles, facteur  # noqa: F401  registers its checks
        from cariatide.comptes.actions import delete_brouillon
        from cariatide.socle.pages.actes import oublie_brouillon

        if delete_brouillon not in oublie_brouillon:
            oublie_brouillon.append(delete_brouillon)
        facteur.connect()
