"""How codes and names of communes are read, as offices type and export them."""

from datetime import date

import pytest

from cariatide.territoire.rules import (
    SaisieCommune,
    format_bornes,
    format_date,
    normalise_code,
    normalise_nom,
    read_saisie,
)


@pytest.mark.parametrize(
    ("saisi", "attendu"),
    [
        ("01001", "01001"),
        ("1001", "01001"),  # a spreadsheet dropped the zero
        ("1001.0", "01001"),
        ("1001,00", "01001"),
        (" 72181 ", "72181"),
        ("2a004", "2A004"),
        ("2B033", "2B033"),
        ("97411", "97411"),
        ("720", ""),
        ("2C004", ""),
        ("Le Mans", ""),
        ("", ""),
    ],
)
def test_code(saisi: str, attendu: str) -> None:
    assert normalise_code(saisi) == attendu


@pytest.mark.parametrize(
    ("saisi", "attendu"),
    [
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("ST-DENIS", "saint denis"),
        ("Ste. Florence", "sainte florence"),
        ("Avesnes s/Helpe", "avesnes sur helpe"),
        ("LE MANS CEDEX 2", "le mans"),
        ("Mans (Le)", "le mans"),
        ("ABERGEMENT-CLEMENCIAT (L')", "l abergement clemenciat"),
        ("Paris 12", "paris 12e arrondissement"),
        ("LYON 3EME", "lyon 3e arrondissement"),
        ("Marseille 1er arrondissement", "marseille 1er arrondissement"),
        ("Œuilly", "oeuilly"),
        ("  Maubeuge ", "maubeuge"),
    ],
)
def test_nom(saisi: str, attendu: str) -> None:
    assert normalise_nom(saisi) == attendu


@pytest.mark.parametrize(
    ("saisi", "attendu"),
    [
        ("72181", SaisieCommune(code="72181")),
        ("72000 Le Mans", SaisieCommune(code="72000", nom="le mans")),
        ("Le Mans 72000", SaisieCommune(code="72000", nom="le mans")),
        ("LE MANS (72000)", SaisieCommune(code="72000", nom="le mans")),
        ("Ajaccio (2a)", SaisieCommune(nom="ajaccio", departement="2A")),
        ("Saint-Denis (974)", SaisieCommune(nom="saint denis", departement="974")),
        ("Celles", SaisieCommune(nom="celles")),
        ("  ", SaisieCommune()),
    ],
)
def test_saisie(saisi: str, attendu: SaisieCommune) -> None:
    assert read_saisie(saisi) == attendu


def test_absence_de_date_est_dite() -> None:
    assert format_date(None) == "date non fournie"
    assert format_bornes(None, None) == "date non fournie"
    assert format_bornes(date(2024, 1, 1), date(2025, 1, 1)) == (
        "date non fournie ; entre les codes géographiques 2024 et 2025"
    )
