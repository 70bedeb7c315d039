from django.apps import AppConfig


class PartenairesConfig(AppConfig):
    name = "cariatide.partenaires"
    verbose_name = "Partenaires"
