"""The background process: one is needed, several may run."""

import signal
from typing import Any

from django.core.management import BaseCommand, CommandParser

from cariatide.journal.travail import Travailleur


class Command(BaseCommand):
    help = "Exécute les tâches, livre les événements et fait les travaux quotidiens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--jusqu-au-repos", action="store_true", help="s’arrête quand plus rien n’attend"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        travailleur = Travailleur()
        if options["jusqu_au_repos"]:
            while travailleur.turn():
                pass
            return
        for received in (signal.SIGINT, signal.SIGTERM):
            signal.signal(received, lambda *_: travailleur.stop())
        travailleur.run()
