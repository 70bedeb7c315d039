"""One background process: tasks of django-tasks-db, deliveries of events, regular jobs.

django-tasks-db runs tasks but leaves those of a killed worker RUNNING for ever, retries nothing and
schedules nothing: heartbeat, requeue and daily jobs are ours.
"""

import logging
import os
import socket
import threading
from datetime import timedelta

from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Battement, TravailQuotidien
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme
from cariatide.socle.travaux import frequents, quotidiens

log = logging.getLogger("cariatide.travail")

INTERVALLE_BATTEMENT = 5.0  # seconds
BATTEMENT_PERIME = timedelta(seconds=30)
REPOS = 1.0  # seconds without work before the next turn


def run_next_task(travailleur: str) -> bool:
    """Run one waiting task; its effect and the mark that it succeeded commit together."""
    with transaction.atomic():
        result = DBTaskResult.objects.ready().get_locked()
        if result is None:
            return False
        result.claim(travailleur)
    try:
        with transaction.atomic():
            found = result.task_result
            result.set_successful(found.task.call(*found.args, **found.kwargs))
    except Exception as error:
        log.exception("tâche en échec id=%s", result.pk)
        result.set_failed(error)
    return True


def requeue_stale() -> int:
    """Tasks whose worker no longer beats go back to the queue; returns how many."""
    alive = set(
        Battement.objects.filter(vu_le__gte=timezone.now() - BATTEMENT_PERIME).values_list(
            "travailleur", flat=True
        )
    )
    count = 0
    with transaction.atomic():
        running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
        for result in running.order_by("id"):
            if not result.worker_ids or result.worker_ids[-1] not in alive:
                result.status, result.started_at = "READY", None
                result.save(update_fields=["status", "started_at"])
                count += 1
    return count


def run_daily_jobs() -> int:
    """Run the jobs not yet done today, one worker at a time; returns how many ran."""
    jour, done = timezone.localdate(), 0
    for code, job in quotidiens.items():
        motif = f"travail quotidien {code}"
        # People read the author in a parcours: the code of the job stays with the row rules.
        with ouvre_transaction(perimetre_systeme("travail quotidien", jour), systeme=motif):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [code])
                if not cursor.fetchone()[0]:
                    continue
            _, created = TravailQuotidien.objects.get_or_create(code=code, jour=jour)
            if created:
                job(jour)
                done += 1
    return done


class Travailleur:
    """The loop; `stop` ends it after the current piece of work."""

    def __init__(self) -> None:
        self.nom = f"{socket.gethostname()[:40]}-{os.getpid()}"
        self._stop = threading.Event()

    def stop(self) -> None:
        self._stop.set()

    def beat(self) -> None:
        """Note that this worker is alive."""
        Battement.objects.update_or_create(travailleur=self.nom, defaults={"vu_le": timezone.now()})

    def _beat_regularly(self) -> None:
        while not self._stop.wait(INTERVALLE_BATTEMENT):
            try:
                close_old_connections()
                self.beat()
            except Exception:  # noqa: BLE001  the database restarts: the next beat will pass
                log.warning("battement manqué")
        connection.close()

    def turn(self) -> bool:
        """One turn; returns whether anything was done."""
        work = requeue_stale() > 0
        work = run_next_task(self.nom) or work
        work = deliver_one() or work
        for _, job in frequents.items():
            work = bool(job()) or work
        return run_daily_jobs() > 0 or work

    def run(self) -> None:
        """Turn until stopped; a lost database is waited for."""
        self.beat()
        heart = threading.Thread(target=self._beat_regularly, daemon=True)
        heart.start()
        while not self._stop.is_set():
            try:
                close_old_connections()
                if not self.turn():
                    self._stop.wait(REPOS)
            except Exception:
                log.exception("tour interrompu")
                self._stop.wait(REPOS * 5)
        heart.join(timeout=2)
        Battement.objects.filter(travailleur=self.nom).delete()
