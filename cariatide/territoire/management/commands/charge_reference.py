"""Load the reference data that every installation needs; running it twice changes nothing."""

from typing import Any

from django.core.management import BaseCommand, call_command


class Command(BaseCommand):
    help = "Charge les données de référence (communes, zones)."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("charge_territoire", stdout=self.stdout)
