"""State of the service: database, migrations, background worker, disk."""

import shutil
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cariatide.journal.models import Battement, Livraison

TRAVAILLEUR_MUET = timedelta(seconds=60)
DISQUE_MINIMUM = 500 * 1024 * 1024  # bytes
LETTRES_MORTES_MAX = 0


@dataclass(frozen=True)
class Point:
    """One thing checked, in words that say what to do."""

    code: str
    libelle: str
    ok: bool
    message: str


def check_sante() -> list[Point]:
    """Check everything; the first failure of the database stops what needs it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return [
            Point("base", "Base de données", False, f"Injoignable ({type(error).__name__})."),
            _disk(),
        ]
    return [
        Point("base", "Base de données", True, "Répond."),
        _migrations(),
        _worker(),
        _letters(),
        _disk(),
    ]


def _migrations() -> Point:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        message = (
            f"{len(plan)} à appliquer : lancez « manage.py migrate » avec le compte propriétaire."
        )
        return Point("migrations", "Structure de la base", False, message)
    return Point("migrations", "Structure de la base", True, "À jour.")


def _worker() -> Point:
    limit = timezone.now() - TRAVAILLEUR_MUET
    alive = Battement.objects.filter(vu_le__gte=limit).count()
    if not alive:
        message = "Aucun ne répond : lancez « manage.py travailleur ». Les avis attendent."
        return Point("travailleur", "Travail en arrière-plan", False, message)
    return Point("travailleur", "Travail en arrière-plan", True, f"{alive} en marche.")


def _letters() -> Point:
    dead = Livraison.objects.filter(statut=Livraison.Statut.ABANDONNEE).count()
    message = (
        f"{dead} abandonnée(s) : voyez la page des livraisons." if dead else "Aucune en panne."
    )
    return Point("livraisons", "Livraisons d’événements", dead <= LETTRES_MORTES_MAX, message)


def _disk() -> Point:
    free = shutil.disk_usage(settings.BASE_DIR).free
    message = f"{free // (1024 * 1024)} Mio libres."
    return Point("disque", "Espace disque", free >= DISQUE_MINIMUM, message)
