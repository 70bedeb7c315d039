"""The background worker: retries, dead letters, daily jobs, exactly once after a SIGKILL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cariatide.journal.actions import record_evenement
from cariatide.journal.livraison import TENTATIVES_MAX, deliver_one, retry_abandonnee
from cariatide.journal.models import Battement, Evenement, Livraison, TravailQuotidien
from cariatide.journal.ports import consommateurs
from cariatide.journal.travail import Travailleur, run_daily_jobs
from cariatide.socle.perimetre import perimetre_systeme
from cariatide.socle.travaux import quotidiens
from tests.bases import ROOT
from tests.distribution import JOUR


class Recorder:
    """A consumer that notes what it got and fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.seen = failures, []

    def wants(self, nom: str) -> bool:
        return nom == "essai.fait"

    def handle(self, evenement_id: int) -> None:
        Battement.objects.create(travailleur=f"effet-{evenement_id}", vu_le=timezone.now())
        if self.failures:
            self.failures -= 1
            raise RuntimeError("réseau absent")
        self.seen.append(evenement_id)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    consumer = Recorder()
    consommateurs._entries["essai"] = consumer
    yield consumer
    del consommateurs._entries["essai"]


def record() -> Evenement:
    return record_evenement(
        "essai.fait",
        perimetre=perimetre_systeme("test", JOUR),
        objet_type="essai",
        objet_id=1,
    )


@pytest.mark.django_db
def test_event_is_delivered_once(recorder: Recorder) -> None:
    evenement = record()
    assert deliver_one() is True
    assert deliver_one() is False
    assert recorder.seen == [evenement.pk]


@pytest.mark.django_db
def test_failed_delivery_leaves_no_effect_and_is_tried_again_later(recorder: Recorder) -> None:
    recorder.failures = 1
    evenement = record()
    assert deliver_one() is True
    livraison = Livraison.objects.get()
    assert (livraison.statut, livraison.tentatives) == ("a_faire", 1)
    assert "réseau absent" in livraison.erreur
    assert not Battement.objects.filter(travailleur=f"effet-{evenement.pk}").exists()
    assert deliver_one() is False, "the delay has not passed"
    Livraison.objects.update(prochaine_tentative=timezone.now() - timedelta(seconds=1))
    assert deliver_one() is True
    assert recorder.seen == [evenement.pk]


@pytest.mark.django_db
def test_dead_letter_after_the_last_try_can_be_sent_again(recorder: Recorder) -> None:
    recorder.failures = TENTATIVES_MAX
    evenement = record()
    for _ in range(TENTATIVES_MAX):
        Livraison.objects.update(prochaine_tentative=timezone.now() - timedelta(seconds=1))
        assert deliver_one() is True
    livraison = Livraison.objects.get()
    assert livraison.statut == "abandonnee"
    assert retry_abandonnee(livraison.pk) is True
    assert deliver_one() is True
    assert recorder.seen == [evenement.pk]


@pytest.mark.django_db
def test_social_event_keeps_field_names_without_values() -> None:
    evenement = record_evenement(
        "menage.social",
        perimetre=perimetre_systeme("test", JOUR),
        objet_type="menages.menage",
        objet_id=1,
        niveau=2,
        avant={"dettes": 10},
        apres={"dettes": 700, "situation": "secret"},
    )
    assert evenement.donnees == {"champs": ["dettes", "situation"]}


@pytest.mark.django_db
def test_daily_job_runs_once_a_day() -> None:
    days: list[Any] = []
    quotidiens._entries["essai"] = days.append
    try:
        run_daily_jobs()
        run_daily_jobs()
    finally:
        del quotidiens._entries["essai"]
    assert days == [timezone.localdate()]
    assert TravailQuotidien.objects.filter(code="essai").count() == 1


SCRIPT = """
import sys, time
import django
django.setup()
from django.utils import timezone
from cariatide.journal.models import Battement
from cariatide.journal.ports import consommateurs
from cariatide.journal.travail import Travailleur

class Slow:
    def wants(self, nom): return nom == "essai.fait"
    def handle(self, evenement_id):
        nom = f"effet-{evenement_id}-{time.time_ns()}"
        Battement.objects.create(travailleur=nom, vu_le=timezone.now())
        print("milieu", flush=True)
        time.sleep(float(sys.argv[1]))
consommateurs._entries.clear()
consommateurs._entries["lent"] = Slow()
Travailleur().run()
"""


def start_worker(delay: str) -> "subprocess.Popen[str]":
    settings = connection.settings_dict
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, delay],
        cwd=ROOT,
        env={
            **os.environ,
            "CARIATIDE_TEST_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_mid_task_does_the_work_exactly_once() -> None:
    evenement = record()
    Livraison.objects.create(
        evenement=evenement, consommateur="lent", prochaine_tentative=timezone.now()
    )
    first = start_worker("60")
    assert first.stdout is not None
    assert first.stdout.readline() == "milieu\n"
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    first.stdout.close()
    second = start_worker("0")
    try:
        for _ in range(200):
            if Livraison.objects.get(evenement=evenement).statut == "faite":
                break
            time.sleep(0.1)
    finally:
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=20)
    # The first turn of the day also runs the daily jobs; their own events are delivered.
    assert Livraison.objects.get(evenement=evenement).statut == "faite"
    assert Battement.objects.filter(travailleur__startswith="effet-").count() == 1


@pytest.mark.django_db
def test_worker_notes_that_it_is_alive() -> None:
    travailleur = Travailleur()
    travailleur.beat()
    assert Battement.objects.get(travailleur=travailleur.nom).vu_le is not None
