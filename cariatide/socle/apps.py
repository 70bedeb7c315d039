from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "cariatide.socle"
    verbose_name = "Socle"
