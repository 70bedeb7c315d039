"""Every permission check of the code, found mechanically, and what takes it away.

Three kinds: what a route declares (roles, reading noted), what a transition of a lifecycle asks
(roles, organisation, guards), and the tests written in the code: every condition of the modules
of access and of the functions that build an access condition; elsewhere, what names the perimeter
or the mandate found, and what is asked when a mandate is looked for.
"""

import ast
import copy
import dataclasses
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

import cariatide
from cariatide.partenaires.statuts import Role
from cariatide.socle.cycles import cycles
from cariatide.socle.pages.routes import find_acces

RACINE = Path(cariatide.__file__).parent
# Whole modules of access: each of their conditions is a check.
MODULES = ("socle/access.py", "socle/perimetre.py", "socle/lifecycle.py", "socle/pages/routes.py",
           "partenaires/middleware.py", "comptes/middleware.py")  # fmt: skip
SANS_LIGNES = set(MODULES) - {"socle/access.py", "socle/perimetre.py"}
# Elsewhere, a test that names one of these is a check.
MOTS = {"has_role", "find_mandat", "niveau_max", "organisations_at", "equipes_at", "find_niveau",
        "mandats", "organisation_ids", "is_empty", "opens", "require_menage", "mandat",
        "mandat.role", "mandat.equipe", "mandat.organisation_id", "mandat.convention_id",
        "perimetre.utilisateur_id"}  # fmt: skip
# Same words or same modules, no check of access: what was typed in a search is empty or not; a page
# that is rendered late goes through the typography of the others; the label of who did an act; a
# person without a mandate has a row in the list of a team; the saisines of one event.
ETRANGERES = {
    "saisie.is_empty",
    "isinstance(response, HttpResponse) and hasattr(response, 'render')",
    "sigle or nom",
    "membre.mandats or [None]",
    "used == mandat",
}
IGNOREES = {"demonstration"}
TOUT = "__import__('django.db.models').db.models.Q()"
Applique = Callable[[], AbstractContextManager[None]]
TOUS = frozenset(r.value for r in Role)


@dataclass(frozen=True)
class Mutant:
    """One check taken away. cible: what a test must reach to be able to notice.

    declare: said by a table, which a generated page repeats (docs/acces.md, docs/actes.md).
    lignes: part of what decides which rows are seen. page: part of what a page shows.
    """

    nom: str
    groupe: str
    cible: str
    applique: Applique
    declare: bool = False
    lignes: bool = False
    page: bool = False


def list_mutants() -> list[Mutant]:
    return [*list_routes(), *list_transitions(), *list_conditions()]


# -- routes


def list_routes() -> Iterator[Mutant]:
    for nom, vue in _walk(get_resolver().url_patterns, ""):
        acces = find_acces(vue)
        if acces is None or not hasattr(vue, "acces"):
            continue
        changes: dict[str, dict[str, Any]] = {}
        if acces.roles:
            changes["ouverte à tous les rôles"] = {"roles": TOUS}
            changes["sans rôle"] = {"roles": frozenset(), "connecte": True}
        elif acces.connecte:
            changes["publique"] = {"connecte": False, "public": True}
        if acces.consulte:
            changes["lecture non écrite"] = {"consulte": None}
        for mot, change in changes.items():
            muted = dataclasses.replace(acces, **change)
            if muted != acces:
                nom_du_mutant = f"route {nom} {mot}"
                yield Mutant(nom_du_mutant, "routes", "", _patch(vue, "acces", muted), declare=True)


