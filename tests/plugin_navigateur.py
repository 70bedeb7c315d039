"""Browser family: runs where a Chromium is, and elsewhere says in one line what was not run.

``$CHROMIUM`` or a ``chromium`` on PATH. With REQUIRE_BROWSER=1 (continuous integration) its absence
fails before the first test, so that a green run never hides an unrun family.
"""

import os
import shutil

import pytest

MARKER = "navigateur"
INSTALL = "apt install chromium"


def find_chromium() -> str | None:
    """The executable, or None; a wrong ``$CHROMIUM`` is an error rather than a silent absence."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise pytest.UsageError(f"CHROMIUM={wanted} : ce programme n’existe pas.")
        return found
    return shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_configure(config: pytest.Config) -> None:
    missing = find_chromium() is None
    if missing and os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(
            f"REQUIRE_BROWSER=1, mais aucun Chromium n’est installé. Commande : {INSTALL}"
        )
    config.stash[_MISSING] = missing


_MISSING = pytest.StashKey[bool]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselected, not skipped: a skipped test is a mistake elsewhere in this project."""
    if not config.stash[_MISSING]:
        return
    kept = [item for item in items if item.get_closest_marker(MARKER) is None]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[i for i in items if i not in kept])
        items[:] = kept


def pytest_unconfigure(config: pytest.Config) -> None:
    """After the summary, from the controller: the last line that the person reads."""
    if hasattr(config, "workerinput") or not config.stash.get(_MISSING, False):
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(
            "Non lancée : la famille « navigateur », faute de Chromium. "
            f"Pour l’installer : {INSTALL}"
        )


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The executable for Playwright's ``executable_path``."""
    path = find_chromium()
    assert path is not None
    return path
