from django.apps import AppConfig


class BauxConfig(AppConfig):
    name = "cariatide.baux"
    verbose_name = "Titres d’occupation"
