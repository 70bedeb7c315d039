from django.apps import AppConfig


class AmeliorationConfig(AppConfig):
    name = "cariatide.amelioration"
    verbose_name = "Travaux d’amélioration"
