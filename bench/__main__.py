"""`make bench`: every family in turn, a rival in the same run, ratios rather than seconds.

CPU time of this process and of the database's back-end for the same requests: it stays comparable
on a busy machine, where wall time does not. Each family prints where its time goes.
"""

import argparse
import os
import sys
from collections.abc import Callable

import django

from bench.base import analyze, bench_server

TAILLES = [10_000, 100_000, 1_000_000]
FAMILLES = ("listes", "doublons", "import", "lettres", "export")
LIGNES_IMPORT, LIGNES_COMPAREES = 20_000, 1_000
# Two cases in three are the reader's: 200,000 lines.
TAILLE_EXPORT = 300_000


def main() -> int:
    """Run at the sizes asked for and print the figures, whatever they are."""
    parser = argparse.ArgumentParser(description="Bancs de mesure de Cariatide")
    parser.add_argument("--tailles", type=int, nargs="+", default=TAILLES)
    parser.add_argument("--familles", nargs="+", choices=FAMILLES, default=FAMILLES)
    parser.add_argument("--lignes-import", type=int, default=LIGNES_IMPORT)
    parser.add_argument("--taille-export", type=int, default=TAILLE_EXPORT)
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with bench_server() as fresh:
        os.environ["CARIATIDE_TEST_URL"] = fresh()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        django.setup()
        _run(options, fresh)
    return 0


def _run(options: argparse.Namespace, fresh: Callable[[], str]) -> None:
    """Imported here: the modules of the benchmarks need Django's settings."""
    from django.db import connection

    from bench import doublons, exports, importation, lettres, pages
    from bench.donnees import seed

    if "lettres" in options.familles:
        lettres.run()
    if "import" in options.familles:
        print("\nimport d’un fichier de saisines, vérification puis intégration")
        importation.run(options.lignes_import, LIGNES_COMPAREES)
        connection.close()
        fresh()
    for taille in options.tailles if {"listes", "doublons"} & set(options.familles) else ():
        lecteurs = seed(taille)
        analyze()
        print(f"\n{taille} ménages, dont deux tiers visibles du lecteur")
        if "listes" in options.familles:
            pages.run(lecteurs, taille)
        if "doublons" in options.familles:
            doublons.run(lecteurs)
        connection.close()
        fresh()
    if "export" in options.familles:
        lecteurs = seed(options.taille_export)
        analyze()
        print(f"\n{options.taille_export} ménages, dont deux tiers dans le fichier")
        exports.run(lecteurs)
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
