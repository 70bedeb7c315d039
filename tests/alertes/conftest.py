"""Alerts of the tests: measures of `tests.mesures`, computed on the day of the tests."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cariatide.alertes.actions import compute_alertes
from cariatide.alertes.actions.calcul import Calcul
from cariatide.alertes.models import Alerte
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme
from tests.distribution import JOUR, Monde
from tests.mesures.conftest import Fabrique


@pytest.fixture
def fabrique(monde: Monde) -> Fabrique:
    return Fabrique(monde)


def compute(jour: date = JOUR, *codes: str) -> Calcul:
    perimetre = perimetre_systeme("calcul des alertes", jour)
    with ouvre_transaction(perimetre, systeme="test"):
        return compute_alertes(perimetre=perimetre, codes=codes)


def every(**filtre: Any) -> list[Alerte]:
    rows = Alerte.objects.unscoped(reason="test").filter(**filtre)
    return list(rows.order_by("regle", "objet_id", "pk"))


def one(**filtre: Any) -> Alerte:
    (found,) = every(**filtre)
    return found


Calculer = Callable[..., Calcul]
