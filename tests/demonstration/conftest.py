"""One small demonstration for a whole module, rolled back at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from cariatide.comptes.models import Utilisateur
from cariatide.demonstration.actions import load
from cariatide.demonstration.distribution import DOMAINE
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import Perimetre, perimetre_systeme
from tests.distribution import JOUR

ECHELLE = 0.05


@contextmanager
def annulee() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def en_systeme() -> Iterator[Perimetre]:
    """Reads of the tests themselves, row rules open."""
    perimetre = perimetre_systeme("essai", JOUR)
    with ouvre_transaction(perimetre, systeme="essai"):
        yield perimetre


def perimetre_de(code: str) -> Perimetre:
    return build_perimetre(Utilisateur.objects.get(email=f"{code}@{DOMAINE}"), JOUR)


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The département at one twentieth, deferred constraints checked."""
    with django_db_blocker.unblock(), annulee():
        load(JOUR, 1, ECHELLE)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
