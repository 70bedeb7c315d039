"""Rules and lifecycles are pure: no Django beyond TextChoices, nothing that reads or writes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bases import ROOT

PERMIS = {("django.db.models", "TextChoices")}
# Modules of ours that are values and pure functions; a rule may use no other.
PURS = {
    "socle": {"dates", "erreurs", "lifecycle", "money", "normalisation", "perimetre", "tableurs"},
}
FEUILLES = {"rules", "lifecycle", "statuts"}
# `echanges` declares with its port what a column of a file is: a value.
VALEURS = {"cariatide.echanges.ports"}
HORLOGES = {"now", "today", "utcnow", "localdate", "localtime"}


def list_modules() -> list[Path]:
    found = []
    for nom in ("rules", "rules_*", "lifecycle", "statuts"):
        found += (ROOT / "cariatide").glob(f"*/{nom}.py")
        found += (ROOT / "cariatide").glob(f"*/{nom}/*.py")
    return sorted(found)


def find_fautes(source: str) -> Iterator[str]:
    """What the module imports or calls that a pure one does not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (f"import {a.name}" for a in node.names if is_impur(a.name, ""))
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (
                f"from {module} import {a.name}" for a in node.names if is_impur(module, a.name)
            )
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in HORLOGES
        ):
            yield f"{ast.unparse(node.func)}() : the day is an argument"


def is_impur(module: str, nom: str) -> bool:
    racine, *parts = module.split(".")
    if racine == "django":
        return (module, nom) not in PERMIS
    if racine in {"psycopg", "requests", "urllib", "subprocess", "socket", "os"}:
        return True
    if racine != "cariatide":
        return False
    if module in VALEURS or (parts and parts[-1].split("_")[0] in FEUILLES):
        return False
    app = parts[0] if parts else ""
    return len(parts) < 2 or parts[1] not in PURS.get(app, set())


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models import Q",
        "from django.db import connection",
        "import django.utils.timezone",
        "from django.utils import timezone\n",
        "from cariatide.menages.models import Menage",
        "from cariatide.menages.queries import list_menages",
        "from cariatide.socle.contexte import ouvre_transaction",
        "from datetime import date\njour = date.today()",
        "import os",
    ],
)
def test_une_faute_est_vue(source: str) -> None:
    assert list(find_fautes(source))


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models import TextChoices",
        "from cariatide.menages.statuts import RoleMenage",
        "from cariatide.socle.money import format_euros",
        "from datetime import date\nle = date(2026, 1, 1)",
    ],
)
def test_ce_qui_est_permis(source: str) -> None:
    assert not list(find_fautes(source))


@pytest.mark.parametrize("path", list_modules(), ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_regles_et_cycles_sont_purs(path: Path) -> None:
    assert list(find_fautes(path.read_text())) == []


def test_la_liste_n_est_pas_vide() -> None:
    noms = {f"{path.parent.name}.{path.stem}" for path in list_modules()}
    assert {"mesures.rules", "demandes.lifecycle", "commission.statuts", "socle.lifecycle"} <= noms