def _walk(
    patterns: list[URLPattern | URLResolver], espace: str
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{espace}{pattern.namespace}:" if pattern.namespace else espace
            yield from _walk(pattern.url_patterns, inside)
        else:
            yield f"{espace}{pattern.name}", pattern.callback


def _patch(objet: Any, attribut: str, valeur: Any) -> Applique:
    @contextmanager
    def applique() -> Iterator[None]:
        before = getattr(objet, attribut)
        setattr(objet, attribut, valeur)
        try:
            yield
        finally:
            setattr(objet, attribut, before)

    return applique


# -- lifecycles


def list_transitions() -> Iterator[Mutant]:
    for code, cycle in cycles.items():
        groupe = cycle.statuts.__module__.split(".")[1]
        for nom, t in cycle.transitions.items():
            changes: dict[str, dict[str, Any]] = {}
            if t.roles:
                changes["tout rôle"] = {"roles": TOUS}
            if t.organisation:
                changes["toute organisation"] = {"organisation": None}
            for garde in t.gardes:
                rest = tuple(g for g in t.gardes if g is not garde)
                changes[f"sans {garde.__name__}"] = {"gardes": rest}
            for mot, change in changes.items():
                muted = dataclasses.replace(t, **change)
                cible = f"{code}.{nom}"
                yield Mutant(
                    f"transition {cible} {mot}",
                    groupe,
                    cible,
                    _entry(cycle.transitions, nom, muted),
                    declare=True,
                )


def _entry(table: dict[str, Any], cle: str, valeur: Any) -> Applique:
    @contextmanager
    def applique() -> Iterator[None]:
        before = table[cle]
        table[cle] = valeur
        try:
            yield
        finally:
            table[cle] = before

    return applique


# -- conditions written in the code


def list_conditions() -> Iterator[Mutant]:
    for path in sorted(RACINE.rglob("*.py")):
        relatif = path.relative_to(RACINE).as_posix()
        app = relatif.split("/")[0]
        if "/migrations/" in relatif or app in IGNOREES or "/commands/" in relatif:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for qualname, node in list_functions(tree):
            whole = is_whole(relatif, node.name)
            for numero, (ligne, mot, muted) in enumerate(list_edits(node, whole)):
                code = _compile(muted, str(path))
                function = _resolve(relatif, qualname)
                if function is None or function.__code__.co_freevars != code.co_freevars:
                    continue
                yield Mutant(
                    f"{relatif}:{ligne} {qualname} #{numero} {mot}",
                    app,
                    f"{relatif}:{qualname}",
                    _patch(function, "__code__", code),
                    lignes=whole and relatif not in SANS_LIGNES,
                    page="/web/" in relatif,
                )


def is_whole(relatif: str, nom: str) -> bool:
    """Whether each condition of that function is a check of access."""
    return (
        relatif in MODULES
        or relatif.endswith("/acces.py")
        or nom == "access_condition"
        or nom.startswith("condition_")
        or nom in ("build_perimetre", "en_vigueur")
    )


def list_functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Those of the module and of its classes; what is nested is part of them."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def list_edits(
    function: ast.FunctionDef, whole: bool
) -> Iterator[tuple[int, str, ast.FunctionDef]]:
    """(line, what was done, the function with that one change)."""
    for rang, node in enumerate(ast.walk(function)):
        for mot, change in _edits(node, whole):
            muted = copy.deepcopy(function)
            target = next(n for i, n in enumerate(ast.walk(muted)) if i == rang)
            change(target)
            yield getattr(node, "lineno", function.lineno), mot, ast.fix_missing_locations(muted)


def _edits(node: ast.AST, whole: bool) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """What can be taken away at this node."""
    if isinstance(node, ast.If | ast.IfExp) and _counts(node.test, whole):
        for valeur in (True, False):
            yield f"« {ast.unparse(node.test)} » {valeur}", _setter("test", ast.Constant(valeur))
    elif isinstance(node, ast.comprehension):
        for rang, test in enumerate(node.ifs):
            if _counts(test, whole):
                yield f"filtre « {ast.unparse(test)} » retiré", _dropper("ifs", rang)
    elif isinstance(node, ast.BoolOp) and _counts(node, whole) and not _is_default(node):
        for rang, test in enumerate(node.values):
            yield f"« {ast.unparse(test)} » retiré", _dropper("values", rang)
    elif isinstance(node, ast.Call):
        yield from _lookups(node)
        if whole and _last_name(node) in ("Q", "filter"):
            for rang, mot in enumerate(node.keywords):
                nom = ast.unparse(node.func)[-20:]
                yield f"{mot.arg}= retiré de {nom}", _dropper("keywords", rang)
    elif whole and isinstance(node, ast.Return) and node.value is not None:
        if ast.unparse(node.value) == "NOTHING" or "condition" in ast.unparse(node.value):
            yield "tout se voit", _setter("value", ast.parse(TOUT, mode="eval").body)
    elif whole and isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.GtE):
        yield f"« {ast.unparse(node)} » strict", _setter("ops", [ast.Gt()])


