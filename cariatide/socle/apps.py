from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "cariatide.socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        # Importing registers the system checks.
        from cariatide.socle import controles  # noqa: F401
        from cariatide.socle.envois import purge_envois
        from cariatide.socle.travaux import quotidiens

        quotidiens.register("socle.envois", purge_envois)
