"""Each accepted POST of the suites is sent a second time: it must do nothing more.

A pytest plugin over the tests of the pages of every app: the second sending bears the key of the
first when its page gave one; a button without a key is judged by what it leaves. Rows written again
are seen by their mark (xmin), then everything is taken back.
"""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import Resolver404, resolve

from bench.base import ROOT
from epreuves import BIBLIOTHEQUE

# Judged by tests of their own (tests/matrices/test_entrees.py), or no act of the product.
SANS_ACTES = {"matrices", "demonstration", "socle", "navigateur"}
FOIS = 3  # an act is tried again in so many tests at most


class _Annule(Exception):
    """Takes back the second sending."""


def run() -> int:
    """Run the tests of the pages with this plugin; 1 when an act acted twice."""
    tests = [
        p.relative_to(ROOT).as_posix()
        for p in sorted((ROOT / "tests").glob("*/test_*.py"))
        if p.parent.name not in SANS_ACTES and ".post(" in p.read_text(encoding="utf-8")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "epreuves.relances", *tests],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=False,
    )
    return done.returncode


class Relanceur:
    """Sends again, and counts."""

    def __init__(self) -> None:
        self.fois: dict[str, int] = {}
        self.doubles: dict[str, str] = {}
        self.traces: Any = None

    def judge(self, client: Any, args: Any, kwargs: Any) -> None:
        # pytest reads this plugin before Django is ready.
        from tests.matrices.entrees import Traces

        try:
            nom = resolve(str(args[0]).split("?")[0]).view_name
        except Resolver404:
            return
        if nom.startswith(BIBLIOTHEQUE) or self.fois.get(nom, 0) >= FOIS:
            return
        if not connection.in_atomic_block or connection.needs_rollback or _has_file(args, kwargs):
            return
        self.traces = self.traces or Traces()
        self.fois[nom] = self.fois.get(nom, 0) + 1
        try:
            with transaction.atomic():
                depuis = _first_mark()
                before = self.traces.marks(depuis)
                client.second = True
                try:
                    statut = client.post(*args, **kwargs).status_code
                finally:
                    client.second = False
                again = sorted({table for table, _, _ in self.traces.marks(depuis) ^ before})
                raise _Annule
        except _Annule:
            pass
        except Exception as erreur:  # noqa: BLE001  a second sending that breaks is a fault too
            again, statut = [f"{type(erreur).__name__} {erreur}"[:150]], 500
        if again:
            self.doubles.setdefault(nom, f"{statut}, {again}")


def _first_mark() -> int:
    """What this test wrote bears at least the number of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _has_file(args: Any, kwargs: Any) -> bool:
    """What was read once is not sent twice the same."""
    data = kwargs.get("data") or (args[1] if len(args) > 1 else None)
    values = data.values() if isinstance(data, dict) else []
    return any(hasattr(v, "read") for v in values)


RELANCEUR = Relanceur()


@pytest.fixture(autouse=True)
def _relance(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    original = Client.post

    def post(self: Any, *args: Any, **kwargs: Any) -> Any:
        response = original(self, *args, **kwargs)
        if response.status_code == 302 and not getattr(self, "second", False):
            RELANCEUR.judge(self, args, kwargs)
        return response

    monkeypatch.setattr(Client, "post", post)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    from epreuves.actes import list_actes

    actes = list_actes()
    essayes = set(RELANCEUR.fois)
    terminalreporter.write_line(
        f"\nRelances : {len(essayes)} actes envoyés deux fois, {len(RELANCEUR.doubles)} doubles ; "
        f"{len(actes - essayes)} des {len(actes)} actes sans page ne l’ont pas été : "
        f"{', '.join(sorted(actes - essayes))}"
    )
    for nom, faute in sorted(RELANCEUR.doubles.items()):
        terminalreporter.write_line(f"  DOUBLE {nom} : {faute}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if RELANCEUR.doubles and not session.exitstatus:
        session.exitstatus = 1
