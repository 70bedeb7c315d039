"""`make` and its scripts, tried on a copy with spaces in its path: no network, no real library."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import controle
from tests.bases import ROOT

# Stands for the interpreter: makes a folder for `-m venv`, notes what pip is asked.
PYTHON = """#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip") shift 2; echo "pip $*" >> "$TEMOIN"; [ ! -e "$TEMOIN.panne" ] ;;
  "-m cariatide.socle.superviseur") shift 2; echo "superviseur $*" >> "$TEMOIN" ;;
  "-m pytest"|"-m bench") shift; echo "$*" >> "$TEMOIN" ;;
  "scripts/controle.py "*) echo "controle" >> "$TEMOIN" ;;
  *) exec REEL "$@" ;;
esac
"""


class Depot:
    """The Makefile and its scripts in a folder of their own, and a machine with a false Python."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "mon dépôt à moi"
        self.folder.mkdir()
        shutil.copy(ROOT / "Makefile", self.folder)
        shutil.copytree(ROOT / "scripts", self.folder / "scripts")
        shutil.copytree(ROOT / "requirements", self.folder / "requirements")
        self.notes = base / "notes"
        self.programs = base / "programmes"
        self.programs.mkdir()
        python = self.programs / "python3"
        python.write_text(PYTHON.replace("REEL", f'"{sys.executable}"'))
        python.chmod(0o755)

    def make(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["make", "--no-print-directory", *arguments], cwd=self.folder,
            env={"PATH": path, "TEMOIN": str(self.notes), "LC_ALL": "C.UTF-8"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def read(self) -> list[str]:
        """What was run since the last time."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return lines


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    return Depot(tmp_path)


def pip(famille: str) -> str:
    return (
        "pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "
        f"requirements/{famille}.txt"
    )


def test_demo_prepare_puis_demarre_deux_fois(depot: Depot) -> None:
    done = depot.make("demo", "PORT=8123")
    assert done.returncode == 0, done.stderr
    suivi = "superviseur demo --port 8123 --suit-parent"
    assert depot.read() == [pip("demo"), suivi]
    assert "Création de l’environnement Python" in done.stdout
    done = depot.make("demo")
    assert (done.returncode, done.stdout) == (0, "")
    assert depot.read() == ["superviseur demo --port 8000 --suit-parent"]


@pytest.mark.parametrize(
    ("cible", "attendu"),
    [
        ("test", "pytest -n 2 --dist loadfile"),
        ("check", "controle"),
        ("bench", "bench"),
    ],
)
def test_les_autres_commandes(depot: Depot, cible: str, attendu: str) -> None:
    done = depot.make(cible)
    assert done.returncode == 0, done.stderr
    assert depot.read() == [pip("test"), attendu]
    assert depot.make("demo").returncode == 0, "what the tests need holds what the demo needs"
    assert not [line for line in depot.read() if line.startswith("pip")]


def test_stop_sans_rien_et_reset(depot: Depot) -> None:
    done = depot.make("stop")
    assert (done.returncode, done.stdout) == (0, "Aucune démonstration ne tourne.\n")
    assert depot.make("reset").returncode == 0
    assert depot.read()[-1] == "superviseur reset"
    assert depot.make("stop").returncode == 0
    assert depot.read() == ["superviseur stop"]


def test_un_verrou_change_reinstalle(depot: Depot) -> None:
    depot.make("check")
    depot.read()
    (depot.folder / "requirements" / "test.txt").write_text("autre==1\n")
    depot.make("check")
    assert depot.read() == [pip("test"), "controle"]


def test_une_installation_interrompue_est_dite_et_reprise(depot: Depot) -> None:
    panne = depot.notes.with_name("notes.panne")
    panne.touch()
    done = depot.make("check")
    assert done.returncode != 0
    assert "n’ont pas pu être installées" in done.stderr and "dépôt de paquets" in done.stderr
    assert depot.read() == [pip("test")]
    panne.unlink()
    assert depot.make("check").returncode == 0
    assert depot.read() == [pip("test"), "controle"]


def test_un_prerequis_manquant_arrete_avant_tout(depot: Depot) -> None:
    (depot.programs / "python3").write_text("#!/bin/sh\nexit 1\n")
    for nom in ("python3.11", "python3.12", "python3.13", "python3.14"):
        shutil.copy(depot.programs / "python3", depot.programs / nom)
    done = depot.make("demo")
    assert done.returncode != 0
    assert "Il manque Python 3.11 ou plus récent." in done.stderr and "Commande : " in done.stderr
    assert depot.read() == [] and not (depot.folder / ".venv").exists()


def test_sans_cible_la_liste_des_commandes(depot: Depot) -> None:
    words = depot.make().stdout
    assert [c for c in ("demo", "stop", "reset", "test", "check", "bench")
            if f"make {c}" not in words] == []  # fmt: skip


def test_les_verrous_portent_des_empreintes_et_aucune_adresse() -> None:
    for famille in ("base", "demo", "test"):
        texte = (ROOT / "requirements" / f"{famille}.txt").read_text()
        assert "http" not in texte and "--index-url" not in texte and "find-links" not in texte
        for bloc in texte.replace("\\\n", " ").splitlines():
            if bloc and not bloc.startswith((" ", "#")):
                assert "==" in bloc and "--hash=sha256:" in bloc, bloc[:60]


@pytest.mark.parametrize(("codes", "verdict"), [((0, 0), 0), ((1, 0), 1), ((0, 3), 1)])
def test_le_controle_dit_tout_puis_le_verdict(
    codes: tuple[int, int], verdict: int, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Every check runs, even after one that fails, and any failure fails the whole."""
    programme = "print('trace {0}'); raise SystemExit({0})"
    monkeypatch.setattr(
        controle, "checks",
        lambda: [(f"essai {i}", controle.python("-c", programme.format(code)))
                 for i, code in enumerate(codes)],
    )  # fmt: skip
    assert controle.main() == verdict
    words = capsys.readouterr().out
    for i, code in enumerate(codes):
        assert f"essai {i} : {'bon' if code == 0 else 'EN ÉCHEC'}" in words
        assert (f"trace {code}" in words) is (code != 0)
    assert ("Tous les contrôles sont bons." in words) is (verdict == 0)


def test_le_controle_couvre_ce_qui_est_promis() -> None:
    commands = {label: " ".join(command) for label, command in controle.checks()}
    assert list(commands) == [
        "style (ruff check)", "mise en forme (ruff format)", "types (mypy)",
        "couches (import-linter)", "migrations (makemigrations --check)", "tailles (budgets)",
        "gabarits (djlint)", "documents générés",
    ]  # fmt: skip
    types = commands["types (mypy)"].split()
    assert "--strict" in types
    for module in ("cariatide/socle", "cariatide/mesures/rules.py", "cariatide/mesures/actions",
                   "cariatide/demandes/queries", "cariatide/demandes/lifecycle.py"):  # fmt: skip
        assert module in types


def test_l_integration_installe_un_navigateur_puis_controle_et_teste(tmp_path: Path) -> None:
    """`.ci/run` on a machine whose programs only say that they were called."""
    notes = tmp_path / "notes"
    for nom in ("apt-get", "make", "sudo", "env", "id"):
        path = tmp_path / nom
        path.write_text(
            f"#!/bin/sh\n[ {nom} = id ] && {{ echo 0; exit; }}\n"
            f'[ {nom} = env ] && {{ shift; exec "$@"; }}\n'
            f'echo "{nom} $* REQUIRE=$REQUIRE_BROWSER" >> "{notes}"\n'
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    outils = tmp_path / "outils"
    outils.mkdir()
    for nom in ("dirname", "sh"):
        (outils / nom).symlink_to(shutil.which(nom) or f"/bin/{nom}")
    bash = shutil.which("bash") or "/bin/bash"
    subprocess.run(
        [bash, str(ROOT / ".ci" / "run")], env={"PATH": f"{tmp_path}:{outils}"}, check=True
    )
    lines = notes.read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["apt-get", "apt-get", "make", "make", "make"]
    assert "install" in lines[1] and " chromium " in lines[1]
    assert lines[2:] == [f"make {cible} REQUIRE=1" for cible in ("check", "epreuves", "test")]
