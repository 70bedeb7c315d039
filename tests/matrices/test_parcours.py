"""Each transition and each issued document of a household writes one line of its parcours.

Read in the code of the acts: the function that runs a transition, what it calls, or each of those
that call it, writes the line (`write_fait`, or a helper of its app that is given a title). The
suites of each app then check the words; this matrix finds the act that forgot.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import cariatide
from cariatide.socle.cycles import cycles

RACINE = Path(cariatide.__file__).parent
# Apps whose cycles are those of a household's objects.
APPS = ("demandes", "commission", "mesures", "amelioration")
JOUENT = {"apply", "apply_act", "apply_mesure", "apply_objet"}
# Helpers that write the line when they are given a title.
AVEC_TITRE = {"finish", "tell_passage"}
# What is no fact of a household, and why.
ECRAN = "which case the screen of the session shows"
SEANCE = "the commission writes the line of this step, once (tests/demandes/test_seance.py)"
SANS_LIGNE = {
    ("commission", "_start"): ECRAN,
    ("commission", "suspend_passage"): ECRAN,
    ("demandes", "enter_seance"): SEANCE,
    ("demandes", "leave_seance"): SEANCE,
    ("demandes", "apply_decision"): SEANCE,
    ("demandes", "_undo"): SEANCE,
    ("demandes", "_decide_reexamen"): SEANCE,
    ("demandes", "deposit_saisines"): "the same lines in bulk (tests/demandes/test_masse.py)",
}


@dataclass
class Fonction:
    """One function of the acts of an app: what it runs, what it calls, whether it writes."""

    app: str
    nom: str
    joue: bool = False
    emet: bool = False
    ecrit: bool = False
    appels: set[str] = field(default_factory=set)


def _name(appel: ast.Call) -> str:
    cible = appel.func
    return cible.attr if isinstance(cible, ast.Attribute) else getattr(cible, "id", "")


def _gives(appel: ast.Call, nom: str) -> bool:
    for mot in appel.keywords:
        if mot.arg == nom:
            return not (isinstance(mot.value, ast.Constant) and mot.value.value in ("", None))
    return False


def read_fonction(app: str, noeud: ast.FunctionDef) -> Fonction:
    found = Fonction(app, noeud.name)
    for appel in (n for n in ast.walk(noeud) if isinstance(n, ast.Call)):
        nom = _name(appel)
        found.appels.add(nom)
        cycle = nom != "apply" or ast.unparse(appel.func).startswith(("CYCLE", "cycle"))
        seance = ast.unparse(appel.func).startswith("CYCLE_SEANCE")
        found.joue |= nom in JOUENT and cycle and not seance
        found.emet |= nom == "issue_document" and _gives(appel, "menage_id")
        found.ecrit |= nom == "write_fait" or (nom in AVEC_TITRE and _gives(appel, "titre"))
    return found


def read_actes(app: str) -> dict[str, Fonction]:
    dossier = RACINE / app / "actions"
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(dossier.glob("*.py")))
    return {
        noeud.name: read_fonction(app, noeud)
        for tree in trees
        for noeud in ast.walk(tree)
        if isinstance(noeud, ast.FunctionDef)
    }


def writes(nom: str, actes: dict[str, Fonction], vus: frozenset[str] = frozenset()) -> bool:
    """It writes, or what it calls does."""
    acte = actes[nom]
    below = (a for a in acte.appels if a in actes and a not in vus and a not in AVEC_TITRE)
    return acte.ecrit or any(writes(a, actes, vus | {nom}) for a in below)


def is_covered(nom: str, actes: dict[str, Fonction], vus: frozenset[str] = frozenset()) -> bool:
    """It writes, or each of those that call it does."""
    if writes(nom, actes):
        return True
    callers = [f.nom for f in actes.values() if nom in f.appels and f.nom not in vus | {nom}]
    return bool(callers) and all(is_covered(c, actes, vus | {nom}) for c in callers)


def list_oublis(actes: dict[str, Fonction]) -> Iterator[str]:
    for nom, acte in actes.items():
        concerne = (acte.joue or acte.emet) and nom not in JOUENT
        if concerne and (acte.app, nom) not in SANS_LIGNE and not is_covered(nom, actes):
            yield f"{acte.app}.{nom}"


@pytest.mark.parametrize("app", APPS)
def test_chaque_acte_d_un_menage_ecrit_son_parcours(app: str) -> None:
    actes = read_actes(app)
    assert [a for a in actes.values() if a.joue], "aucun acte lu"
    assert not list(list_oublis(actes))


def test_les_exceptions_existent() -> None:
    assert all(nom in read_actes(app) for app, nom in SANS_LIGNE)


def test_les_cycles_d_un_menage_sont_dans_ces_apps() -> None:
    """A cycle added elsewhere is to be judged here."""
    modules = {code: cycle.statuts.__module__.split(".")[1] for code, cycle in cycles.items()}
    # A purge is of many files: what happens to each writes its own line, or leaves none on purpose.
    # An alert taken or put off is work of the team, no fact of the household. A batch of letters is
    # of many households: each letter writes its own line (tests/poste/test_lots.py).
    sans_menage = {"parc", "echanges", "conformite", "alertes", "poste"}
    assert set(modules.values()) == set(APPS) | sans_menage


OUBLI = """
def grant(perimetre):
    CYCLE.apply(objet, "accorder", ctx)
    record_evenement("mesure.accordee")
def issue(perimetre):
    issue_document(menage_id=menage.pk)
def refuse(perimetre):
    apply_act(objet, "refuser", perimetre)
    finish(objet, titre="")
"""
TENU = """
def grant(perimetre):
    _run(objet)
    finish(objet, titre="Mesure accordée")
def _run(objet):
    CYCLE.apply(objet, "accorder", ctx)
def issue(perimetre):
    issue_document(menage_id=menage.pk)
    _tell()
def _tell():
    write_fait(titre="Document émis")
"""


def _actes(source: str) -> dict[str, Fonction]:
    nodes = ast.parse(source).body
    return {n.name: read_fonction("essai", n) for n in nodes if isinstance(n, ast.FunctionDef)}


def test_un_oubli_est_vu() -> None:
    assert list(list_oublis(_actes(OUBLI))) == ["essai.grant", "essai.issue", "essai.refuse"]
    assert not list(list_oublis(_actes(TENU)))
