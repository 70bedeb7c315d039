"""The data-protection officer of the demonstration has files past their term to look at."""

from typing import Any

from cariatide.conformite.queries import describe, list_dossiers
from tests.demonstration.conftest import en_systeme, perimetre_de
from tests.distribution import JOUR


def test_des_dossiers_sont_au_terme(demonstration: Any) -> None:
    dpo = perimetre_de("denise.garnier")
    with en_systeme():
        rows = list(
            list_dossiers(dpo, {}).values("reference", "dernier_contact_le", "archive_le", "gele")
        )
    assert len(rows) >= 3
    assert all(describe(row, JOUR)["echue"] for row in rows)
