"""`make epreuves`: the database is killed under its writers, many people decide the same cases.

The short form takes about a minute; `--long` is the one to run before a release. Exits 1 when an
acknowledged write is lost or a case is decided twice.
"""

import argparse
import os
import sys

import django
import psycopg

from bench.base import bench_server
from cariatide.socle.postgres import Server, ensure_server
from epreuves import LIEU


def main() -> int:
    """Run every trial and print what was counted."""
    parser = argparse.ArgumentParser(description="Épreuves de Cariatide")
    parser.add_argument("--long", action="store_true", help="200 coupures, 64 clients")
    long = parser.parse_args().long
    LIEU.mkdir(parents=True, exist_ok=True)
    with ensure_server("tests", LIEU) as server:
        _make_durable(server)
        with bench_server(LIEU) as fresh:
            os.environ["CARIATIDE_TEST_URL"] = fresh()
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
            django.setup()
            return run(long)


def _make_durable(server: Server) -> None:
    """Acknowledge a write once it is on the disk, as a real server: the tests' one does not."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = on")
        connection.execute("SELECT pg_reload_conf()")


def run(long: bool) -> int:
    """Imported here: the trials need Django's settings."""
    from epreuves import coupures, courses
    from tests.distribution import build_monde

    monde = build_monde()
    failures = courses.run(monde, clients=64 if long else 16, dossiers=160 if long else 40)
    failures += coupures.run(monde, tours=200 if long else 20, redacteurs=8)
    print("Toutes les épreuves sont passées." if not failures else f"Échecs : {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
