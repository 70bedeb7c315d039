from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "cariatide.demandes"
    verbose_name = "Saisines"
