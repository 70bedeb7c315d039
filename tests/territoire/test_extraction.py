"""From published files to our facts: pure functions over a small invented country."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cariatide.territoire import extraction, fichiers
from cariatide.territoire.extraction import Editions
from cariatide.territoire.statuts import NatureEvenement, Zonage


def commune(code: str, nom: str, type_: str = "commune-actuelle", **plus: object) -> dict:
    return {"code": code, "nom": nom, "type": type_, "departement": code[:2], **plus}


AUJOURDHUI = [
    commune("01001", "Bourg-Neuf", anciensCodes=["01002", "01003"], population=900,
            codesPostaux=["01400", "01300"], arrondissement="011"),
    commune("01001", "Bourg", "commune-deleguee", chefLieu="01001"),
    commune("01002", "Vieux-Pré", "commune-deleguee", chefLieu="01001"),
    commune("01003", "Lande", "commune-associee", chefLieu="01004"),
    commune("01004", "Rivière"),
    commune("01005", "Renée", population=50),
    commune("01101", "Bourg 1er", "arrondissement-municipal", commune="01001"),
]  # fmt: skip
EN_2024 = [
    commune("01001", "Bourg"),
    commune("01002", "Vieux-Pré"),
    commune("01004", "Rivière-sous-Bois"),
    commune("01005", "Renée", "commune-deleguee", chefLieu="01004"),
]
HISTORIQUE = [
    {"type": "COM", "code": "01003", "nom": "Lande", "id": "COM-01003@1943-01-01",
     "dateFin": "1973-01-01", "raisonFin": "fusion-association"},
    {"type": "COMA", "code": "01005", "nom": "Renée", "id": "COMA-01005@1972-01-01",
     "pole": "COM-01004@1972-01-01", "dateFin": "1980-01-01"},
    {"type": "COM", "code": "01004", "nom": "Rivière", "id": "COM-01004@1972-01-01"},
]  # fmt: skip
EPCI = [{"code": "200000001", "nom": "CC", "type": "CC", "membres": [{"code": "01001"}]}]


@pytest.fixture
def editions() -> Editions:
    return Editions({2024: EN_2024}, HISTORIQUE)


def test_une_commune_et_ses_parties() -> None:
    rows = extraction.rows_of_communes(AUJOURDHUI, EPCI)
    assert rows[0] == (
        "01001", "actuelle", "Bourg-Neuf", "01", "011", "200000001", "900", "", "", "01300 01400",
    )  # fmt: skip
    # The delegated commune shares the code: its own line, without the EPCI of the whole.
    assert rows[1][:3] == ("01001", "deleguee", "Bourg")
    assert rows[1][5] == "" and rows[1][8] == "01001"
    assert next(r for r in rows if r[1] == "arrondissement_municipal")[8] == "01001"


def test_type_inconnu_refuse() -> None:
    with pytest.raises(extraction.SourceInattendue, match="commune-lunaire"):
        extraction.rows_of_communes([commune("01009", "Mer", "commune-lunaire")], [])


def test_rattachement_d_aujourd_hui_avant_la_liste_des_anciens_codes() -> None:
    assert extraction.successors(AUJOURDHUI) == {"01002": "01001", "01003": "01004"}


def test_ancien_code_de_deux_communes_refuse() -> None:
    doubles = [commune("01001", "A", anciensCodes=["01009"]),
               commune("01002", "B", anciensCodes=["01009"])]  # fmt: skip
    with pytest.raises(extraction.SourceInattendue, match="01009"):
        extraction.successors(doubles)


def test_evenements_dates_ou_seulement_encadres(editions: Editions) -> None:
    rows = {
        (r[0], r[2], r[3]): r for r in extraction.rows_of_evenements(2025, AUJOURDHUI, editions)
    }
    fusion, nom = NatureEvenement.FUSION.value, NatureEvenement.CHANGEMENT_DE_NOM.value
    retour = NatureEvenement.RETABLISSEMENT.value
    # A date where the history gives one; else the two editions that frame the change.
    assert rows["01003", fusion, "01004"][4:] == ("1973-01-01", "", "")
    assert rows["01002", fusion, "01001"][4:] == ("", "2024-01-01", "2025-01-01")
    assert rows["01001", nom, "01001"][1] == "Bourg"
    assert rows["01004", nom, "01004"][1] == "Rivière-sous-Bois"
    assert rows["01004", retour, "01005"][4:] == ("", "2024-01-01", "2025-01-01")


def test_zones_des_parties(editions: Editions) -> None:
    evenements = extraction.rows_of_evenements(2025, AUJOURDHUI, editions)
    table = {"01001": "2", "01002": "3", "01004": "3"}
    rows = extraction.rows_of_zones(Zonage.APL, table, AUJOURDHUI, evenements)
    assert [r[:4] for r in rows] == [
        ("01001", "apl", "2", "01001"),  # the parts disagree: each keeps its own
        ("01001", "apl", "3", "01002"),
        ("01004", "apl", "3", "01004"),
        ("01005", "apl", "3", "01004"),  # re-created out of 01004, the only answer
    ]
    rows = extraction.rows_of_zones(Zonage.APL, {"01001": "2"}, AUJOURDHUI, evenements)
    assert [r[0] for r in rows] == ["01001"]  # unknown stays unknown


def test_tables_identiques_octet_par_octet(tmp_path: Path) -> None:
    for nom in ("a", "b"):
        (tmp_path / nom).mkdir()
        fichiers.write_table(tmp_path / nom / "t.csv.gz", ("x", "y"), [("1", "é"), ("2", '"')])
    data = (tmp_path / "a" / "t.csv.gz").read_bytes()
    assert data == (tmp_path / "b" / "t.csv.gz").read_bytes()
    assert gzip.decompress(data).decode() == 'x,y\n1,é\n2,""""\n'


