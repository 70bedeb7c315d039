"""One word per notion: the synonyms listed in docs/glossaire.md name nothing in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bases import ROOT

_MOTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")


def read_ecartes() -> set[str]:
    """The first column of the table « Mots écartés »."""
    texte = (ROOT / "docs" / "glossaire.md").read_text()
    table = texte.split("## Mots écartés", 1)[1]
    mots: set[str] = set()
    for ligne in table.splitlines():
        if ligne.startswith("|") and not ligne.startswith(("| Écarté", "|---")):
            mots |= {m.strip() for m in ligne.split("|")[1].split(",") if m.strip()}
    return mots


ECARTES = read_ecartes()


def list_identifiants(arbre: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that the code gives or uses, with its line."""
    for noeud in ast.walk(arbre):
        ligne = getattr(noeud, "lineno", 0)
        match noeud:
            case ast.Name(id=nom) | ast.Attribute(attr=nom) | ast.arg(arg=nom):
                yield nom, ligne
            case (
                ast.FunctionDef(name=nom) | ast.AsyncFunctionDef(name=nom) | ast.ClassDef(name=nom)
            ):
                yield nom, ligne
            case ast.keyword(arg=str(nom)):
                yield nom, ligne
            case ast.alias(name=nom, asname=autre):
                yield autre or nom, ligne


def split(identifiant: str) -> set[str]:
    """« HouseholdForm » and « household_form » → {"household", "form"}."""
    return {m.lower() for m in _MOTS.findall(identifiant)}


def find_fautes(source: str) -> list[tuple[int, str, list[str]]]:
    return [
        (ligne, nom, sorted(split(nom) & ECARTES))
        for nom, ligne in list_identifiants(ast.parse(source))
        if split(nom) & ECARTES
    ]


def test_la_liste_des_mots_ecartes_est_lue() -> None:
    assert {"beneficiaire", "usager", "household", "tenant"} <= ECARTES


@pytest.mark.parametrize("source", ["household = 1", "class TenantForm: ...", "f(usager_id=1)",
                                    "def list_beneficiaire(): ..."])  # fmt: skip
def test_une_faute_est_vue(source: str) -> None:
    assert find_fautes(source)


def test_aucun_identifiant_n_emploie_un_mot_ecarte() -> None:
    fautes = [
        f"{path.relative_to(ROOT)}:{ligne} {nom} ({', '.join(mots)})"
        for path in sorted((ROOT / "cariatide").rglob("*.py"))
        for ligne, nom, mots in find_fautes(path.read_text())
    ]
    assert not fautes, "\n".join(fautes)


def test_aucun_fichier_ne_porte_un_mot_ecarte() -> None:
    noms = [p.name for p in (ROOT / "cariatide").rglob("*") if "__pycache__" not in p.parts]
    assert not [n for n in noms if split(Path(n).stem) & ECARTES]
