"""The contracts of pyproject.toml bite: each fault below breaks the one that forbids it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from tests.bases import ROOT

# Without acts nor rules of their own: shared ground, composed pages, generated story.
SANS_ORDRE = {"socle", "web", "demonstration"}
LINT = "from importlinter.cli import lint_imports_command as c; c()"
BON = {"menages/rules.py": "", "menages/models.py": "import cariatide.menages.rules\n",
       "menages/web/views.py": "import cariatide.menages.models\n",
       "mesures/web/views.py": "import cariatide.menages.models\n"}  # fmt: skip


def lint(folder: Path, fichiers: dict[str, str], *autres: str) -> str:
    """Verdicts of the contracts on a product of empty apps and of those files."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "cariatide").mkdir()
    (folder / "cariatide" / "__init__.py").touch()
    presentes = [c.label for c in apps.get_app_configs() if c.name.startswith("cariatide.")]
    for app in (*presentes, *autres):
        for sous in ("", "web"):
            paquet = folder / "cariatide" / app / sous
            paquet.mkdir(exist_ok=True)
            (paquet / "__init__.py").touch()
    for nom, texte in fichiers.items():
        (folder / "cariatide" / nom).write_text(texte)
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=folder, env={"COLUMNS": "200"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode == 0) is ("BROKEN" not in done.stdout), done.stdout + done.stderr
    return done.stdout


def test_un_produit_en_ordre_passe(tmp_path: Path) -> None:
    words = lint(tmp_path, BON)
    assert "Contracts: 3 kept, 0 broken." in words


@pytest.mark.parametrize(
    ("fichier", "texte", "contrat"),
    [
        ("socle/x.py", "import cariatide.menages", "Un étage n'importe que ceux d'en dessous"),
        (
            "echeances/x.py",
            "import cariatide.courriers",
            "Un étage n'importe que ceux d'en dessous",
        ),
        (
            "menages/rules.py",
            "import cariatide.menages.models",
            "Dans une app, les imports vont vers la gauche",
        ),
        (
            "mesures/x.py",
            "import cariatide.menages.web.views",
            "Personne n'importe les pages d'une autre app",
        ),
    ],
)
def test_une_faute_est_vue(tmp_path: Path, fichier: str, texte: str, contrat: str) -> None:
    words = lint(tmp_path, {**BON, fichier: f"{texte}\n"})
    assert f"{contrat} BROKEN" in words
    assert words.count("BROKEN") == 1, words


def test_un_etage_oublie_est_vu(tmp_path: Path) -> None:
    """`exhaustive`: an app that nobody placed is refused."""
    words = lint(tmp_path, BON, "inconnue")
    assert "Un étage n'importe que ceux d'en dessous BROKEN" in words and "inconnue" in words


def test_chaque_app_a_l_ordre_de_ses_modules() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contrats = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    par_id = {contrat["id"]: contrat for contrat in contrats}
    presentes = {
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("cariatide.") and config.label not in SANS_ORDRE
    }
    assert set(par_id["ordre"]["containers"]) == presentes
    assert par_id["etages"]["exhaustive"] is True
