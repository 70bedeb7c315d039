"""`make bench`: the case list against the rival, then the plain figures of two pages.

CPU time of this process and of the database's back-end for the same requests: it stays comparable
on a busy machine, where wall time does not.
"""

import argparse
import os
import sys

import django

from bench.base import analyze, bench_server

TAILLES = [10_000, 100_000, 1_000_000]


def main() -> int:
    """Run at the sizes asked for and print the figures, whatever they are."""
    parser = argparse.ArgumentParser(description="Bancs de mesure de Cariatide")
    parser.add_argument("--tailles", type=int, nargs="+", default=TAILLES)
    options = parser.parse_args()
    with bench_server() as fresh:
        os.environ["CARIATIDE_TEST_URL"] = fresh()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        django.setup()
        for rang, taille in enumerate(options.tailles):
            if rang:
                fresh()
            _run(taille)
    return 0


def _run(taille: int) -> None:
    """Imported here: the modules of the benchmarks need Django's settings."""
    from django.db import connection

    from bench import pages
    from bench.donnees import seed

    lecteurs = seed(taille)
    analyze()
    print(f"\n{taille} ménages, dont deux tiers visibles du lecteur")
    pages.run(lecteurs, taille)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
