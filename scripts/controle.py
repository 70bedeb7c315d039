"""``make check``: every static check in turn, all of them even when one fails, then the verdict."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_STRICT_MODULES = ("statuts", "rules", "lifecycle", "actions", "queries", "avis")
# Wanted: entities such as &nbsp;, empty cells of a grid, buttons that submit by default.
# Keywords and description are for public sites.
_DJLINT_IGNORED = "H015,H020,H023,H030,H031,H043"
_ENV = {
    **os.environ,
    "DJANGO_SETTINGS_MODULE": "config.settings.test",
    # makemigrations --check needs no database, and warns that there is none.
    "PYTHONWARNINGS": "ignore::RuntimeWarning",
}


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def strict_paths() -> list[str]:
    """What mypy checks strictly: the whole of socle, and the business modules of each app."""
    paths = [ROOT / "cariatide" / "socle", ROOT / "scripts"]
    for name in _STRICT_MODULES:
        paths += sorted((ROOT / "cariatide").glob(f"*/{name}.py"))
        paths += sorted((ROOT / "cariatide").glob(f"*/{name}/"))
    return [
        path.relative_to(ROOT).as_posix()
        for path in paths
        if ROOT / "cariatide" / "socle" not in path.parents
    ]


def checks() -> list[tuple[str, list[str]]]:
    lint_imports = "import sys; from importlinter.cli import lint_imports_command as c; c()"
    found = [
        ("style (ruff check)", python("-m", "ruff", "check", ".")),
        ("mise en forme (ruff format)", python("-m", "ruff", "format", "--check", ".")),
        ("types (mypy)", python("-m", "mypy", "--strict", *strict_paths())),
        ("couches (import-linter)", python("-c", lint_imports, "--no-cache")),
        (
            "migrations (makemigrations --check)",
            python("manage.py", "makemigrations", "--check", "--dry-run"),
        ),
        ("tailles (budgets)", python("scripts/budgets.py")),
        (
            "gabarits (djlint)",
            python(
                "-m", "djlint", "--profile", "jinja", "--extension", "html", "--lint",
                "--ignore", _DJLINT_IGNORED, "--quiet", "cariatide",
            ),
        ),
    ]  # fmt: skip
    listed = subprocess.run(
        python("manage.py", "help", "--commands"),
        cwd=ROOT, env=_ENV, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "docs_generes" in listed.stdout.split():
        found.append(("documents générés", python("manage.py", "docs_generes", "--check")))
    return found


def main() -> int:
    failed = []
    for label, command in checks():
        began = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env=_ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        verdict = "bon" if result.returncode == 0 else "EN ÉCHEC"
        sys.stdout.write(f"{label} : {verdict} ({time.monotonic() - began:.0f} s)\n")
        if result.returncode != 0:
            failed.append(label)
            sys.stdout.write(result.stdout.rstrip() + "\n\n")
        sys.stdout.flush()
    if failed:
        sys.stdout.write(f"Contrôles en échec : {', '.join(failed)}.\n")
        return 1
    sys.stdout.write("Tous les contrôles sont bons.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
