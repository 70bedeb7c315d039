"""Many secretaries decide the same cases at once: each case is decided once."""

import random
import threading
from collections import Counter

from django.db import connection

from cariatide.commission.actions.decisions import record_decision
from cariatide.commission.models import Decision
from cariatide.socle.erreurs import ConflitDeVersion
from tests.commission.fabrique import (
    MOTIF,
    add_dossier,
    add_instance,
    hold,
    inscribe,
    plan,
    register_faux,
)
from tests.distribution import Monde

SENS = ("maintien", "refus")


def run(monde: Monde, *, clients: int, dossiers: int) -> int:
    """Each client tries every case in an order of its own; returns the number of failures."""
    with register_faux() as faux:
        planned = plan(monde, add_instance(monde))
        cases = [add_dossier(monde, faux, nom=f"Course{n}") for n in range(dossiers)]
        keys = [passage.pk for passage in inscribe(monde, planned, *cases)]
        hold(monde, planned)
        perimetre = monde.perimetre("dora")
        start, broken = threading.Barrier(clients), []
        won, lost = Counter[int](), Counter[int]()

        def secretary(rang: int) -> None:
            order = random.Random(rang)  # noqa: S311  repeatable, not secret
            start.wait(120)
            try:
                for key in order.sample(keys, len(keys)):
                    try:
                        record_decision(
                            perimetre=perimetre,
                            passage_id=key,
                            version=1,
                            sens=order.choice(SENS),
                            motif=MOTIF,
                        )
                        won[key] += 1
                    except ConflitDeVersion:
                        lost[key] += 1
            except Exception as erreur:  # noqa: BLE001  counted and shown below
                broken.append(erreur)
            finally:
                connection.close()

        threads = [threading.Thread(target=secretary, args=(n,)) for n in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        written = Decision.objects.visible_to(perimetre).count()
        told = sum(len(case.decisions) for case in faux.dossiers.values())
    doubles = sum(n - 1 for n in won.values() if n > 1)
    attempts = sum(won.values()) + sum(lost.values())
    print(
        f"Courses : {clients} clients, {dossiers} dossiers, {attempts} décisions tentées, "
        f"{written} écrites, {told} annoncées, {doubles} doubles, {len(broken)} erreurs."
    )
    for erreur in broken[:3]:
        print(f"  {erreur!r}")
    return int(doubles > 0 or written != dossiers or told != dossiers or bool(broken))
