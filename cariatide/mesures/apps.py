from django.apps import AppConfig


class MesuresConfig(AppConfig):
    name = "cariatide.mesures"
    verbose_name = "Accompagnement"