def test_fichier_modifie_refuse(tmp_path: Path) -> None:
    fichiers.write_table(tmp_path / "t.csv.gz", ("x",), [("1",)])
    fichiers.write_manifeste(tmp_path, 2026, {})
    assert list(fichiers.read_table(tmp_path, "t")) == [{"x": "1"}]
    fichiers.write_table(tmp_path / "t.csv.gz", ("x",), [("2",)])
    with pytest.raises(fichiers.DonneesIllisibles, match="manifeste"):
        list(fichiers.read_table(tmp_path, "t"))
    with pytest.raises(fichiers.DonneesIllisibles, match="absent"):
        list(fichiers.read_table(tmp_path, "autre"))


def _paquet(dossier: Path, version: str, communes: list[dict]) -> Path:
    data = dossier / "data"
    data.mkdir(parents=True)
    (dossier / "package.json").write_text(json.dumps({"version": version}))
    tables = {
        "communes": communes,
        "epci": EPCI,
        "regions": [{"code": "84", "nom": "Région", "chefLieu": "01001"}],
        "departements": [{"code": "01", "nom": "Ain", "region": "84", "chefLieu": "01001"}],
        "arrondissements": [
            {"code": "011", "nom": "Bourg", "departement": "01", "chefLieu": "01001"}
        ],
    }
    for nom, rows in tables.items():
        (data / f"{nom}.json").write_text(json.dumps(rows))
    return dossier


def test_commande_de_construction(tmp_path: Path) -> None:
    source = _paquet(tmp_path / "source", "9.0.0", AUJOURDHUI)
    avant = _paquet(tmp_path / "avant", "8.0.0", EN_2024)
    zones = tmp_path / "zones.csv"
    zones.write_text("CODGEO,Zonage\n01001,2\n01004,3\n")
    options = ["--millesime", "2025", "--source", str(source), "--anterieur", f"2024={avant}"]
    for sortie in ("un", "deux"):
        call_command("construit_territoire", *options, "--zones", f"apl={zones}",
                     "--sortie", str(tmp_path / sortie))  # fmt: skip
    assert {p.name: p.read_bytes() for p in (tmp_path / "un").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "deux").iterdir()
    }
    manifeste = fichiers.read_manifeste(tmp_path / "un")
    assert manifeste["millesime"] == 2025
    assert "@etalab/decoupage-administratif 9.0.0 data/communes.json" in manifeste["sources"]
    assert len(list(fichiers.read_table(tmp_path / "un", "communes"))) == len(AUJOURDHUI)
    with pytest.raises(CommandError, match="Zonage inconnu"):
        call_command("construit_territoire", *options, "--zones", f"xyz={zones}",
                     "--sortie", str(tmp_path / "trois"))  # fmt: skip
    with pytest.raises(CommandError, match="NOM=CHEMIN"):
        call_command("construit_territoire", *options, "--zones", "apl",
                     "--sortie", str(tmp_path / "trois"))  # fmt: skip


def test_faits_livres() -> None:
    """What the product carries: every commune of France, and a source for each file."""
    manifeste = fichiers.read_manifeste(fichiers.DONNEES)
    counts: dict[str, int] = {}
    for row in fichiers.read_table(fichiers.DONNEES, "communes"):
        counts[row["type"]] = counts.get(row["type"], 0) + 1
    assert manifeste["millesime"] == 2026
    assert counts == {
        "actuelle": 34969, "deleguee": 2105, "associee": 471, "arrondissement_municipal": 45,
    }  # fmt: skip
    sources = (fichiers.DONNEES / "SOURCES.md").read_text()
    for source in manifeste["sources"]:
        assert source.split()[0].removesuffix(",") in sources
