"""Command line of the supervisor; errors are told in French, without a traceback."""

import argparse
import sys
from pathlib import Path

from cariatide.socle.postgres import PostgresError
from cariatide.socle.superviseur.demonstration import Demonstration
from cariatide.socle.superviseur.instance import Instance, SupervisorError, say

CHECKOUT = Path(__file__).resolve().parents[3]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="superviseur", description="Démonstration de Cariatide")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="démarre la démonstration et la surveille")
    demo.add_argument("--port", default="8000")
    demo.add_argument(
        "--suit-parent", action="store_true", help="s’arrête quand le processus parent disparaît"
    )
    commands.add_parser("stop", help="arrête la démonstration")
    commands.add_parser("reset", help="arrête la démonstration et supprime ses données")
    options = parser.parse_args(arguments)
    try:
        if options.command == "demo":
            port = _port(options.port)
            return Demonstration(CHECKOUT, port, follows_parent=options.suit_parent).run()
        if options.command == "stop":
            return _stop(Instance(CHECKOUT))
        return _reset(Instance(CHECKOUT))
    except (PostgresError, SupervisorError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise SupervisorError(
            f"« {text} » n’est pas un numéro de port. Exemple : « make demo PORT=8001 »."
        )
    return int(text)


def _stop(instance: Instance) -> int:
    stopped = instance.stop()
    say("La démonstration est arrêtée." if stopped else "Aucune démonstration ne tourne.")
    return 0


def _reset(instance: Instance) -> int:
    say("Suppression de la base et des fichiers de la démonstration et des tests…")
    instance.stop()
    deleted = instance.delete()
    for path in deleted:
        say(f"  supprimé : {path}")
    say("Tout est remis à neuf." if deleted else "Il n’y avait rien à supprimer.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
