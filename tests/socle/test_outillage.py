"""The project's own tools: prerequisites told in words, size budgets, the browser family."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import budgets

PROJECT = Path(__file__).resolve().parents[2]


class Machine:
    """A PATH of our own: a machine with exactly the programs that a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("id", "apt-get", "make"):
            self.give(name, 'if [ "${0##*/}" = id ]; then echo 1000; fi')

    def give(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def give_python(self) -> None:
        self.give("python3", f'exec "{sys.executable}" "$@"')

    def check(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["/bin/sh", "scripts/prerequis.sh"], cwd=PROJECT, env={"PATH": str(self.folder)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_complete_machine_passes(machine: Machine) -> None:
    machine.give_python()
    result = machine.check()
    assert (result.returncode, result.stdout, result.stderr) == (0, "python3\n", "")


def test_missing_make_is_told_with_its_command(machine: Machine) -> None:
    (machine.folder / "make").unlink()
    result = machine.check()
    assert result.returncode == 1
    assert "make" in result.stderr and "sudo apt install make" in result.stderr


@pytest.mark.parametrize("script", [None, "exit 1"])
def test_no_python_or_an_old_one_is_told(machine: Machine, script: str | None) -> None:
    if script:
        machine.give("python3", script)
    result = machine.check()
    assert result.returncode == 1
    assert "Python 3.11" in result.stderr and "apt install python3 " in result.stderr


def test_a_newer_python_beside_an_old_one_is_taken(machine: Machine) -> None:
    machine.give("python3", "exit 1")
    machine.give("python3.12", f'exec "{sys.executable}" "$@"')
    assert machine.check().stdout == "python3.12\n"


def test_python_without_venv_is_told_with_its_command(machine: Machine) -> None:
    machine.give("python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    result = machine.check()
    assert result.returncode == 1
    assert "sudo apt install python3-venv" in result.stderr


def test_root_needs_no_sudo(machine: Machine) -> None:
    machine.give("id", "echo 0")
    result = machine.check()
    assert "Commande : apt install" in result.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("cariatide/app/jinja2/app", "cariatide/app/migrations", "tests", "scripts"):
        (tmp_path / folder).mkdir(parents=True)
    lines = "x = 1\n"
    (tmp_path / "cariatide/app/long.py").write_text(lines * 401)
    (tmp_path / "cariatide/app/juste.py").write_text(lines * 400)
    (tmp_path / "cariatide/app/migrations/0001_initial.py").write_text(lines * 900)
    (tmp_path / "cariatide/app/f.py").write_text("def f():\n" + "    x = 1\n" * 50)
    (tmp_path / "cariatide/app/jinja2/app/page.html").write_text("<p>\n" * 151)
    (tmp_path / "tests/test_long.py").write_text(lines * 601)
    return tmp_path


def test_each_budget_is_measured(project: Path) -> None:
    sizes = {name: (size, budget) for name, size, budget in budgets.measure(project)}
    faults, _ = budgets.compare(sizes, {})
    assert sorted(fault.split(" : ")[0] for fault in faults) == [
        "cariatide/app/f.py::f",
        "cariatide/app/jinja2/app/page.html",
        "cariatide/app/long.py",
        "tests/test_long.py",
    ]


@pytest.mark.parametrize(
    ("size", "listed", "passes", "kept"),
    [
        (450, 450, True, 450),
        (430, 450, True, 430),
        (451, 450, False, 450),
        (620, 650, False, 600),
        (400, 450, True, None),
    ],
)
def test_the_ratchet_only_tightens(size: int, listed: int, passes: bool, kept: int | None) -> None:
    faults, tightened = budgets.compare({"a.py": (size, 400)}, {"a.py": listed})
    assert (not faults) is passes
    assert tightened.get("a.py") == kept


def test_the_list_of_exceptions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "budgets.txt"
    assert budgets.read_baseline(path) == {}
    path.write_text("450 a b.py::f\n\n")
    assert budgets.read_baseline(path) == {"a b.py::f": 450}


BROWSER_TESTS = """
import pytest
@pytest.mark.navigateur
def test_page(chromium_path):
    assert chromium_path.endswith("chromium")
def test_other():
    pass
"""


def run_family(folder: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """A pytest run of its own, on a machine whose only program may be a Chromium."""
    (folder / "test_essai.py").write_text(BROWSER_TESTS)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = navigateur\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "plugin_navigateur", "-p", "no:django", "-q",
         *arguments],
        cwd=folder, env={"PYTHONPATH": str(PROJECT / "tests"), "PATH": str(folder), **env},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_without_a_browser_the_rest_runs_and_one_last_line_says_it(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run_family(tmp_path, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout
    assert result.stdout.count("navigateur") == 1
    last = result.stdout.strip().splitlines()[-1]
    assert "« navigateur »" in last and "apt install chromium" in last


def test_where_it_is_required_its_absence_fails(tmp_path: Path) -> None:
    result = run_family(tmp_path, REQUIRE_BROWSER="1")
    assert result.returncode != 0
    assert "apt install chromium" in result.stderr


def test_a_wrong_path_fails_rather_than_being_ignored(tmp_path: Path) -> None:
    result = run_family(tmp_path, CHROMIUM="/nulle/part/chromium")
    assert result.returncode != 0
    assert "/nulle/part/chromium" in result.stderr


@pytest.mark.parametrize("variable", [False, True])
def test_with_a_browser_everything_runs(tmp_path: Path, variable: bool) -> None:
    folder = tmp_path / ("ailleurs" if variable else "")
    folder.mkdir(exist_ok=True)
    (folder / "chromium").write_text("#!/bin/sh\n")
    (folder / "chromium").chmod(0o755)
    env = {"CHROMIUM": str(folder / "chromium")} if variable else {}
    result = run_family(tmp_path, REQUIRE_BROWSER="1", **env)
    assert result.returncode == 0 and "2 passed" in result.stdout
    assert "Non lancée" not in result.stdout


@pytest.mark.parametrize("script", sorted(PROJECT.glob("scripts/*.sh")), ids=lambda p: p.name)
def test_shell_scripts_are_posix(script: Path) -> None:
    shell = shutil.which("dash") or "/bin/sh"
    assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0
    assert os.access(script, os.X_OK)
