"""The worker is killed in the middle of its work, again and again: each piece is done once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from bench.base import ROOT
from cariatide.journal.actions import record_evenement
from cariatide.journal.models import Battement, Livraison
from cariatide.socle.perimetre import perimetre_systeme
from epreuves.taches import PREFIXE, mark
from tests.distribution import JOUR

CONSOMMATEUR = "epreuve"
PAUSE = (0.02, 0.5)
LIMITE = 120.0
# A heart that stops is noticed within a second instead of thirty, or the trial would wait.
SCRIPT = """
from datetime import timedelta
import django
django.setup()
from cariatide.journal import travail
from cariatide.journal.ports import consommateurs
from cariatide.socle.travaux import frequents, quotidiens
from epreuves.taches import Marqueur
travail.INTERVALLE_BATTEMENT, travail.BATTEMENT_PERIME = 0.2, timedelta(seconds=1)
for registre in (consommateurs, frequents, quotidiens):
    registre._entries.clear()
consommateurs._entries["epreuve"] = Marqueur()
print("debut", flush=True)
travail.Travailleur().run()
"""


def run(*, tours: int, travaux: int) -> int:
    """Kill `tours` times over `travaux` deliveries and as many tasks; returns the failures."""
    perimetre = perimetre_systeme("épreuve d’arrêt", JOUR)
    for rang in range(travaux):
        evenement = record_evenement(
            "epreuve.fait", perimetre=perimetre, objet_type="epreuve", objet_id=rang
        )
        Livraison.objects.create(
            evenement=evenement, consommateur=CONSOMMATEUR, prochaine_tentative=timezone.now()
        )
        mark.enqueue(rang)
    alea, middle = random.Random(20261122), 0  # noqa: S311  repeatable, not secret
    for _ in range(tours):
        worker = _start()
        time.sleep(alea.uniform(*PAUSE))
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        middle += _waiting() > 0
    worker = _start()
    limit = time.monotonic() + LIMITE
    while _waiting() and time.monotonic() < limit:
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)
    names = Battement.objects.filter(travailleur__startswith=PREFIXE)
    done = Counter(n.split("-")[1] for n in names.values_list("travailleur", flat=True))
    doubles = sum(n - 1 for n in done.values())
    forgotten = 2 * travaux - len(done)
    print(
        f"Arrêts du travailleur : {tours} arrêts brutaux ({middle} avant la fin du travail), "
        f"{2 * travaux} travaux, {sum(done.values())} effets, {doubles} doubles, "
        f"{forgotten} oubliés, {_waiting()} en attente."
    )
    return int(doubles > 0 or forgotten > 0 or _waiting() > 0 or not middle)


def _waiting() -> int:
    livraisons = Livraison.objects.filter(
        consommateur=CONSOMMATEUR, statut=Livraison.Statut.A_FAIRE
    )
    return livraisons.count() + DBTaskResult.objects.exclude(status="SUCCESSFUL").count()


def _start() -> "subprocess.Popen[str]":
    """A worker that began to work."""
    worker = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    worker.stdout.close()
    return worker
