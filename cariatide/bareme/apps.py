"""Dated values fixed by a text or by a local body."""

from django.apps import AppConfig


class BaremeConfig(AppConfig):
    name = "cariatide.bareme"
    verbose_name = "Barèmes"