def _lookups(call: ast.Call) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """What a search for a mandate asks: its roles, its organisation, or the search as a whole."""
    nom, dit = _last_name(call), ast.unparse(call)[-70:]
    if nom == "has_role":
        yield f"« {dit} » tout rôle", _setter("args", [ast.Constant(r) for r in sorted(TOUS)])
    elif nom == "find_mandat" and call.args and not _is_of_a_cycle(call):
        tous = ast.Set([ast.Constant(r) for r in sorted(TOUS)])
        yield f"« {dit} » tout rôle", _setter("args", [tous, *call.args[1:]])
        if len(call.args) > 1:
            yield f"« {dit} » toute organisation", _setter("args", call.args[:1])
    elif nom.startswith(("find_mandat_", "require_")):
        for argument in call.args:
            texte = ast.unparse(argument)
            if texte.endswith("perimetre"):
                premier = ast.parse(f"next(iter({texte}.mandats), None)", mode="eval").body
                yield f"« {dit} » premier mandat", partial(_become, other=premier)


def _is_default(node: ast.BoolOp) -> bool:
    """« x or 0 » is a value, not a condition."""
    return isinstance(node.values[-1], ast.Constant)


def _is_of_a_cycle(call: ast.Call) -> bool:
    """A lifecycle looks for the mandate of a transition: what it asks is judged above."""
    return "transition" in ast.unparse(call.args[0])


def _last_name(call: ast.Call) -> str:
    return ast.unparse(call.func).split(".")[-1]


def _become(call: ast.Call, other: Any) -> None:
    call.func, call.args, call.keywords = other.func, other.args, other.keywords


def _counts(test: ast.expr, whole: bool) -> bool:
    if ast.unparse(test) in ETRANGERES:
        return False
    return whole or not MOTS.isdisjoint(_words(test))


def _words(test: ast.expr) -> Iterator[str]:
    """Names, attributes and « name.attribute »; the name before a dot is no word by itself."""
    bases = set()
    for node in ast.walk(test):
        if isinstance(node, ast.Attribute):
            yield node.attr
            base = node.value
            if isinstance(base, ast.Name | ast.Attribute):
                bases.add(base)
                yield f"{base.id if isinstance(base, ast.Name) else base.attr}.{node.attr}"
        elif isinstance(node, ast.Name) and node not in bases:
            yield node.id


def _setter(attribut: str, valeur: Any) -> Callable[[Any], None]:
    return lambda node: setattr(node, attribut, valeur)


def _dropper(attribut: str, rang: int) -> Callable[[Any], None]:
    def drop(node: Any) -> None:
        values = getattr(node, attribut)
        del values[rang]
        if isinstance(node, ast.BoolOp) and len(values) == 1:
            # A single operand is no operation: twice the same one says the same.
            values.append(values[0])

    return drop


def _compile(function: ast.FunctionDef, fichier: str) -> Any:
    bare = copy.copy(function)
    bare.decorator_list = []
    module = ast.Module([bare], [])
    ast.fix_missing_locations(module)
    whole = compile(module, fichier, "exec")
    return next(c for c in whole.co_consts if getattr(c, "co_name", "") == function.name)


def _resolve(relatif: str, qualname: str) -> FunctionType | None:
    """The function itself, under what decorates it."""
    nom = "cariatide." + relatif.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    try:
        found: Any = importlib.import_module(nom)
        for part in qualname.split("."):
            found = inspect.getattr_static(found, part)
    except (ImportError, AttributeError):
        return None
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        if isinstance(found, property):
            found = found.fget
        elif hasattr(found, "__func__"):
            found = found.__func__
        elif hasattr(found, "__wrapped__"):
            found = found.__wrapped__
        else:
            return None
    return found
