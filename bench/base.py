"""A database of its own, seeded, for one run of the benchmarks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cariatide.socle.postgres import APPLICATION, OWNER, ensure_server
from cariatide.socle.postgres.templates import clone, drop, ensure_template

ROOT = Path(__file__).resolve().parent.parent
NAME = "cariatide_bench"


@contextmanager
def seeded_database() -> Iterator[str]:
    """URL, for the application's role, of a migrated database with the reference data."""
    with ensure_server("tests", ROOT) as server:

        def owner(name: str) -> str:
            return server.url_for(OWNER, name)

        def build(url: str) -> None:
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

        drop(owner, NAME)
        ensure_template(owner, NAME + "_modele", build)
        clone(owner, NAME + "_modele", NAME)
        try:
            yield server.url_for(APPLICATION, NAME)
        finally:
            drop(owner, NAME)
            drop(owner, NAME + "_modele")
