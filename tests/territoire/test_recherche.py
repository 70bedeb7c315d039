"""Search and resolution over the communes of France that the product carries."""

from datetime import date
from typing import Any

import pytest

from cariatide.territoire.queries import (
    CommuneAncienne,
    CommuneExacte,
    CommuneInconnue,
    CommunesAmbigues,
    resolve_commune,
    search_communes,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("saisi", "code", "entite"),
    [
        ("72181", "72181", "Le Mans"),
        ("72000", "72181", "Le Mans"),
        ("LE MANS CEDEX 9", "72181", "Le Mans"),
        ("Mans (Le)", "72181", "Le Mans"),
        ("72000 Le Mans", "72181", "Le Mans"),
        ("1001", "01001", "L'Abergement-Clémenciat"),
        ("01001", "01001", "L'Abergement-Clémenciat"),
        ("2a004", "2A004", "Ajaccio"),
        ("2B033", "2B033", "Bastia"),
        ("Bastia (2B)", "2B033", "Bastia"),
        ("Paris", "75056", "Paris"),
        ("75112", "75056", "Paris 12e Arrondissement"),
        ("Paris 12", "75056", "Paris 12e Arrondissement"),
        ("Lyon 3ème", "69123", "Lyon 3e Arrondissement"),
        ("13201", "13055", "Marseille 1er Arrondissement"),
        ("L’HAY LES ROSES", "94038", "L'Haÿ-les-Roses"),
        ("Saint-Denis (974)", "97411", "Saint-Denis"),
        # A current and a delegated commune share the code: the code is that of the current one,
        # the name that of the part.
        ("01015", "01015", "Arboys en Bugey"),
        ("Arbignieu", "01015", "Arbignieu"),
        # Re-created communes are communes again.
        ("76601", "76601", "Saint-Lucien"),
        ("15031", "15031", "Celles"),
    ],
)
def test_exacte(saisi: str, code: str, entite: str) -> None:
    found = resolve_commune(saisi)
    assert isinstance(found, CommuneExacte)
    assert (found.commune.code, found.commune.type) == (code, "actuelle")
    assert found.entite.nom == entite


@pytest.mark.parametrize(
    ("saisi", "options", "code", "date_effet", "bornes"),
    [
        ("01340", {"nature": "insee"}, "01015", date(2016, 1, 1), None),
        ("20004", {}, "2A004", date(1976, 1, 1), None),
        ("60455", {}, "60694", date(2019, 1, 1), None),
        ("93059", {}, "93066", None, (2024, 2025)),
        ("Pierrefitte-sur-Seine", {}, "93066", None, (2024, 2025)),
        ("50649", {}, "50592", None, None),
        ("Châlons-sur-Marne", {}, "51108", date(1998, 1, 4), None),
    ],
)
def test_ancienne(
    saisi: str,
    options: dict[str, Any],
    code: str,
    date_effet: date | None,
    bornes: tuple[int, int] | None,
) -> None:
    found = resolve_commune(saisi, **options)
    assert isinstance(found, CommuneAncienne)
    assert found.commune.code == code
    assert found.date_effet == date_effet
    seen = (found.present_au, found.absent_au)
    assert seen == ((date(bornes[0], 1, 1), date(bornes[1], 1, 1)) if bornes else (None, None))
    if date_effet is None:
        assert "date non fournie" in found.avertissement


@pytest.mark.parametrize(
    ("saisi", "nature", "le", "existait"),
    [
        ("01340", "insee", date(2015, 12, 31), True),
        ("01340", "insee", date(2016, 1, 1), False),
        ("93059", None, date(2024, 1, 1), True),
        ("93059", None, date(2024, 6, 1), None),  # the sources do not tell
        ("93059", None, date(2025, 1, 1), False),
        ("50649", None, date(2010, 1, 1), None),
    ],
)
def test_existait_a_la_date_du_fait(
    saisi: str, nature: str | None, le: date, existait: bool | None
) -> None:
    found = resolve_commune(saisi, le=le, nature=nature)
    assert isinstance(found, CommuneAncienne)
    assert found.existait_le is existait


def test_commune_retablie_apres_la_date_du_fait() -> None:
    found = resolve_commune("76601", le=date(2010, 1, 1))
    assert isinstance(found, CommuneExacte)
    assert found.avertissement == (
        "Au 01/01/2010, Saint-Lucien faisait partie de Sigy-en-Bray "
        "(rétablissement, le 01/01/2017)."
    )
    after = resolve_commune("76601", le=date(2018, 1, 1))
    assert isinstance(after, CommuneExacte) and after.avertissement == ""


@pytest.mark.parametrize(
    ("saisi", "options", "codes"),
    [
        ("Saint-Denis", {}, {"11339", "30247", "93066", "97411"}),
        ("97411", {}, {"97411", "97415"}),  # an INSEE code, and another commune's postal code
        ("Mars", {}, {"07151", "42141"}),
    ],
)
def test_ambigue(saisi: str, options: dict[str, Any], codes: set[str]) -> None:
    found = resolve_commune(saisi, **options)
    assert isinstance(found, CommunesAmbigues)
    assert {c.code for c in found.candidats} == codes
    assert found.avertissement.endswith("Précisez laquelle.")


def test_la_colonne_ou_le_departement_levent_l_ambiguite() -> None:
    insee = resolve_commune("97411", nature="insee")
    assert isinstance(insee, CommuneExacte) and insee.commune.nom == "Saint-Denis"
    nom = resolve_commune("Saint-Denis", departement="93")
    assert isinstance(nom, CommuneExacte) and nom.commune.code == "93066"


@pytest.mark.parametrize(
    ("saisi", "message"),
    [
        ("", "La commune n’est pas indiquée."),
        ("99999", "« 99999 » n’est le code d’aucune commune, actuelle ou ancienne."),
        ("Trifouillis-les-Oies", "Aucune commune ne s’appelle « Trifouillis-les-Oies »."),
        ("Maubeu", "Communes proches : Maubeuge (59)."),
    ],
)
def test_inconnue(saisi: str, message: str) -> None:
    with pytest.raises(CommuneInconnue) as error:
        resolve_commune(saisi)
    assert message in error.value.message


@pytest.mark.parametrize(
    ("saisi", "premier"),
    [
        ("mans", "72181"),
        ("le man", "72181"),
        ("avesn", "59036"),
        ("mars", "42141"),  # exactly that name, however many towns contain it
        ("7200", "72181"),
        ("72181", "72181"),
        ("st jean de bra", "45284"),
        ("Arbigni", "01015"),  # a delegated commune leads to the commune of today
        ("chalons sur m", "51108"),  # so does a former name
    ],
)
def test_recherche(saisi: str, premier: str) -> None:
    assert search_communes(saisi)[0].code == premier


def test_recherche_limitee_a_un_departement() -> None:
    found = search_communes("saint", departement="72", limit=5)
    assert len(found) == 5
    assert {c.departement_id for c in found} == {"72"}


@pytest.mark.parametrize("saisi", ["", "  ", "%", "_", "zzzz", "\\"])
def test_recherche_sans_reponse(saisi: str) -> None:
    assert search_communes(saisi) == []


def test_une_seule_requete(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        [c.libelle for c in search_communes("saint")]
