from django.apps import AppConfig


class CourriersConfig(AppConfig):
    name = "cariatide.courriers"
    verbose_name = "Courriers et notifications"

    def ready(self) -> None:
        from cariatide.courriers.actions import send_courriels
        from cariatide.courriers.diffusion import Diffusion
        from cariatide.journal.ports import consommateurs
        from cariatide.socle.travaux import frequents

        consommateurs.register("courriers", Diffusion())
        frequents.register("courriers.envoi", send_courriels)
