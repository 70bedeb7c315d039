"""A migrated database of its own for each size, seeded, with the statistics of its rows."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cariatide.socle.postgres import APPLICATION, OWNER, ensure_server
from cariatide.socle.postgres.templates import clone, drop, ensure_template

ROOT = Path(__file__).resolve().parent.parent
# Two runs side by side do not share their databases.
NAME = f"cariatide_bench_{os.getpid()}"


@contextmanager
def bench_server(root: Path = ROOT) -> Iterator[Callable[[], str]]:
    """Gives a function that makes a fresh database and returns the application's URL for it."""
    with ensure_server("tests", root) as server:

        def owner(name: str) -> str:
            return server.url_for(OWNER, name)

        def fresh() -> str:
            clone(owner, NAME + "_modele", NAME)
            return server.url_for(APPLICATION, NAME)

        drop(owner, NAME)
        ensure_template(owner, NAME + "_modele", _build)
        try:
            os.environ["CARIATIDE_BANC_PROPRIETAIRE"] = owner(NAME)
            yield fresh
        finally:
            drop(owner, NAME)
            drop(owner, NAME + "_modele")


def analyze() -> None:
    """Statistics of every table: PostgreSQL gathers them by itself, but later."""
    with psycopg.connect(os.environ["CARIATIDE_BANC_PROPRIETAIRE"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _build(url: str) -> None:
    environment = {
        **os.environ,
        "CARIATIDE_TEST_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    for command in (["migrate", "-v0"], ["charge_reference"]):
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
