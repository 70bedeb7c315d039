"""The demonstration is refused anywhere but on 127.0.0.1, and answers to nobody else."""

import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cariatide.demonstration.middleware import SeulementCetteMachine
from cariatide.socle.superviseur import demonstration
from tests.bases import ROOT

LIT = "from django.conf import settings as s; print(s.DEBUG, s.DEMONSTRATION, *s.MIDDLEWARE[:2])"


def start(adresse: str | None) -> "subprocess.CompletedProcess[str]":
    """Read the settings of the demonstration as the server would."""
    environment = {k: v for k, v in os.environ.items() if k != "CARIATIDE_ADRESSE"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    if adresse is not None:
        environment["CARIATIDE_ADRESSE"] = adresse
    return subprocess.run(
        [sys.executable, "-c", LIT], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("adresse", [None, "", "0.0.0.0", "::", "localhost", "192.168.1.20"])
def test_refusee_ailleurs(adresse: str | None) -> None:
    done = start(adresse)
    assert done.returncode != 0 and done.stdout == ""
    assert "n’écoute que 127.0.0.1" in done.stderr
    assert "make demo" in done.stderr and "config.settings.prod" in done.stderr


def test_ouverte_ici_sans_debug() -> None:
    done = start(demonstration.ADDRESS)
    entetes = "cariatide.socle.pages.entetes.EntetesDeSecurite"  # its refusal bears them too
    middleware = "cariatide.demonstration.middleware.SeulementCetteMachine"
    attendu = f"False True {entetes} {middleware}\n"
    assert (done.returncode, done.stdout) == (0, attendu), done.stderr


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [
        ("127.0.0.1", 200),
        ("127.8.0.1", 200),
        ("::1", 200),
        ("192.168.1.20", 403),
        ("10.0.0.1", 403),
        ("2001:db8::1", 403),
        ("", 403),
        ("unix:", 403),
    ],
)
def test_ne_repond_qu_a_cette_machine(rf: RequestFactory, adresse: str, statut: int) -> None:
    vue = SeulementCetteMachine(lambda request: HttpResponse("ouvert"))
    reponse = vue(rf.get("/", REMOTE_ADDR=adresse))
    assert isinstance(reponse, HttpResponse)
    assert reponse.status_code == statut
    assert ("ne répond qu’à la machine" in reponse.content.decode()) is (statut == 403)
