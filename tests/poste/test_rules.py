"""What keeps a letter out of a batch; sheets, days, numbers."""

from datetime import date

import pytest

from cariatide.documents.contextes.accompagnement import Bilan
from cariatide.documents.modeles import Modele, list_au_menage
from cariatide.poste import rules
from cariatide.poste.rules import (
    check_jour,
    count_feuilles,
    find_obstacle,
    read_commune,
    read_numeros,
)
from cariatide.poste.statuts import ModeEnvoi
from cariatide.socle.erreurs import ErreurMetier

LIGNES = ("Ménage Lefèvre", "3 impasse du Moulin", "Appartement 2", "59600 Maubeuge")
RUE = ("3 Impasse du MOULIN", "appartement 2", "59600")
JOUR = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("change", "attendu"),
    [
        ({}, ""),
        ({"protegee": True, "niveau": 3}, rules.PROTEGEE),
        ({"niveau": 2}, rules.RESTREINT),
        ({"lignes": ("Ménage X", "À remettre par le référent du ménage")}, rules.SANS_ADRESSE),
        ({"lignes": ()}, rules.SANS_ADRESSE),
        ({"domicile": None}, rules.PARTI),
        ({"domicile": ("", "", "59600")}, rules.PARTI),
        ({"domicile": ("4 impasse du Moulin", "", "59600")}, rules.CHANGEE),
        ({"domicile": ("3 impasse du Moulin", "", "")}, ""),
        ({"domicile": ("impasse du Moul", "", "59600")}, rules.CHANGEE),
        ({"domicile": ("3 impasse du Moulin", "Appartement 12", "59600")}, rules.CHANGEE),
        ({"domicile": ("3 impasse du Moulin", "", "59000")}, rules.CHANGEE),
        (
            {"lignes": ("M. X", "13 impasse du Moulin", "Appartement 2", "59600 Maubeuge")},
            rules.CHANGEE,
        ),
        ({"revenu": True}, rules.REVENU),
    ],
)
def test_why_a_letter_stays_out(change: dict[str, object], attendu: str) -> None:
    valeurs = {"niveau": 1, "protegee": False, "lignes": LIGNES, "domicile": RUE, "revenu": False}
    assert find_obstacle(**valeurs | change) == attendu  # type: ignore[arg-type]


def test_the_commune_is_what_is_printed() -> None:
    assert read_commune(LIGNES) == "Maubeuge"
    assert read_commune(("59600 Maubeuge",)) == "", "a name is no address"
    assert read_commune(("M. X", "12345")) == "12345"
    assert read_commune(()) == ""


def test_sheets_of_paper() -> None:
    assert count_feuilles([1, 2, 3], recto_verso=False) == 6
    assert count_feuilles([1, 2, 3], recto_verso=True) == 4


def test_a_day_that_is_not_to_come_nor_too_early() -> None:
    check_jour(JOUR, JOUR, JOUR, "avant")
    with pytest.raises(ErreurMetier, match="à venir"):
        check_jour(date(2026, 11, 23), JOUR, JOUR, "avant")
    with pytest.raises(ErreurMetier, match="avant"):
        check_jour(date(2026, 11, 21), JOUR, JOUR, "avant")


def test_numbers_in_the_order_of_the_slip() -> None:
    ar = ModeEnvoi.RECOMMANDEE
    assert read_numeros("\r\n 1a  123 \n\n", 3, ar) == ["", "1A 123", ""]
    assert read_numeros("  \n", 2, ModeEnvoi.SIMPLE) == ["", ""]
    for texte, mode in (
        ("1\n2\n3", ar), ("1\n1", ar), ("x" * 31, ar), ("1-2;3", ar), ("1", ModeEnvoi.SIMPLE)
    ):  # fmt: skip
        with pytest.raises(ErreurMetier) as refus:
            read_numeros(texte, 2, mode)
        assert "numeros" in refus.value.champs


def test_a_kind_says_that_it_goes_to_the_household() -> None:
    assert set(list_au_menage()) == {"courrier_menage", "notification_decision"}
    with pytest.raises(TypeError, match="lettre"):
        Modele("x", 1, "X", Bilan, "x.typ", au_menage=True)
