"""A measure from its opening to its evaluation, by the people who may."""

from datetime import date, timedelta

import pytest

from cariatide.mesures import actions
from tests.distribution import JOUR
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db


def test_terminee(fabrique: Fabrique) -> None:
    mesure = fabrique.terminee()
    assert reload(mesure).statut == "terminee"
