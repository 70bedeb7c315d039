"""Load the reference data a database needs: the territory; and check every dated value."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cariatide.bareme.fichiers import load_baremes
from cariatide.bareme.rules import BaremeInvalide
from cariatide.territoire.chargement import EditionPlusAncienne, load_territoire
from cariatide.territoire.fichiers import DonneesIllisibles


class Command(BaseCommand):
    help = "Charge le référentiel (communes, zones) et vérifie les barèmes ; sans effet s’il l’est."

    def handle(self, **options: Any) -> None:
        try:
            parametres = load_baremes()
            bilan = load_territoire()
        except (BaremeInvalide, DonneesIllisibles, EditionPlusAncienne) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{bilan.lignes['communes']} communes et parties de commune (code officiel "
            f"géographique {bilan.millesime}) ; {len(parametres)} paramètres datés."
        )
