from django.apps import AppConfig


class CourriersConfig(AppConfig):
    name = "cariatide.courriers"
    verbose_name = "Courriers et notifications"

    def ready(self) -> None:
        from cariatide.courriers.actions import send_courriels, send_resumes
        from cariatide.courriers.avis import AvisDesAgrements, AvisDesEmpreintes
        from cariatide.courriers.diffusion import Diffusion
        from cariatide.courriers.ports import regles_avis
        from cariatide.courriers.queries import count_non_lues
        from cariatide.journal.ports import consommateurs
        from cariatide.socle.pages.menu import register_pastille
        from cariatide.socle.travaux import frequents

        consommateurs.register("courriers", Diffusion())
        frequents.register("courriers.envoi", send_courriels)
        frequents.register("courriers.resumes", send_resumes)
        regles_avis.register("partenaires.agrements", AvisDesAgrements())
        regles_avis.register("journal.empreintes", AvisDesEmpreintes())
        register_pastille("notifications", count_non_lues)
