"""Values as offices type them: accepted exactly or refused with a French sentence."""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cariatide.socle.dates import format_date, format_date_longue, format_date_texte
from cariatide.socle.tableurs import identifiants as ids
from cariatide.socle.tableurs import valeurs
from cariatide.socle.tableurs.erreurs import ValeurRefusee

CAS = Path(__file__).parents[3] / "shared/data/imports_beneficiaires_fr"
REFERENCE = date(2026, 11, 22)


def refused(parse, *args, **options) -> str:
    with pytest.raises(ValeurRefusee) as caught:
        parse(*args, **options)
    assert caught.value.message_fr.endswith(".")
    return caught.value.message_fr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/05/1998", date(1998, 5, 25)),
        ("22-04-1997", date(1997, 4, 22)),
        ("1.2.2024", date(2024, 2, 1)),
        ("1 2 2024", date(2024, 2, 1)),
        ("1998-05-25", date(1998, 5, 25)),
        ("1998/5/25", date(1998, 5, 25)),
        ("1998-05-25T00:00:00", date(1998, 5, 25)),
        ("1998-05-25 14:30", date(1998, 5, 25)),
        ("22/11/2026 14:30", date(2026, 11, 22)),
        ("25051998", date(1998, 5, 25)),
        ("1/2/24", date(2024, 2, 1)),
        ("1/2/36", date(2036, 2, 1)),
        ("1/2/37", date(1937, 2, 1)),
        ("1er mars 2024", date(2024, 3, 1)),
        ("vendredi 12 févr. 2021", date(2021, 2, 12)),
        ("12 aout 2024", date(2024, 8, 12)),
        ("36000", date(1998, 7, 24)),
        ("45350.75", date(2024, 2, 28)),
        (" 29/02/2024\u00a0", date(2024, 2, 29)),
    ],
)
def test_dates(text, expected):
    assert valeurs.parse_date(text, reference=REFERENCE) == expected


@pytest.mark.parametrize(
    "text",
    ["", "undefined", "32/12/1920", "15/13/1920", "32/12/192", "1/00/1900", "29/02/2018",
     "02/25/1998", "19970-04-22", "1998", "9999", "12 ju 2024", "99999", "1/2", "0/0/0000"],
)  # fmt: skip
def test_dates_refused(text):
    refused(valeurs.parse_date, text, reference=REFERENCE)


def test_a_birth_date_is_past_and_plausible():
    parse = valeurs.parse_date_naissance
    assert parse("1/2/36", reference=REFERENCE) == date(1936, 2, 1)
    assert parse("31/12/26", reference=REFERENCE) == date(1926, 12, 31)
    assert parse("22/11/26", reference=REFERENCE) == REFERENCE
    assert "futur" in refused(parse, "15/06/2050", reference=REFERENCE)
    assert "1900" in refused(parse, "05/01/1850", reference=REFERENCE)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_writing_of_a_date_is_read_back(day):
    for text in (
        format_date(day),
        day.isoformat(),
        format_date_texte(day),
        format_date_longue(day),
    ):
        assert valeurs.parse_date(text) == day


def test_date_and_time():
    assert valeurs.parse_date_heure("22/11/2026 14h30") == datetime(2026, 11, 22, 14, 30)
    assert valeurs.parse_date_heure("2026-11-22T14:30:05") == datetime(2026, 11, 22, 14, 30, 5)
    assert valeurs.parse_date_heure("2026-11-22") == datetime(2026, 11, 22)
    refused(valeurs.parse_date_heure, "22/11/2026 27:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("OUI", True), ("x", True), ("1", True), ("VRAI", True), ("o", True), (" Oui ", True),
     ("Non", False), ("0", False), ("FAUX", False), ("n", False)],
)  # fmt: skip
def test_truth(text, expected):
    assert valeurs.parse_booleen(text) is expected


def test_truth_refused():
    for text in ("", "yes", "120", "peut-être"):
        refused(valeurs.parse_booleen, text)
    assert valeurs.parse_booleen("", vide=False) is False


