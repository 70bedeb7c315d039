"""Each accepted POST of the suites is sent a second time: it must do nothing more.

A pytest plugin over the tests of the pages of every app. Each is sent again without a key first: a
button is judged by what that leaves. One that acts again must stand in a page that gives it a key,
and do nothing when it is sent again with it. Rows written again are seen by their mark (xmin), then
everything is taken back.
"""

import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import Resolver404, resolve

from bench.base import ROOT
from epreuves import BIBLIOTHEQUE

# What sends everything twice by itself, or no act of the product.
SANS_ACTES = {"demonstration", "socle", "navigateur"}
PAR_EUX_MEMES = {"test_entrees.py"}
CLE = "envoi"
FOIS = 3  # an act is tried again in so many tests at most


class _Annule(Exception):
    """Takes back the second sending."""


def run() -> int:
    """Run the tests of the pages with this plugin; 1 when an act acted twice."""
    tests = [
        p.relative_to(ROOT).as_posix()
        for p in sorted((ROOT / "tests").glob("*/test_*.py"))
        if p.parent.name not in SANS_ACTES
        and p.name not in PAR_EUX_MEMES
        and ".post(" in p.read_text(encoding="utf-8")
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
        self.sans_cle: dict[str, str] = {}
        self.avec_cle: set[str] = set()
        self.traces: Any = None

    def judge(self, client: Any, adresse: str, data: Any, kwargs: Any) -> None:
        # pytest reads this plugin before Django is ready.
        from tests.matrices.entrees import Traces

        nom = _name(adresse)
        if nom is None or nom.startswith(BIBLIOTHEQUE) or self.fois.get(nom, 0) >= FOIS:
            return
        if not connection.in_atomic_block or connection.needs_rollback or _has_file(data):
            return
        self.traces = self.traces or Traces()
        self.fois[nom] = self.fois.get(nom, 0) + 1
        sans = {k: v for k, v in data.items() if k != CLE} if isinstance(data, dict) else data
        if faute := self.send(client, adresse, sans, kwargs):
            self.sans_cle.setdefault(nom, faute)
            if faute := self.send(client, adresse, data, kwargs):
                self.doubles.setdefault(nom, faute)

    def send(self, client: Any, adresse: str, data: Any, kwargs: Any) -> str:
        """What the second sending did; empty when nothing."""
        try:
            with transaction.atomic():
                depuis = _first_mark()
                before = self.traces.marks(depuis)
                client.second = True
                try:
                    self.read(client.get(adresse))
                    statut = client.post(adresse, data, **kwargs).status_code
                finally:
                    client.second = False
                again = sorted({table for table, _, _ in self.traces.marks(depuis) ^ before})
                raise _Annule
        except _Annule:
            pass
        except Exception as erreur:  # noqa: BLE001  a second sending that breaks is a fault too
            again, statut = [f"{type(erreur).__name__} {erreur}"[:150]], 500
        return f"{statut}, {again}" if again else ""

    def read(self, response: Any) -> None:
        """Note the acts to which this page gives a key."""
        from tests.matrices.entrees import read_envois

        if response.status_code not in (200, 409, 422) or response.streaming:
            return
        if b'name="envoi"' in response.content:
            html = response.content.decode()
            for envoi in read_envois(html, response.wsgi_request.path):
                if CLE in envoi.champs and (nom := _name(envoi.adresse)):
                    self.avec_cle.add(nom)

    def list_faults(self) -> dict[str, str]:
        """Acts that acted twice, and those whose page gives no key and that would."""
        sans = {n: f"sans clé : {f}" for n, f in self.sans_cle.items() if n not in self.avec_cle}
        return {**sans, **self.doubles}


def _name(adresse: str) -> str | None:
    try:
        return str(resolve(adresse.split("?")[0]).view_name)
    except Resolver404:
        return None


def _first_mark() -> int:
    """What this test wrote bears at least the number of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])


def _has_file(data: Any) -> bool:
    """What was read once is not sent twice the same."""
    values = data.values() if isinstance(data, dict) else []
    return any(hasattr(v, "read") for v in values)


RELANCEUR = Relanceur()


@pytest.fixture(autouse=True)
def _relance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests send what they judge, without a key: each of their sendings is given one."""
    from django.test import Client

    first, read = Client.post, Client.get

    def post(self: Any, path: str, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        if getattr(self, "second", False) or args or not isinstance(data, dict | None):
            return first(self, path, data, *args, **kwargs)
        data = {CLE: str(uuid4()), **(data or {})}
        response = first(self, path, data, **kwargs)
        if response.status_code == 302 or getattr(response, "redirect_chain", None):
            RELANCEUR.judge(self, path, data, kwargs)
        return response

    def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        response = read(self, *args, **kwargs)
        RELANCEUR.read(response)
        return response

    monkeypatch.setattr(Client, "post", post)
    monkeypatch.setattr(Client, "get", get)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    from epreuves.actes import list_actes

    actes, fautes = list_actes(), RELANCEUR.list_faults()
    essayes = set(RELANCEUR.fois)
    terminalreporter.write_line(
        f"\nRelances : {len(essayes)} actes envoyés deux fois, dont {len(RELANCEUR.sans_cle)} que "
        f"leur clé seule retient ; {len(fautes)} doubles ; {len(actes - essayes)} des "
        f"{len(actes)} actes sans page ne l’ont pas été : {', '.join(sorted(actes - essayes))}"
    )
    for nom, faute in sorted(fautes.items()):
        terminalreporter.write_line(f"  DOUBLE {nom} : {faute}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if RELANCEUR.list_faults() and not session.exitstatus:
        session.exitstatus = 1
