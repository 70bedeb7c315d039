"""Each permission check is taken away in turn, in memory: a test must notice.

`epreuves.mutations.cibles` lists the checks mechanically; `epreuves.mutations.joueur` is the pytest
plugin that first notes which tests reach which check, then plays the mutants against those tests.
"""

import os
import subprocess
import sys

from bench.base import ROOT

# Tests that say who may what; the long ones that judge something else are left out.
SELECTION = {
    "socle": ("tests/socle/test_perimetre.py", "tests/socle/test_cycle_de_vie.py",
              "tests/socle/test_routes.py", "tests/menages/test_acces.py",
              "tests/menages/test_mandats.py"),
    "comptes": ("tests/comptes/test_session.py", "tests/comptes/test_web.py"),
    "menages": ("tests/menages/test_mandats.py", "tests/menages/test_acces.py",
                "tests/menages/test_web.py", "tests/menages/test_composition.py"),
    "partenaires": ("tests/partenaires",),
    "documents": ("tests/documents/test_actions.py", "tests/documents/test_pieces.py",
                  "tests/documents/test_web.py"),
    "echeances": ("tests/echeances",),
    "courriers": ("tests/courriers",),
    "echanges": ("tests/echanges/test_imports.py", "tests/socle/test_listes.py"),
    "bareme": ("tests/bareme/test_locaux.py", "tests/bareme/test_web.py"),
    "territoire": ("tests/territoire/test_web.py",),
    "journal": ("tests/journal/test_web.py",),
    "conformite": ("tests/conformite",),
    "poste": ("tests/poste",),
    "commission": ("tests/commission",),
    "demandes": ("tests/demandes",),
    "mesures": ("tests/mesures",),
    "parc": ("tests/parc",),
    "baux": ("tests/baux",),
    "amelioration": ("tests/amelioration",),
    "observatoire": ("tests/observatoire", "tests/demandes/test_liens.py"),
    "web": ("tests/web",),
    "routes": (),
}  # fmt: skip
# Of every act: its roles, its organisation and its guards are written. Of every model: closed
# without a link, its level said, its rows those that the links open.
COMMUNS = (
    "tests/matrices/test_documents_generes.py",
    "tests/matrices/test_niveaux.py",
    "tests/demonstration/test_acces.py",
    "tests/demonstration/test_visibilite.py",
)
RESULTATS = ROOT / ".local" / "epreuves" / "mutations"


def run(groupes: str) -> int:
    """Play the mutants of these groups (all when empty); returns 1 when one survives."""
    RESULTATS.mkdir(parents=True, exist_ok=True)
    survivors = 0
    for groupe in groupes.split(",") if groupes else SELECTION:
        command = [
            sys.executable, "-m", "pytest", "-q", "-n0", "-p", "epreuves.mutations.joueur",
            "--groupe", groupe, *SELECTION[groupe], *COMMUNS,
        ]  # fmt: skip
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
            check=False,
        )
        survivors += done.returncode
    return 1 if survivors else 0