def test_closed_list():
    choix = {"PREMIERE_DOM": "PREMIERE_DOM", "PREMIERE": "PREMIERE_DOM", "Validé": "VALIDE"}
    assert valeurs.parse_choix("premiere", choix) == "PREMIERE_DOM"
    assert valeurs.parse_choix(" valide", choix) == "VALIDE"
    assert "PREMIERE" in refused(valeurs.parse_choix, "PREM", choix)
    refused(valeurs.parse_choix, "", choix)


def test_numbers():
    assert valeurs.parse_decimal("1 234,56 €") == Decimal("1234.56")
    assert valeurs.parse_montant("274,65999999999997") == Decimal("274.66")
    assert valeurs.parse_montant("-5", negatif=True) == Decimal("-5.00")
    assert valeurs.parse_entier("12,0") == 12
    refused(valeurs.parse_montant, "-5")
    refused(valeurs.parse_entier, "12,5")
    refused(valeurs.parse_entier, "0", minimum=1)
    refused(valeurs.parse_entier, "31", maximum=30)
    assert "scientifique" in refused(valeurs.parse_decimal, "1,85E+14")


def test_names_keep_their_case():
    assert valeurs.parse_nom("  de  La  Fontaine ") == "de La Fontaine"
    assert valeurs.parse_nom("N’Diaye-O'Neil") == "N’Diaye-O'Neil"
    assert valeurs.normalise("N’Diaye-O'Neil") == "n diaye o neil"
    for text in ("", "1234", "a@b", "--", "x" * 101, "Dupont2"):
        refused(valeurs.parse_nom, text)
    assert valeurs.parse_texte(" a \x00 b\r\n c ") == "a b\nc"
    refused(valeurs.parse_texte, "x" * 201)
    refused(valeurs.parse_texte, "  ", obligatoire=True)


@pytest.mark.parametrize(
    ("text", "e164", "affichage", "mobile"),
    [
        ("0602030405", "+33602030405", "06 02 03 04 05", True),
        ("06------02------03------04 05", "+33602030405", "06 02 03 04 05", True),
        ("01/42/24/90/62", "+33142249062", "01 42 24 90 62", False),
        ("609090909", "+33609090909", "06 09 09 09 09", True),
        ("+33 (0)7 82 60 59 41", "+33782605941", "07 82 60 59 41", True),
        ("0033782605941", "+33782605941", "07 82 60 59 41", True),
        ("+262692001234", "+262692001234", "0692 00 12 34", True),
        ("0692 00 12 34", "+262692001234", "0692 00 12 34", True),
        ("+44 7911 123456", "+447911123456", "+44 7911 123456", True),
    ],
)
def test_telephones(text, e164, affichage, mobile):
    found = ids.parse_telephone(text)
    assert (found.e164, found.affichage, found.mobile) == (e164, affichage, mobile)
    assert found.zero_restitue is (text == "609090909")
    assert found.francais is not e164.startswith("+44")


def test_telephones_refused_and_several():
    for text in (
        "",
        "0102030405 et des lettres",
        "071234567",
        "3949",
        "+",
        "00",
        "0000000000",
        "0012345678",
    ):
        refused(ids.parse_telephone, text)
    assert [t.e164 for t in ids.parse_telephones("0601234567, 0712345678\u00a0")] == [
        "+33601234567",
        "+33712345678",
    ]
    assert len(ids.parse_telephones("0601234567 ou 06 01 23 45 67")) == 1
    assert "071234567" in refused(ids.parse_telephones, "0601234567, 071234567")
    refused(ids.parse_telephones, " , ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("185077505612323", "185077505612323"),
        ("1 85 07 75 056 123 23", "185077505612323"),
        (" 1010475056123 ", "101047505612312"),
        ("192102A13112357", "192102A13112357"),
        ("192102a131123", "192102A13112357"),
        ("192102B131123", None),
    ],
)
def test_social_security_numbers(text, expected):
    number = ids.parse_nir(text)
    assert len(number) == 15
    assert expected in (None, number) or number[:13] == expected[:13]


