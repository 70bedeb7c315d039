"""Where a checkout's servers live, and under which account.

An ordinary user's data lies in the checkout (``.local/postgres``, 0700). PostgreSQL refuses to run
as root, so root gets a system account and ``/var/lib/cariatide/<hash of the checkout's path>``,
which notes that path. Folders that were there before keep their permissions.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cariatide.socle.postgres import locks
from cariatide.socle.postgres.errors import PostgresError

Mode = Literal["demo", "tests"]
MODES: tuple[Mode, ...] = ("demo", "tests")
ACCOUNT_NAME = "cariatide"
SYSTEM_ROOT = Path("/var/lib/cariatide")
CHECKOUT_NOTE = "checkout"


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one server (one mode of one checkout) and the names inside it."""

    folder: Path
    account: Account | None
    binaries_folder: Path | None

    @property
    def data(self) -> Path:
        return self.folder / "donnees"

    @property
    def log(self) -> Path:
        return self.folder / "journal.log"

    @property
    def credentials(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def state(self) -> Path:
        return self.folder / "serveur.json"

    @property
    def start_lock(self) -> Path:
        return self.folder / "demarrage.verrou"

    @property
    def clients_lock(self) -> Path:
        return self.folder / "clients.verrou"

    @property
    def watchdog_lock(self) -> Path:
        return self.folder / "gardien.verrou"


def is_root() -> bool:
    return os.geteuid() == 0


def place_of(mode: Mode, checkout: Path) -> Place:
    """Where the server is or would be; creates nothing."""
    if is_root():
        home = system_folder(checkout)
        return Place(home / mode, _find_account(), home / "binaires")
    return Place(user_folder(checkout) / mode, None, None)


def user_folder(checkout: Path) -> Path:
    return checkout.resolve() / ".local" / "postgres"


def system_folder(checkout: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:16]
    return SYSTEM_ROOT / digest


def prepare_place(mode: Mode, checkout: Path) -> Place:
    """Creates the missing folders (and, as root, the account), then returns the place."""
    if not is_root():
        (checkout / ".local").mkdir(exist_ok=True)
        for folder in (user_folder(checkout), user_folder(checkout) / mode):
            _make_folder(folder, 0o700)
        return place_of(mode, checkout)
    _ensure_account()
    home = system_folder(checkout)
    _make_folder(SYSTEM_ROOT, 0o755, parents=True)
    _refuse_closed(SYSTEM_ROOT)
    remove_orphans()
    _make_folder(home, 0o755)
    (home / CHECKOUT_NOTE).write_bytes(os.fsencode(checkout.resolve()))
    _make_folder(home / "binaires", 0o755)
    _make_folder(home / mode, 0o711)
    return place_of(mode, checkout)


def remove_orphans() -> None:
    """Removes the folders of checkouts that are gone, unless a server still runs there."""
    for home in _system_homes():
        checkout = Path(os.fsdecode((home / CHECKOUT_NOTE).read_bytes()))
        if checkout.exists():
            continue
        if any(locks.is_locked(home / mode / "gardien.verrou") for mode in MODES):
            continue
        shutil.rmtree(home, ignore_errors=True)


def _system_homes() -> Iterator[Path]:
    if SYSTEM_ROOT.is_dir():
        yield from (f for f in sorted(SYSTEM_ROOT.iterdir()) if (f / CHECKOUT_NOTE).is_file())


def _make_folder(folder: Path, mode: int, *, parents: bool = False) -> None:
    if not folder.exists():
        folder.mkdir(parents=parents)
        folder.chmod(mode)  # the umask may have removed bits of mkdir's own mode


def _refuse_closed(folder: Path) -> None:
    for path in (folder, *folder.parents):
        if not path.stat().st_mode & 0o001:
            raise PostgresError(
                f"Le dossier {path} est fermé au compte système « {ACCOUNT_NAME} », sous lequel "
                "PostgreSQL doit tourner. Cariatide ne modifie pas les droits d’un dossier "
                f"existant : ouvrez-le avec « chmod o+x {path} », ou lancez la commande avec un "
                "compte ordinaire."
            )


def _find_account() -> Account | None:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None
    if entry.pw_uid == 0:
        raise PostgresError(
            f"Le compte « {ACCOUNT_NAME} » a les droits de root, que PostgreSQL refuse. "
            "Renommez-le, ou lancez la commande avec un compte ordinaire."
        )
    return Account(entry.pw_uid, entry.pw_gid)


def _ensure_account() -> None:
    if _find_account() is not None:
        return
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir",
         str(SYSTEM_ROOT), "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
        ["adduser", "-S", "-D", "-H", "-h", str(SYSTEM_ROOT), ACCOUNT_NAME],
    )  # fmt: skip
    for command in commands:
        if shutil.which(command[0]):
            subprocess.run(command, capture_output=True, check=False)
        if _find_account() is not None:  # also when another start created it meanwhile
            return
    raise PostgresError(
        f"PostgreSQL refuse de tourner sous root et le compte système « {ACCOUNT_NAME} » n’a pas "
        f"pu être créé. Créez-le (« useradd --system {ACCOUNT_NAME} »), ou lancez la commande "
        "avec un compte ordinaire."
    )
