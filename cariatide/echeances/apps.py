from django.apps import AppConfig


class EcheancesConfig(AppConfig):
    name = "cariatide.echeances"
    verbose_name = "Échéances"
