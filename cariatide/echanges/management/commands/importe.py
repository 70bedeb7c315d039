"""Import a file from the command line: same reading, checks and writes as the page."""

import json
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cariatide.comptes.models import Utilisateur
from cariatide.echanges.actions import Fichier, integrate_lot, receive_lot
from cariatide.echanges.models import LotImport
from cariatide.echanges.ports import importables
from cariatide.echanges.queries import count_lignes, list_lignes
from cariatide.echanges.statuts import StatutLigne
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre


class Command(BaseCommand):
    help = "Importe un fichier (saisines…) au nom d’un compte."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("genre", help="sorte d’import : saisines, menages")
        parser.add_argument("fichier", help="CSV, XLSX, XLS ou ODS")
        parser.add_argument("--compte", required=True, help="courriel du compte qui importe")
        parser.add_argument("--option", action="append", default=[], metavar="CODE=VALEUR")
        parser.add_argument("--simulation", action="store_true", help="vérifie sans rien écrire")
        parser.add_argument("--format", choices=("texte", "json"), default="texte")

    def handle(self, *args: Any, **options: Any) -> None:
        perimetre = self._perimetre(options["compte"])
        if options["genre"] not in importables:
            known = ", ".join(code for code, _ in importables.items())
            raise CommandError(f"Sorte d’import inconnue : {options['genre']}. Connues : {known}.")
        path = Path(options["fichier"])
        if not path.is_file():
            raise CommandError(f"Ce fichier n’existe pas : {path.name}.")
        pairs = [o.partition("=") for o in options["option"]]
        try:
            with ouvre_transaction(perimetre):
                report = self._run(
                    perimetre, options, Fichier(path.name, path.read_bytes()),
                    {code: valeur for code, _, valeur in pairs},
                )  # fmt: skip
                if options["simulation"]:
                    transaction.set_rollback(True)
        except ErreurMetier as error:
            raise CommandError(error.message) from error
        self._print(report, options["format"])

    @staticmethod
    def _perimetre(courriel: str) -> Perimetre:
        utilisateur = Utilisateur.objects.filter(email__iexact=courriel, is_active=True).first()
        if utilisateur is None:
            raise CommandError(f"Aucun compte actif pour {courriel}.")
        return build_perimetre(utilisateur, timezone.localdate())

    @staticmethod
    def _run(
        perimetre: Perimetre, options: dict[str, Any], fichier: Fichier, valeurs: dict[str, str]
    ) -> dict[str, Any]:
        lot: LotImport = receive_lot(
            perimetre=perimetre, genre=options["genre"], fichier=fichier, options=valeurs
        )
        rejets = [
            {"ligne": ligne.numero, "motifs": ligne.motifs}
            for ligne in list_lignes(perimetre, lot.pk, StatutLigne.REJETEE)
        ]
        counts = count_lignes(perimetre, lot.pk)
        if not options["simulation"] and counts[StatutLigne.VALIDE]:
            integrate_lot(perimetre=perimetre, lot_id=lot.pk)
            counts = count_lignes(perimetre, lot.pk)
        return {
            "fichier": lot.fichier,
            "format": lot.format,
            "simulation": options["simulation"],
            "lot": None if options["simulation"] else lot.pk,
            "comptes": counts,
            "rejets": rejets,
            "avertissements": lot.avertissements,
        }

    def _print(self, report: dict[str, Any], format_: str) -> None:
        if format_ == "json":
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        counts = ", ".join(f"{n} {statut}" for statut, n in report["comptes"].items() if n)
        self.stdout.write(f"{report['fichier']} : {counts or 'aucune ligne'}.")
        for rejet in report["rejets"]:
            self.stdout.write(f"  ligne {rejet['ligne']} : {' '.join(rejet['motifs'])}")
