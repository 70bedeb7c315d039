"""Databases of the tests: one template per state of the migrations, one clone per worker."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cariatide.socle.postgres import APPLICATION, OWNER, ensure_server, use_external
from cariatide.socle.postgres.templates import clone, drop, ensure_template

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "cariatide_modele_"
_SOURCES = ("cariatide/*/migrations/*.py", "cariatide/territoire/donnees/*", "baremes/*.yaml")

_server: list[object] = []


def _url_factory(role: str) -> Callable[[str], str]:
    """URLs of the server: kept in the environment so that the workers know them too."""
    base = os.environ[f"CARIATIDE_TEST_{role.upper()}"]
    return lambda name: base.replace("/NOM_DE_BASE", f"/{name}")


def template_name() -> str:
    """Name of the template for today's migrations and reference data."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return PREFIX + digest.hexdigest()[:12]


def start() -> None:
    """Controller only: start the server and build the template if it is not there."""
    external = os.environ.get("DATABASE_URL")
    server = use_external(external) if external else ensure_server("tests", ROOT)
    _server.append(server)
    for role in (OWNER, APPLICATION):
        os.environ[f"CARIATIDE_TEST_{role.upper()}"] = server.url_for(role, "NOM_DE_BASE")
    os.environ["CARIATIDE_TEST_MODELE"] = template_name()
    ensure_template(
        _url_factory(OWNER), os.environ["CARIATIDE_TEST_MODELE"], build, prefix=PREFIX, keep=4
    )


def build(url: str) -> None:
    environment = {
        **os.environ,
        "CARIATIDE_TEST_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    for command in (["migrate", "-v0"], ["charge_reference"]):
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} : {done.stdout}{done.stderr}")


def database_name(worker: str) -> str:
    """Two runs of the same checkout side by side do not share their clones."""
    return f"cariatide_test_{worker}_{os.getpid()}"


def fresh_clone(name: str) -> str:
    """(Re)create a worker's database; returns the application's URL for it."""
    clone(_url_factory(OWNER), os.environ["CARIATIDE_TEST_MODELE"], name)
    return _url_factory(APPLICATION)(name)


def owner_url(name: str) -> str:
    return _url_factory(OWNER)(name)


def remove(name: str) -> None:
    drop(_url_factory(OWNER), name)


def stop() -> None:
    """Controller only."""
    while _server:
        _server.pop().stop()  # type: ignore[attr-defined]
