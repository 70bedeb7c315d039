"""The data-protection officer of the demonstration has files past their term to look at."""

from typing import Any

from cariatide.conformite.queries import (
    describe,
    describe_exception,
    list_dossiers,
    list_exceptions,
)
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


def test_un_acces_d_exception_est_passe(demonstration: Any) -> None:
    """Its officer and the head of service of the operator see it; it opens nothing any more."""
    for qui in ("denise.garnier", "claire.fontaine"):
        perimetre = perimetre_de(qui)
        with en_systeme():
            (ligne,) = list_exceptions(perimetre, {}).values()
        assert describe_exception(ligne)["etat"] == "Terminé"
        assert not perimetre.exceptions
