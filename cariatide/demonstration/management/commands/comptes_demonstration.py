"""Print the accounts of the demonstration: e-mail, role, organisation, and the common password."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cariatide.demonstration.distribution import MOT_DE_PASSE
from cariatide.demonstration.queries import list_comptes


class Command(BaseCommand):
    help = "Affiche les comptes de la démonstration."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--force", action="store_true", help="hors de la démonstration")

    def handle(self, **options: Any) -> None:
        if not settings.DEMONSTRATION and not options["force"]:
            raise CommandError("Ces comptes n’existent que dans la démonstration.")
        comptes = list_comptes()
        if not comptes:
            self.stdout.write("La démonstration n’est pas chargée.")
            return
        largeur = max(len(c.courriel) for c in comptes)
        self.stdout.write(f"Comptes de la démonstration (mot de passe : {MOT_DE_PASSE})")
        for compte in comptes:
            self.stdout.write(f"  {compte.courriel:<{largeur}}  {compte.nom}, {compte.libelle}")
        self.stdout.write("  Choix d’un rôle sans mot de passe : page /demonstration/")
