from django.apps import AppConfig


class CourriersConfig(AppConfig):
    name = "cariatide.courriers"
    verbose_name = "Courriers et notifications"

    def ready(self) -> None:
        from cariatide.courriers.diffusion import Diffusion
        from cariatide.journal.ports import consommateurs

        consommateurs.register("courriers", Diffusion())
