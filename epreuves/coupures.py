"""The database is killed under its writers: what was acknowledged is there afterwards.

SIGKILL of PostgreSQL's first process; its watchdog starts it again. The writers go on, as a server
does with its next request.
"""

import os
import random
import signal
import threading
import time

from django.db import Error, connection

from cariatide.menages.models import Menage
from cariatide.socle.postgres import Server, ensure_server
from epreuves import LIEU
from tests.distribution import Monde, add_menage

PAUSE = (0.2, 0.8)
REPRISE = 60.0


def run(monde: Monde, *, tours: int, redacteurs: int) -> int:
    """Kill `tours` times under `redacteurs` writers; returns the number of failures."""
    ended, acknowledged, refused = threading.Event(), [], []

    def write() -> None:
        while not ended.is_set():
            try:
                acknowledged.append(add_menage(monde, nom="Coupure").reference)
            except Error:
                refused.append(time.monotonic())
                connection.close()
                time.sleep(0.2)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(redacteurs)]
    for thread in threads:
        thread.start()
    alea = random.Random(20261122)  # noqa: S311  repeatable, not secret
    with ensure_server("tests", LIEU) as server:
        for _ in range(tours):
            time.sleep(alea.uniform(*PAUSE))
            _kill(server)
    ended.set()
    for thread in threads:
        thread.join()
    connection.close()
    found = set(
        Menage.objects.unscoped(reason="épreuve de coupure").values_list("reference", flat=True)
    )
    lost = [reference for reference in acknowledged if reference not in found]
    doubles = len(acknowledged) - len(set(acknowledged))
    print(
        f"Coupures : {tours} arrêts brutaux, {redacteurs} rédacteurs, "
        f"{len(acknowledged)} écritures confirmées, {len(refused)} refusées, "
        f"{len(lost)} perdues, {doubles} références en double."
    )
    return int(bool(lost) or doubles > 0 or not acknowledged)


def _kill(server: Server) -> None:
    """SIGKILL, then wait for the watchdog to have it answer again."""
    before = server.starts
    if server.postgres_pid:
        os.kill(server.postgres_pid, signal.SIGKILL)
    limit = time.monotonic() + REPRISE
    while server.starts == before or not server.is_healthy():
        if time.monotonic() > limit:
            raise TimeoutError("PostgreSQL n’a pas redémarré.")
        time.sleep(0.05)
