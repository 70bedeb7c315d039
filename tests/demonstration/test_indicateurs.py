"""At full scale, the indicators read in the rows are the figures of the agreement (source C)."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.demonstration import actions
from cariatide.mesures.models import Mesure
from cariatide.mesures.statuts import StatutMesure
from tests.demonstration.conftest import annulee, en_systeme
from tests.distribution import JOUR

RAISON = "essai de la démonstration"


@pytest.fixture(scope="module")
def departement(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole département; its papers are tested at a small scale."""
    with django_db_blocker.unblock(), annulee(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "write_papiers", lambda e: None)
        actions.load(JOUR, 1)
        yield


def valeur(code: str, annee: int) -> float:
    sortie = StringIO()
    call_command(
        "indicateurs", f"--code={code}", f"--annee={annee}", "--format=json", stdout=sortie
    )
    found = json.loads(sortie.getvalue())
    row = found[0] if isinstance(found, list) else found
    return float(row["valeur"])


@pytest.mark.parametrize("annee", [2024, 2025])
def test_les_annees_pleines_tiennent_l_objectif(departement: None, annee: int) -> None:
    assert 20 <= valeur("C-I1", annee) <= 30
    assert 4 <= valeur("C-I2", annee) <= 6
    assert 13 <= valeur("C-I3a", annee) <= 17
    assert 4 <= valeur("C-I3b", annee) <= 7
    assert 20 <= valeur("C-I4a", annee) <= 60
    assert 90 <= valeur("C-I4", annee) <= 300


def test_l_annee_en_cours_est_entamee_et_plausible(departement: None) -> None:
    assert 15 <= valeur("C-I1", JOUR.year) <= 30
    assert 2 <= valeur("C-I2", JOUR.year) <= 6


def test_tous_les_etats_d_une_saisine_et_d_une_mesure_sont_la(departement: None) -> None:
    with en_systeme():
        saisines = Saisine.objects.unscoped(reason=RAISON)
        assert 900 <= saisines.count() <= 930
        assert set(saisines.values_list("statut", flat=True)) == set(StatutSaisine)
        mesures = Mesure.objects.unscoped(reason=RAISON)
        assert 380 <= mesures.count() <= 425
        absents = set(StatutMesure) - set(mesures.values_list("statut", flat=True))
    assert not absents
