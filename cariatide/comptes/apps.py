from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "cariatide.comptes"
    verbose_name = "Comptes"
