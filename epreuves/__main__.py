"""`make epreuves`: what the service goes through, on purpose, with what is counted.

The short form takes about a minute and a half and is run by CI; `--long` is the one to run before
a release. `--seulement NOM` runs one trial. `--mutations` and
`--relances` are families of their own.
Exits 1 when a trial fails.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import django

from cariatide.socle.postgres import Server
from epreuves import mutations, relances
from epreuves.base import fresh_base, owner_url

NOMS = ("arrets", "courses", "alterations", "redemarrages", "coupures")


def main() -> int:
    """Run every trial and print what was counted."""
    parser = argparse.ArgumentParser(description="Épreuves de Cariatide")
    parser.add_argument("--long", action="store_true", help="200 coupures, 64 clients")
    parser.add_argument("--seulement", choices=NOMS, action="append", help="une épreuve")
    parser.add_argument(
        "--mutations", nargs="?", const="", metavar="APPS",
        help="retire chaque contrôle d’accès et attend qu’un test le dise (long)",
    )  # fmt: skip
    parser.add_argument(
        "--restants", action="store_true", help="avec --mutations : ce que le dernier jeu a laissé"
    )
    parser.add_argument(
        "--relances", action="store_true", help="chaque acte accepté est envoyé deux fois (long)"
    )
    options = parser.parse_args()
    if options.relances:
        return relances.run()
    if options.mutations is not None:
        return mutations.run(options.mutations, restants=options.restants)
    with fresh_base() as held:
        django.setup()
        return run(held, options.seulement or NOMS, options.long)


def run(held: Server, noms: Sequence[str], long: bool) -> int:
    """Imported here: the trials need Django's settings."""
    from epreuves import alterations, arrets, coupures, courses, redemarrages
    from tests.distribution import build_monde

    monde = build_monde()
    trials: dict[str, Callable[[], int]] = {
        "courses": lambda: courses.run(
            monde, clients=64 if long else 16, dossiers=160 if long else 40
        ),
        "alterations": lambda: alterations.run(owner_url(held), editions=1_000),
        "arrets": lambda: arrets.run(tours=60 if long else 6, travaux=400 if long else 40),
        "redemarrages": lambda: redemarrages.run(monde, tours=20 if long else 3),
        "coupures": lambda: coupures.run(monde, tours=200 if long else 20, redacteurs=8),
    }
    failures = 0
    for nom in noms:
        began = time.monotonic()
        failures += trials[nom]()
        print(f"  ({nom} : {time.monotonic() - began:.0f} s)", flush=True)
    print("Toutes les épreuves sont passées." if not failures else f"Échecs : {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