def test_social_security_numbers_refused():
    for text in ("", "185077505612324", "12345678901234", "1234567890123456", "123456a78901234",
                 "-12345678901234", "192102A13112318", "192102C131123"):  # fmt: skip
        refused(ids.parse_nir, text)
    number = "185077505612323"
    assert ids.parse_nir(number, naissance=date(1985, 7, 1), civilite="M") == number
    assert "naissance" in refused(ids.parse_nir, number, naissance=date(1986, 7, 1))
    assert "civilité" in refused(ids.parse_nir, number, civilite="F")
    assert number not in refused(ids.parse_nir, "185077505612324")  # no secret in a message


def test_postal_codes_get_their_zero_back():
    assert ids.parse_code_postal("01000") == ids.CodePostal("01000")
    assert ids.parse_code_postal("1000") == ids.CodePostal("01000", zero_restitue=True)
    assert ids.parse_code_postal("F-75 001").valeur == "75001"
    assert ids.parse_code_postal("20090").valeur == "20090"
    for text in ("", "123", "0100", "00100", "99000", "7500A", "750011"):
        refused(ids.parse_code_postal, text)
    assert ids.parse_code_insee("2a004").valeur == "2A004"
    assert ids.parse_code_insee("1053") == ids.CodePostal("01053", zero_restitue=True)
    refused(ids.parse_code_insee, "2C004")


# -- given cases -----------------------------------------------------------------------------

PARSEURS = {
    "nir": ids.parse_nir,
    "date": lambda text: valeurs.parse_date(text, reference=REFERENCE),
    "date naissance": lambda text: valeurs.parse_date_naissance(text, reference=REFERENCE),
    "téléphone": ids.parse_telephone,
    "courriel": ids.parse_email,
    "oui/non": valeurs.parse_booleen,
}
# Where the given products differ or are stricter than an office needs: our choices.
CHOIX = {
    "01/02/03/04/05": True,  # the separator is harmless, and a landline is a telephone
    "15-12-1920": True,
    "2019-12-10": True,
    "email#invalide@example.com": False,
    "1010475056123": True,
}


@pytest.mark.given_cases
def test_given_validation_cases():
    path = CAS / "cas_validation.csv"
    if not path.exists():
        pytest.skip("cas fournis absents : cas_validation.csv n'est pas à côté du projet")
    with path.open(encoding="utf-8", newline="") as lines:
        cases = [line for line in csv.DictReader(lines) if line["type"] in PARSEURS]
    assert len(cases) > 50
    for case in cases:
        text, expected = case["entree"], case["attendu"]
        accepted = CHOIX.get(text, "invalide" not in expected)
        try:
            PARSEURS[case["type"]](text)
            outcome = True
        except ValeurRefusee:
            outcome = False
        assert outcome is accepted, case


@pytest.mark.given_cases
def test_all_date_formats_of_the_given_file():
    path = CAS / "carnet_de_bord/import_beneficiaires_with_all_date_formats.csv"
    if not path.exists():
        pytest.skip(f"cas fournis absents : {path.name} n'est pas à côté du projet")
    with path.open(encoding="utf-8", newline="") as lines:
        typed = [row["Date de naissance*"] for row in csv.DictReader(lines, delimiter=";")]
    assert [valeurs.parse_date_naissance(text) for text in typed] == [
        date(1998, 5, 25),
        *[date(1997, 4, 22)] * 3,
    ]


@example("1" + 26 * "0")
@example("0," + 60 * "1")
@given(st.one_of(st.text(max_size=40), st.from_regex(r"-?[0-9]{1,40}([.,][0-9]{1,40})?")))
def test_no_text_makes_a_parser_fail_otherwise(text):
    parsers = [*PARSEURS.values(), valeurs.parse_decimal, valeurs.parse_montant,
               valeurs.parse_entier, valeurs.parse_nom, valeurs.parse_date_heure,
               ids.parse_telephones, ids.parse_code_postal, ids.parse_code_insee]  # fmt: skip
    for parse in parsers:
        try:
            parse(text)
        except ValeurRefusee as error:
            assert error.message_fr


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True))
def test_the_short_way_reads_a_number_as_the_package_does(digits):
    assert ids.parse_telephone(digits) == ids._search_telephone(digits, digits)
