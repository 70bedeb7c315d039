from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "cariatide.demonstration"
    verbose_name = "Département de démonstration"
