"""A measure from its opening to its evaluation, by the people who may."""

import pytest

from tests.mesures.conftest import Fabrique, reload

pytestmark = pytest.mark.django_db


def test_terminee(fabrique: Fabrique) -> None:
    mesure = fabrique.terminee()
    assert reload(mesure).statut == "terminee"
