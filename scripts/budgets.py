"""Size budgets as a ratchet: what exceeds today is listed, may shrink, and nothing joins by itself.

``scripts/budgets.txt`` holds one exception a line (``size name``). ``--resserre`` lowers the listed
sizes to what they are now and removes those that no longer exceed; it never raises one.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "scripts" / "budgets.txt"
FILE, FILE_HARD, FUNCTION, TEMPLATE, TEST_FILE = 400, 600, 50, 150, 600
_CODE = ("cariatide", "config", "scripts", "bench")


def measure(root: Path) -> Iterator[tuple[str, int, int]]:
    """(name, size, budget) of everything that has a budget."""
    for folder in _CODE:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue  # written by Django, never edited again
            name = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8")
            yield name, len(text.splitlines()), FILE
            yield from _functions(name, text)
    for path in sorted((root / "tests").rglob("*.py")):
        yield path.relative_to(root).as_posix(), _lines(path), TEST_FILE
    for folder in ("jinja2", "templates"):
        for path in sorted((root / "cariatide").glob(f"**/{folder}/**/*.*")):
            yield path.relative_to(root).as_posix(), _lines(path), TEMPLATE


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(name: str, text: str) -> Iterator[tuple[str, int, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{name}::{node.name}", size, FUNCTION


def read_baseline(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    entries = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines())
    return {entry[1]: int(entry[0]) for entry in entries if len(entry) == 2}


def compare(
    sizes: dict[str, tuple[int, int]], baseline: dict[str, int]
) -> tuple[list[str], dict[str, int]]:
    """(French faults, the baseline tightened to today's sizes)."""
    faults, tightened = [], {}
    for name, (size, budget) in sizes.items():
        if size <= budget:
            continue
        allowed = min(baseline.get(name, budget), FILE_HARD)
        if size > allowed:
            faults.append(f"{name} : {size} lignes, pour {allowed} permises.")
        if name in baseline:
            tightened[name] = min(size, allowed)
    return faults, tightened


def main(arguments: list[str]) -> int:
    sizes: dict[str, tuple[int, int]] = {}
    for name, size, budget in measure(ROOT):
        # Two functions of one name in a file (properties, overloads): the longest counts.
        sizes[name] = max(sizes.get(name, (0, budget)), (size, budget))
    faults, tightened = compare(sizes, read_baseline(BASELINE))
    if "--resserre" in arguments:
        lines = [f"{size} {name}" for name, size in sorted(tightened.items())]
        BASELINE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
