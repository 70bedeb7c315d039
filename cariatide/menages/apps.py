from django.apps import AppConfig


class MenagesConfig(AppConfig):
    name = "cariatide.menages"
    verbose_name = "Ménages"
