"""The files of values: all valid, the legal vectors answered, the malformed refused."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from cariatide.bareme.fichiers import DOSSIER, load_baremes, read_folder
from cariatide.bareme.rules import BaremeInvalide, DateNonCouverte
from cariatide.bareme.statuts import Confiance, Unite
from cariatide.socle.dates import add_jours_ouvres, add_months

VECTEURS = yaml.safe_load((Path(__file__).parent / "vecteurs.yaml").read_text())


def test_tous_les_fichiers() -> None:
    parametres = read_folder(DOSSIER)
    assert {p.regle for p in parametres.values()} == {f.stem for f in DOSSIER.glob("*.yaml")}
    assert len(parametres) >= 45
    for parametre in parametres.values():
        assert parametre.titre and parametre.source and parametre.pivot
        for valeur in parametre.valeurs:
            assert valeur.reference
            assert valeur.a_verifier is (valeur.confiance == Confiance.A_VERIFIER)


def test_valeurs_a_fixer_localement() -> None:
    """Where no text gives a value, the file invents none."""
    sans_valeur = {code for code, p in load_baremes().items() if not p.valeurs}
    assert sans_valeur == {
        "alertes.portefeuille", "commission.quorum", "mesure.suspension_maximale",
        "registre.relecture", "rgpd.archive_intermediaire",
    }  # fmt: skip
    with pytest.raises(DateNonCouverte, match="localement"):
        load_baremes()["commission.quorum"].find(date(2026, 1, 1))


@pytest.mark.parametrize("vecteur", VECTEURS, ids=[v["vecteur"] for v in VECTEURS])
def test_vecteur(vecteur: dict[str, Any]) -> None:
    baremes = load_baremes()
    for attendu in vecteur["valeurs"]:
        found = baremes[attendu["code"]].find(attendu["pivot"])
        value = found.valeur if isinstance(found.valeur, str) else found.decimal
        expected = attendu["attendu"]
        assert value == (expected if isinstance(value, str) else Decimal(expected))
        assert found.unite == attendu["unite"]
        assert found.a_verifier is attendu.get("a_verifier", False)
    for absent in vecteur.get("absents", ()):
        with pytest.raises(DateNonCouverte):
            baremes[absent["code"]].find(absent["pivot"])
    if echeance := vecteur.get("echeance"):
        assert _echeance(**echeance) == echeance["attendu"]


def _echeance(depart: date, attendu: date, sur: str, sens: int = 1) -> date:
    pivot = vecteur_pivot(sur, depart)
    valeur = load_baremes()[sur].find(pivot)
    n = sens * valeur.entier
    match valeur.unite:
        case Unite.MOIS:
            return add_months(depart, n)
        case Unite.JOURS_OUVRES:
            return add_jours_ouvres(depart, n)
        case Unite.JOURS:
            return depart + timedelta(days=n)
    raise AssertionError(f"unité inattendue pour {sur} au {attendu}")


def vecteur_pivot(code: str, depart: date) -> date:
    """The pivot of the delay itself: that of the vector's own values, else its start."""
    for vecteur in VECTEURS:
        for valeur in vecteur["valeurs"]:
            if valeur["code"] == code and vecteur.get("echeance", {}).get("depart") == depart:
                pivot: date = valeur["pivot"]
                return pivot
    return depart


def test_tarif_d_une_annee_entiere() -> None:
    """T13: 2012 and 2024 have 366 days; 365 is the trap."""
    tarif = load_baremes()["pension_famille.tarif_place"]
    for annee, attendu in ((2012, 117_120), (2024, 131_760)):
        jours = [date(annee, 1, 1) + timedelta(days=i) for i in range(366)]
        assert sum(tarif.find(jour).decimal * 20 for jour in jours) == attendu


def test_une_valeur_sans_fin_dure_jusqu_a_la_suivante() -> None:
    mous = load_baremes()["mous.taux_etat_maximal"]
    assert mous.find(date(2026, 1, 1)).fin is None
    with pytest.raises(DateNonCouverte, match="01/08/1995"):
        mous.find(date(1995, 8, 1))


BON = {
    "rule": "R-X",
    "title": "Titre",
    "source": "Texte",
    "parameters": [{
        "code": "x.delai", "libelle": "Délai", "unite": "mois", "type": "entier",
        "values": [
            {"value": 1, "from": date(2020, 1, 1), "reference": "Loi", "confidence": "H"},
            {"value": 2, "from": date(2022, 1, 1), "reference": "Loi", "confidence": "V"},
        ],
    }],
}  # fmt: skip


def write(dossier: Path, data: Any, nom: str = "R-X.yaml") -> Path:
    (dossier / nom).write_text(yaml.safe_dump(data, allow_unicode=True))
    return dossier


def test_fichier_lu(tmp_path: Path) -> None:
    parametre = read_folder(write(tmp_path, BON))["x.delai"]
    assert parametre.find(date(2021, 12, 31)).fin == date(2021, 12, 31)
    assert parametre.find(date(2022, 1, 1)).a_verifier


def changed(**change: Any) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(yaml.safe_dump(BON))
    parameter = data["parameters"][0]
    for key, value in change.items():
        where, _, name = key.partition("__")
        if where == "rule":
            data[name] = value
        elif where == "parameter":
            parameter[name] = value
        else:
            parameter["values"][int(where[1:])][name.rstrip("_")] = value
    return data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(rule__rule="R-Y"), "nom de sa règle"),
        (changed(rule__autre=1), "clés inconnues"),
        (changed(parameter__unite="lunes"), "lunes"),
        (changed(parameter__values=[]), "sans valeur"),
        (changed(v0__confidence="?"), r"'\?'"),
        (changed(v0__reference=" "), "référence"),
        (changed(v0__value="six"), "nombre entier"),
        (changed(v0__value=True), "nombre entier"),
        (changed(v0__from_="hier"), "AAAA-MM-JJ"),
        (changed(v1__from_=None), "première valeur"),
        (changed(v1__from_=date(2019, 1, 1)), "chevauchent"),
        (changed(v0__to=date(2022, 1, 1)), "chevauchent"),
        (changed(v0__to=date(2019, 1, 1)), "précède"),
        ([], "dictionnaire"),
    ],
)
def test_fichier_refuse(tmp_path: Path, data: Any, message: str) -> None:
    with pytest.raises(BaremeInvalide, match=message):
        read_folder(write(tmp_path, data))


def test_refus_d_un_dossier(tmp_path: Path) -> None:
    with pytest.raises(BaremeInvalide, match="Aucun barème"):
        read_folder(tmp_path)
    (tmp_path / "R-X.yaml").write_text("rule: R-X\nrule: R-Y\n")
    with pytest.raises(BaremeInvalide, match="deux fois"):
        read_folder(tmp_path)
    (tmp_path / "R-X.yaml").write_text("{")
    with pytest.raises(BaremeInvalide, match=r"R-X\.yaml"):
        read_folder(tmp_path)
    write(write(tmp_path, BON), changed(rule__rule="R-Z"), "R-Z.yaml")
    with pytest.raises(BaremeInvalide, match="déclaré deux fois"):
        read_folder(tmp_path)
