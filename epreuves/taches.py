"""What the worker does in the fault tests: an effect that can be counted, in the middle a pause."""

import random
import time

from django.utils import timezone
from django_tasks import task

from cariatide.journal.models import Battement

PREFIXE = "effet-"
DUREE = 0.06  # seconds at most, so that the kill comes in the middle of one


def leave_effect(cause: str) -> None:
    """A row of its own for each time it is done: done twice shows."""
    Battement.objects.create(travailleur=f"{PREFIXE}{cause}-{time.time_ns()}", vu_le=timezone.now())
    time.sleep(random.uniform(0, DUREE))  # noqa: S311  not secret


@task()
def mark(rang: int) -> None:
    leave_effect(f"tache{rang}")


class Marqueur:
    """A consumer of events that leaves its effect."""

    def wants(self, nom: str) -> bool:
        return nom == "epreuve.fait"

    def handle(self, evenement_id: int) -> None:
        leave_effect(f"evenement{evenement_id}")
