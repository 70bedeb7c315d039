"""Read the whole journal again: says the first row that is not what was sealed."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from cariatide.journal.models import Chaine
from cariatide.journal.scelle import read_tete, verify


class Command(BaseCommand):
    help = "Vérifie les chaînes d’empreintes du journal ; sort en erreur à la première rupture."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--tete",
            action="append",
            default=[],
            metavar="chaîne:rang:empreinte",
            help="une empreinte conservée ailleurs, entière ou son début (16 caractères au moins)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tetes = self._read_tetes(options["tete"])
        ruptures = []
        with transaction.atomic(), connection.cursor() as cursor:
            # One snapshot: a row written meanwhile is not one that was slipped in.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for chaine in Chaine:
                rupture = verify(cursor, chaine, tetes[chaine])
                if rupture:
                    ruptures.append(str(rupture))
                    continue
                rang, empreinte = read_tete(cursor, chaine)
                self.stdout.write(f"{chaine.label} : {rang} maillons, tête {empreinte.hex()}")
        if ruptures:
            raise CommandError("Le journal a été altéré. " + " ; ".join(ruptures))

    @staticmethod
    def _read_tetes(textes: list[str]) -> dict[str, dict[int, bytes]]:
        found: dict[str, dict[int, bytes]] = {chaine: {} for chaine in Chaine}
        for texte in textes:
            try:
                chaine, rang, empreinte = texte.split(":")
                octets = bytes.fromhex(empreinte)
                if len(octets) < 8:
                    raise ValueError
                found[chaine][int(rang)] = octets
            except (ValueError, KeyError) as erreur:
                raise CommandError(f"Empreinte illisible : {texte}") from erreur
        return found
