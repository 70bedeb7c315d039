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
              "tests/menages/test_mandats.py", "tests/matrices/test_niveaux.py"),
    "comptes": ("tests/comptes/test_session.py", "tests/comptes/test_facteur.py",
                "tests/comptes/test_web.py", "tests/partenaires/test_equipe.py"),
    "menages": ("tests/menages", "tests/journal/test_mandat.py",
                "tests/conformite/test_exceptions.py"),
    "partenaires": ("tests/partenaires", "tests/comptes/test_facteur.py",
                    "tests/conformite/test_exceptions.py"),
    "documents": ("tests/documents/test_actions.py", "tests/documents/test_pieces.py",
                  "tests/documents/test_web.py"),
    "echeances": ("tests/echeances",),
    "courriers": ("tests/courriers",),
    "echanges": ("tests/echanges/test_droits.py", "tests/echanges/test_imports.py",
                 "tests/matrices/test_listes.py"),
    "bareme": ("tests/bareme/test_locaux.py", "tests/bareme/test_web.py",
               "tests/journal/test_mandat.py"),
    "territoire": ("tests/territoire", "tests/partenaires/test_secteurs.py"),
    "journal": ("tests/journal/test_mandat.py", "tests/journal/test_web.py"),
    "conformite": ("tests/conformite",),
    "poste": ("tests/poste",),
    "commission": ("tests/commission",),
    "demandes": ("tests/demandes",),
    "mesures": ("tests/mesures",),
    "parc": ("tests/parc",),
    "baux": ("tests/baux",),
    "amelioration": ("tests/amelioration",),
    "observatoire": ("tests/observatoire", "tests/demandes/test_liens.py"),
    "alertes": ("tests/alertes",),
    "web": ("tests/web",),
    "routes": (),
}  # fmt: skip
# Of every route and act: what is declared is written. Of every table: its level, and its rows those
# that the rules open. Of acts and pages: what is done or shown, by whoever may only read.
DECLARE = "tests/matrices/test_documents_generes.py::test_la_page_dit_qui_"
COMMUNS = (
    f"{DECLARE}ouvre_chaque_adresse",
    f"{DECLARE}fait_chaque_acte",
    "tests/demonstration/test_visibilite.py",
    "tests/matrices/test_droits_des_actes.py",
    "tests/matrices/test_boutons.py",
    "tests/demonstration/test_liens.py",
)
RESULTATS = ROOT / ".local" / "epreuves" / "mutations"


def run(groupes: str, *, restants: bool = False) -> int:
    """Play the mutants of these groups (all when empty); returns 1 when one survives.

    restants: those that the last play of the group left, alone.
    """
    RESULTATS.mkdir(parents=True, exist_ok=True)
    noms = groupes.split(",") if groupes else list(SELECTION)
    tests = dict.fromkeys(test for nom in noms for test in SELECTION[nom])
    command = [
        sys.executable, "-m", "pytest", "-q", "-n0", "--tb=native",
        "-p", "epreuves.mutations.joueur", "--groupe", ",".join(noms),
        *(["--restants"] if restants else []), *tests, *COMMUNS,
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=False,
    )
    return 1 if done.returncode else 0
