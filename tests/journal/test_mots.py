"""Codes in words: every act of the application has its accents."""

import ast
import re
from pathlib import Path

import pytest

from cariatide.journal.mots import (
    _MOTS,
    code_acte,
    describe_acte,
    describe_champ,
    describe_objet,
    describe_page,
    describe_valeur,
)

CODE = Path(__file__).resolve().parents[2] / "cariatide"
_NOM = re.compile(r"[a-z_]+\.[a-z_]+")
_APPELS = re.compile(r"record_\w+|_record\w*|_journal|tell\w*|_tell|finish|consign|write_journal")
# Words in -e, -es that bear no accent.
_SANS_ACCENT = {
    "absence", "alerte", "axe", "close", "communes", "compte", "convention", "domicile", "entre",
    "filtres", "impossible", "indicateur", "inscrite", "instance", "intervention", "irrecevable",
    "liste", "livraison", "membre",
    "mesure", "mise", "note", "offre", "organisation", "ouverte", "partage", "passage",
    "personnelle",
    "personne", "portefeuille", "poursuivie",
    "prescrite", "prise", "provisoire", "purge", "recevable", "rendue", "reprise", "requise",
    "saisine", "service",
    "sessions", "suspendue", "territoire", "toutes", "visite",
}  # fmt: skip


def list_noms() -> set[str]:
    paths = [*CODE.rglob("actions/**/*.py"), *CODE.rglob("actions.py")]
    return {nom for path in paths for nom in _noms(path)}


def _noms(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _APPELS.fullmatch(getattr(node.func, "id", "")):
            values = [a.value for a in node.args if isinstance(a, ast.Constant)]
            found |= {v for v in values if isinstance(v, str) and _NOM.fullmatch(v)}
    return found


def test_chaque_acte_se_lit() -> None:
    noms = list_noms()
    assert len(noms) > 60
    manquants = {
        mot
        for nom in noms
        for mot in re.split(r"[._]", nom)
        if re.search(r"e[es]?$", mot) and mot not in _SANS_ACCENT and mot not in _MOTS
    }
    assert manquants == set(), "say in cariatide/journal/mots.py which accents these words bear"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("mesure.bilan_du", "Mesure : bilan dû"),
        ("saisine.mise_en_oeuvre", "Saisine : mise en œuvre"),
        ("menage.domicile_change", "Ménage : domicile changé"),
        ("menage.social_ecrit", "Ménage : situation sociale écrite"),
        ("essai", "Essai"),
    ],
)
def test_un_acte_en_mots(nom: str, attendu: str) -> None:
    assert describe_acte(nom) == attendu


@pytest.mark.parametrize(
    ("saisi", "cherche"),
    [("mesure accordée", "mesure.accordee"), ("Ménage", "menage."), ("mesure.", "mesure."),
     ("", ""), ("« ; »", "")],
)  # fmt: skip
def test_ce_qui_est_saisi_retrouve_le_nom(saisi: str, cherche: str) -> None:
    assert code_acte(saisi) == cherche


def test_objets_pages_champs_et_valeurs() -> None:
    assert describe_objet("menages.menage") == "Ménage"
    assert describe_objet("ailleurs.chose") == "Chose"
    assert describe_page("menages:detail") == "Ménages : dossier"
    assert describe_page("menages:parcours_pdf") == "Ménages : parcours PDF"
    assert describe_champ("mesures.mesure", "fin_prevue") == "fin prévue"
    assert describe_valeur("mesures.mesure", "statut", "bilan_du") == "Bilan dû"
    assert describe_valeur("mesures.mesure", "fin_prevue", "2026-11-22") == "22/11/2026"
    assert describe_valeur("", "x", {"a": [1, None]}) == "a 1, —"
