from django.apps import AppConfig


class ParcConfig(AppConfig):
    name = "cariatide.parc"
    verbose_name = "Parc de logements"
