"""A server of its own, that waits for the disk, and a fresh database on it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from cariatide.socle.postgres import APPLICATION, OWNER, Server, ensure_server, server
from cariatide.socle.postgres.templates import clone, drop, ensure_template
from epreuves import LIEU
from tests.bases import PREFIX, build, template_name

BASE = f"cariatide_epreuves_{os.getpid()}"
RELANCE = 0.3  # seconds between two starts of the server, which a real one would make longer


@contextmanager
def fresh_base() -> Iterator[Server]:
    """The database of the trials, named to the settings by CARIATIDE_TEST_URL."""
    LIEU.mkdir(parents=True, exist_ok=True)
    server.restart_delay_max = RELANCE
    with ensure_server("tests", LIEU) as held:

        def owner(name: str) -> str:
            return held.url_for(OWNER, name)

        modele = template_name()
        ensure_template(owner, modele, build, prefix=PREFIX, keep=1)
        clone(owner, modele, BASE)
        _make_durable(held)
        os.environ["CARIATIDE_TEST_URL"] = held.url_for(APPLICATION, BASE)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        try:
            yield held
        finally:
            drop(owner, BASE)


def owner_url(held: Server) -> str:
    return held.url_for(OWNER, BASE)


def _make_durable(held: Server) -> None:
    """Acknowledge a write once it is on the disk, as a real server: the tests' one does not."""
    with psycopg.connect(held.superuser_url, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = on")
        connection.execute("SELECT pg_reload_conf()")
