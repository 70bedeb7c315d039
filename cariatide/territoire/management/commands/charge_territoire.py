"""Load the facts of the territory that the product carries: all of France."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cariatide.territoire import fichiers
from cariatide.territoire.chargement import EditionPlusAncienne, load_territoire


class Command(BaseCommand):
    help = "Charge les communes, EPCI, zones et événements ; sans effet s’ils sont déjà à jour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dossier", type=Path, default=fichiers.DONNEES)
        parser.add_argument("--base", default="default", help="alias de la base de données")

    def handle(self, **options: Any) -> None:
        try:
            bilan = load_territoire(options["dossier"], options["base"])
        except (fichiers.DonneesIllisibles, EditionPlusAncienne) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Code officiel géographique {bilan.millesime} : "
            f"{bilan.lignes['communes']} communes et parties de commune, "
            f"{bilan.lignes['epci']} EPCI, {bilan.lignes['zones']} zones."
        )
