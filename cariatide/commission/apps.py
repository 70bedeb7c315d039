from django.apps import AppConfig


class CommissionConfig(AppConfig):
    name = "cariatide.commission"
    verbose_name = "Commissions"
