"""Generated pages of docs/: lives of the objects, who opens what, where the scope is lifted."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from cariatide.partenaires.rules import NIVEAU_MAX, ROLES_EQUIPE, ROLES_RESERVES
from cariatide.partenaires.statuts import Role
from cariatide.socle.cycles import cycles
from cariatide.socle.lifecycle import Lifecycle
from cariatide.socle.pages.routes import Acces, find_acces

# Column heads: fourteen full names do not fit in a page.
ABREGES = {
    Role.PRESCRIPTEUR: "Pre",
    Role.TRAVAILLEUR_SOCIAL: "TS",
    Role.CHEF_DE_SERVICE: "Chef",
    Role.CHARGE_DE_CLIENTELE: "Clt",
    Role.TECHNICIEN: "Tec",
    Role.CONSEILLER_HABITAT: "Con",
    Role.SECRETARIAT: "Sec",
    Role.MEMBRE_COMMISSION: "Mem",
    Role.FINANCEUR: "Fin",
    Role.CHARGE_DU_PLAN: "Plan",
    Role.PREFECTURE_EXPULSIONS: "Exp",
    Role.PROTECTION_DES_DONNEES: "DPD",
    Role.ADMINISTRATEUR: "Adm",
    Role.ADMINISTRATEUR_TECHNIQUE: "Tech",
}


LEVEES = ("unscoped", "lift_scope")
ACCES = "cariatide/socle/access.py"


@dataclass(frozen=True)
class Route:
    """One address of the service, with the declaration of its view (None: closed to everybody)."""

    nom: str
    chemin: str
    acces: Acces | None


def list_routes() -> list[Route]:
    """Every route of the resolver, by path."""
    return sorted(_walk(get_resolver().url_patterns, "", ""), key=lambda r: (r.chemin, r.nom))


def _walk(patterns: list[URLPattern | URLResolver], chemin: str, espace: str) -> Iterator[Route]:
    for pattern in patterns:
        here = chemin + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            nested = f"{espace}{pattern.namespace}:" if pattern.namespace else espace
            yield from _walk(pattern.url_patterns, here, nested)
        else:
            nom = f"{espace}{pattern.name}" if pattern.name else ""
            yield Route(nom, here, find_acces(pattern.callback))


@dataclass(frozen=True)
class Levee:
    """A query whose scope is lifted on purpose."""

    fichier: str
    ligne: int
    motif: str


def list_levees(racine: Path) -> list[Levee]:
    """Every call of `unscoped` and of `lift_scope` in the product, by file and line."""
    found = []
    for path in sorted((racine / "cariatide").rglob("*.py")):
        if path == racine / ACCES:  # where both are written
            continue
        tree = ast.parse(path.read_text())
        constantes = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name_of(node.func) in LEVEES:
                motif = next((k.value for k in node.keywords if k.arg == "reason"), None)
                fichier = path.relative_to(racine).as_posix()
                found.append(Levee(fichier, node.lineno, _describe(motif, constantes)))
    return sorted(found, key=lambda levee: (levee.fichier, levee.ligne))


def list_nus(racine: Path) -> list[str]:
    """Uses of the plain manager of Django, which no list would name: none but that of `ACCES`."""
    return sorted(
        f"{fichier}:{node.lineno}"
        for path in (racine / "cariatide").rglob("*.py")
        for fichier in (path.relative_to(racine).as_posix(),)
        if fichier != ACCES and "/migrations/" not in fichier
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "_base_manager"
    )


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _constants(tree: ast.Module) -> dict[str, str]:
    """Names bound to one text anywhere in the file."""
    return {
        cible.id: noeud.value.value
        for noeud in ast.walk(tree)
        if isinstance(noeud, ast.Assign)
        and isinstance(noeud.value, ast.Constant)
        and isinstance(noeud.value.value, str)
        for cible in noeud.targets
        if isinstance(cible, ast.Name)
    }


def _describe(motif: ast.expr | None, constantes: dict[str, str]) -> str:
    if isinstance(motif, ast.Constant):
        return str(motif.value)
    if isinstance(motif, ast.Name) and motif.id in constantes:
        return constantes[motif.id]
    return f"`{ast.unparse(motif)}`" if motif is not None else "sans motif"


def build_documents() -> dict[str, str]:
    """Path under docs/ → content, of everything that is generated."""
    documents = {f"cycles/{nom}.mmd": cycle.to_mermaid() for nom, cycle in cycles.items()}
    documents["actes.md"] = build_actes([cycle for _, cycle in sorted(cycles.items())])
    documents["acces.md"] = build_acces(list_routes(), list_levees(Path(settings.BASE_DIR)))
    return documents


def build_acces(routes: list[Route], levees: list[Levee]) -> str:
    """docs/acces.md."""
    return "\n".join(
        [
            "# Qui accède à quoi",
            "",
            "Page écrite par `manage.py docs_generes`, comparée au code par `make check`.",
            "",
            *_levels(),
            *_table(routes),
            *_lifts(levees),
        ]
    )


def _levels() -> list[str]:
    lines = [
        "## Rôles",
        "",
        "Le niveau est le plus haut qu’un rôle puisse lire, quel que soit le rattachement. "
        "« Équipe » : lit ce qui est rattaché à toute son organisation. « Réservé » : accordé par "
        "l’administrateur technique seul.",
        "",
        "| Abrégé | Rôle | Niveau | Équipe | Réservé |",
        "|---|---|---|---|---|",
    ]
    for role in Role:
        lines.append(
            f"| {ABREGES[role]} | {role.label} | {NIVEAU_MAX[role].libelle} "
            f"| {'●' if role in ROLES_EQUIPE else ''} | {'●' if role in ROLES_RESERVES else ''} |"
        )
    return [*lines, ""]


def _table(routes: list[Route]) -> list[str]:
    lines = [
        "## Adresses",
        "",
        "● : le rôle ouvre l’adresse ; l’objet doit encore être dans le périmètre (404 sinon). "
        "« Tous » : toute personne connectée. « Public » : sans connexion. L : la lecture est "
        "écrite au journal des consultations avant l’envoi. E : s’ouvre aussi, en lecture, à qui a "
        "un accès d’exception sur ce ménage.",
        "",
        "| Adresse | Nom | " + " | ".join(ABREGES[r] for r in Role) + " | Autre |",
        "|---" * (len(Role) + 3) + "|",
    ]
    for route in routes:
        acces = route.acces or Acces()
        marks = ["●" if role.value in acces.roles else "" for role in Role]
        autre = [
            mot
            for mot, vrai in (
                ("fermée", route.acces is None),
                ("Public", acces.public),
                ("Tous", acces.connecte and not acces.public),
                ("L", acces.consulte is not None),
                ("écrit en lecture", acces.ecrit),
                ("E", acces.exception),
            )
            if vrai
        ]
        chemin = route.chemin.replace("|", "\\|")
        lines.append(
            f"| `/{chemin}` | {route.nom} | " + " | ".join(marks) + f" | {', '.join(autre)} |"
        )
    return [*lines, ""]


def _lifts(levees: list[Levee]) -> list[str]:
    lines = [
        "## Requêtes hors périmètre",
        "",
        f"{len(levees)} appels de `unscoped(reason=…)` et de `lift_scope(…, reason=…)`. Leur "
        "nombre ne devrait que baisser. Celui d’une fonction que d’autres appellent (`manager_of`, "
        "`every_row`) compte pour un.",
        "",
        "| Où | Motif |",
        "|---|---|",
    ]
    return [*lines, *(f"| {x.fichier}:{x.ligne} | {x.motif} |" for x in levees), ""]


def build_actes(lives: list[Lifecycle]) -> str:
    """docs/actes.md: who may do each act of the lives, on whose objects, under which guards."""
    lines = [
        "# Qui peut faire chaque acte",
        "",
        "Page écrite par `manage.py docs_generes`, comparée au code par `make check` et par les "
        "tests : ouvrir un acte à un rôle de plus, ou lever une garde, change cette page.",
        "",
        "Les rôles sont abrégés comme dans [acces.md](acces.md). « Système » : le service seul, "
        "jamais une personne. Organisation « de l’objet » : le mandat doit être celui de "
        "l’organisation qui répond de l’objet ; « toute » : celle de qui le lit. Une garde refuse "
        "l’acte par une phrase.",
        "",
    ]
    for life in lives:
        lines += [
            f"## {life.nom}",
            "",
            "| Acte | Nom | Depuis | Rôles | Organisation | Gardes |",
            "|---|---|---|---|---|---|",
        ]
        for t in life.transitions.values():
            roles = ", ".join(ABREGES[role] for role in Role if role.value in t.roles)
            whose = "de l’objet" if t.organisation else "toute"
            lines.append(
                f"| {t.libelle} | {t.nom} | {', '.join(sorted(t.sources))} "
                f"| {roles or 'Système'} | {whose if t.roles else ''} "
                f"| {', '.join(g.__name__ for g in t.gardes)} |"
            )
        lines.append("")
    return "\n".join(lines)
