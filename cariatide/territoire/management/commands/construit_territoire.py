"""Build our files of facts on the territory from the published packages (see SOURCES.md).

Run once a year, when a new edition of the official geographic code is published:

    npm pack @etalab/decoupage-administratif@6.0.0      (and the earlier editions)
    pip download --no-deps openfisca-france
    manage.py construit_territoire --millesime 2026 --source DOSSIER/package \\
        --anterieur 2025=DOSSIER --anterieur 2019=DOSSIER \\
        --zones apl=FICHIER --zones abc=FICHIER
"""

import csv
import io
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cariatide.territoire import extraction, fichiers


class Command(BaseCommand):
    help = "Construit les fichiers de faits du territoire à partir des paquets publiés."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--millesime", type=int, required=True)
        parser.add_argument("--source", type=Path, required=True, metavar="DOSSIER")
        parser.add_argument("--anterieur", action="append", default=[], metavar="ANNEE=DOSSIER")
        parser.add_argument("--zones", action="append", default=[], metavar="ZONAGE=FICHIER")
        parser.add_argument("--sortie", type=Path, default=fichiers.DONNEES, metavar="DOSSIER")

    def handle(self, **options: Any) -> None:
        self.sources: dict[str, Any] = {}
        sortie: Path = options["sortie"]
        sortie.mkdir(parents=True, exist_ok=True)
        source, millesime = options["source"], options["millesime"]
        communes, epci = self._json(source, "communes"), self._json(source, "epci")
        editions = self._editions(options["anterieur"])
        evenements = extraction.rows_of_evenements(millesime, communes, editions)
        zones: list[extraction.Row] = []
        for nom, path in map(self._pair, options["zones"]):
            zones += extraction.rows_of_zones(nom, self._zones(nom, path), communes, evenements)
        tables = {
            "regions": self._rows(source, "regions", ("code", "nom", "chefLieu")),
            "departements": self._rows(
                source, "departements", ("code", "nom", "region", "chefLieu")
            ),
            "arrondissements": self._rows(
                source, "arrondissements", ("code", "nom", "departement", "chefLieu")
            ),
            "epci": sorted((e["code"], e["nom"], e["type"]) for e in epci),
            "communes": extraction.rows_of_communes(communes, epci),
            "evenements": evenements,
            "zones": sorted(zones),
        }
        for nom, rows in tables.items():
            fichiers.write_table(sortie / f"{nom}.csv.gz", extraction.ENTETES[nom], rows)
            self.stdout.write(f"{nom} : {len(rows)} lignes")
        fichiers.write_manifeste(sortie, millesime, self.sources)

    def _pair(self, text: str) -> tuple[str, Path]:
        nom, signe, path = text.partition("=")
        if not signe:
            raise CommandError(f"« {text} » n’a pas la forme NOM=CHEMIN.")
        return nom, Path(path)

    def _read(self, path: Path, nom: str) -> str:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"Impossible de lire {path} : {error.strerror}.") from error
        self.sources[nom] = fichiers.sha256(data)
        return data.decode("utf-8-sig")

    def _json(self, dossier: Path, nom: str) -> extraction.Json:
        path = dossier / "data" / f"{nom}.json"
        version = json.loads(self._read(dossier / "package.json", str(path)))["version"]
        rows: extraction.Json = json.loads(self._read(path, str(path)))
        # The manifest names files by package version: a folder's name means nothing elsewhere.
        digest = self.sources.pop(str(path))
        self.sources[f"@etalab/decoupage-administratif {version} data/{nom}.json"] = digest
        return rows

    def _rows(self, dossier: Path, nom: str, keys: tuple[str, ...]) -> list[extraction.Row]:
        rows = self._json(dossier, nom)
        return sorted(tuple(str(r.get(k, "")) for k in keys) for r in rows)

    def _editions(self, anterieurs: list[str]) -> extraction.Editions:
        editions = extraction.Editions()
        for annee, dossier in map(self._pair, anterieurs):
            editions.communes[int(annee)] = self._json(dossier, "communes")
            if (dossier / "data" / "historique-communes.json").exists():
                editions.historique = self._json(dossier, "historique-communes")
        return editions

    def _zones(self, zonage: str, path: Path) -> dict[str, str]:
        if zonage not in extraction.ZONAGES:
            connus = ", ".join(extraction.ZONAGES)
            raise CommandError(f"Zonage inconnu : « {zonage} » (zonages connus : {connus}).")
        attendu = extraction.ZONAGES[zonage]
        texte = io.StringIO(self._read(path, f"openfisca-france {path.name}"))
        lecteur = csv.DictReader(texte, delimiter=attendu.separateur)
        if attendu.colonne not in (lecteur.fieldnames or ()):
            raise CommandError(f"La colonne « {attendu.colonne} » manque dans {path.name}.")
        return {row["CODGEO"]: row[attendu.colonne] for row in lecteur}
