"""Load the demonstration département (invented organisations and people, real communes)."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cariatide.demonstration.actions import GRAINE, find_chargement, is_vierge, load
from cariatide.socle.dates import format_date


class Command(BaseCommand):
    help = "Charge le département de démonstration, une seule fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--date", type=date.fromisoformat, metavar="AAAA-MM-JJ",
            help="jour de la démonstration (aujourd’hui par défaut)",
        )  # fmt: skip
        parser.add_argument("--graine", type=int, default=GRAINE, help="graine du tirage")
        parser.add_argument("--echelle", type=float, default=1.0, help="part du volume (0 à 1)")
        parser.add_argument(
            "--force", action="store_true", help="hors de la configuration de démonstration"
        )

    def handle(self, **options: Any) -> None:
        if not settings.DEMONSTRATION and not options["force"]:
            raise CommandError(
                "Cette commande remplit la base de personnes inventées : elle ne sert qu’à la "
                "démonstration (« make demo »). Pour un essai ailleurs, ajoutez --force."
            )
        jour: date = options["date"] or timezone.localdate()
        if not 0 < options["echelle"] <= 1:
            raise CommandError("--echelle va de 0 (exclu) à 1.")
        known = find_chargement()
        if known:
            self._tell_known(known.jour, jour)
            return
        if not is_vierge():
            raise CommandError(
                "La base contient déjà des ménages : la démonstration ne s’y mélange pas. "
                "Repartez d’une base neuve (« make reset »)."
            )
        began = time.monotonic()
        done = load(jour, options["graine"], options["echelle"], self.stdout.write)
        seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
        self.stdout.write(
            f"Démonstration du {format_date(jour)} chargée : {sum(done.lignes.values())} lignes "
            f"en {seconds} s."
        )

    def _tell_known(self, known: date, jour: date) -> None:
        self.stdout.write(f"La démonstration est déjà chargée pour le {format_date(known)}.")
        if known != jour:
            self.stdout.write(
                "Rien n’est changé. Pour la recharger à la date du jour : « make reset », puis "
                "« make demo »."
            )
