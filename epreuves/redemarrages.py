"""The database restarts under load: each thread loses at most the request it was in.

A real server (granian, the pool of connections), clients that read a list and a household's page,
whose reading is journaled. PostgreSQL is stopped as an administrator does, then started again.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bench.base import ROOT
from bench.pages import sign_in
from cariatide.socle.postgres import Server, ensure_server
from epreuves import LIEU, free_port
from tests.distribution import Monde, add_menage

FILS = 8
DEPART, ATTENTE = 30.0, 20.0
CALME = 2.0  # seconds between two restarts: the load goes on, nothing fails
JOURNAL = LIEU / "serveur.log"


def run(monde: Monde, *, tours: int) -> int:
    """Restart `tours` times under FILS clients; returns the number of failures."""
    menage = add_menage(monde, nom="Redémarrage")
    cookie = sign_in(monde.alice).cookies.output(header="", sep=";").split(";")[0].strip()
    pages = ("/menages/", f"/menages/{menage.pk}/")
    refused: Counter[int] = Counter()
    answered: list[float] = []
    ended, tour = threading.Event(), [0]

    def visit(rang: int) -> None:
        while not ended.is_set():
            began = time.monotonic()
            if _get(f"{adresse}{pages[rang % 2]}", cookie):
                answered.append(time.monotonic() - began)
            else:
                refused[tour[0]] += 1
                time.sleep(0.05)

    with ensure_server("tests", LIEU) as server, _serve() as adresse:
        threads = [threading.Thread(target=visit, args=(n,)) for n in range(FILS)]
        for thread in threads:
            thread.start()
        for n in range(1, tours + 1):
            time.sleep(CALME)
            tour[0] = n
            _restart(server)
        time.sleep(CALME)
        before_end = sum(refused.values())
        time.sleep(CALME)
        recovered = sum(refused.values()) == before_end
        ended.set()
        for thread in threads:
            thread.join()
    worst = max(refused.values(), default=0)
    print(
        f"Redémarrages : {tours} arrêts de la base, {FILS} fils, {len(answered)} requêtes servies, "
        f"{sum(refused.values())} refusées ({worst} au plus par arrêt), "
        f"la plus longue {max(answered, default=0):.1f} s."
    )
    if not recovered:
        print(f"  Des requêtes échouent encore après la reprise ; journal : {JOURNAL}")
    return int(worst > FILS or not recovered or not answered)


def _restart(server: Server) -> None:
    """SIGINT is PostgreSQL's fast shutdown: sessions are cut off; the watchdog starts it again."""
    before = server.starts
    if server.postgres_pid:
        os.kill(server.postgres_pid, signal.SIGINT)
    limit = time.monotonic() + ATTENTE
    while server.starts == before or not server.is_healthy():
        if time.monotonic() > limit:
            raise TimeoutError("PostgreSQL n’a pas redémarré.")
        time.sleep(0.05)


def _get(adresse: str, cookie: str) -> bool:
    """Whether the page came."""
    demande = urllib.request.Request(adresse, headers={"Cookie": cookie})  # noqa: S310  our own
    try:
        with _OUVREUR.open(demande, timeout=ATTENTE) as reponse:
            reponse.read()
            return bool(reponse.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class _SansRedirection(urllib.request.HTTPRedirectHandler):
    """The sign-in page is not the page asked for."""

    def redirect_request(self, *args: object) -> None:
        return None


_OUVREUR = urllib.request.build_opener(urllib.request.ProxyHandler({}), _SansRedirection)


@contextmanager
def _serve() -> Iterator[str]:
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", str(FILS),
        "--workers-kill-timeout", "3", "--no-ws", "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "epreuves.reglages", "CARIATIDE_FILS": str(FILS),
    }  # fmt: skip
    with JOURNAL.open("wb") as journal:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=journal, stderr=subprocess.STDOUT
        )
    adresse = f"http://127.0.0.1:{port}"
    try:
        limit = time.monotonic() + DEPART
        while not _get(f"{adresse}/compte/connexion/", ""):
            if process.poll() is not None or time.monotonic() > limit:
                raise TimeoutError(f"Le serveur ne répond pas ; journal : {JOURNAL}")
            time.sleep(0.1)
        yield adresse
    finally:
        process.terminate()
        process.wait(10)
