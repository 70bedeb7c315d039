"""State of the service: database, migrations, background worker, disk."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cariatide.journal.models import Battement, Livraison
from cariatide.socle.money import format_nombre

TRAVAILLEUR_MUET = timedelta(seconds=60)
MIO = 1024 * 1024  # bytes
DISQUE_MINIMUM = 500 * MIO
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
            Point(
                "base",
                "Base de données",
                False,
                f"Injoignable ({type(error).__name__}) : vérifiez que PostgreSQL tourne et que "
                "DATABASE_URL mène à lui.",
            ),
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
    """The disk of the code and its journals, and that of the files when it is another."""
    fichiers = Path(settings.MEDIA_ROOT)
    while not fichiers.exists():
        fichiers = fichiers.parent
    free = min(shutil.disk_usage(folder).free for folder in (settings.BASE_DIR, fichiers))
    ok = free >= DISQUE_MINIMUM
    message = f"{format_nombre(free // MIO)} Mio libres."
    if not ok:
        message += f" Il en faut {DISQUE_MINIMUM // MIO} : libérez de la place ou agrandissez-le."
    return Point("disque", "Espace disque", ok, message)
