"""The data folder: creation, settings, version, and what a killed server left in it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from cariatide.socle.postgres import credentials
from cariatide.socle.postgres.binaries import MAJOR, Binaries
from cariatide.socle.postgres.errors import PostgresError
from cariatide.socle.postgres.places import Account, Mode, Place

LOG_LIMIT_BYTES = 10_000_000

_COMMON = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 80
shared_buffers = 128MB
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
lc_messages = 'C'
jit = off
"""
_BY_MODE: dict[Mode, str] = {
    "demo": "fsync = on\n",
    # Test data is rebuilt at will: nothing of it is worth waiting for a disk.
    "tests": "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
    "wal_level = minimal\nmax_wal_senders = 0\n",
}
_HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


def check_version(data: Path) -> None:
    """Refuses the data folder of another major version, which PostgreSQL could not read."""
    note = data / "PG_VERSION"
    if not note.exists():
        return
    found = note.read_text().strip()
    if found != str(MAJOR):
        raise PostgresError(
            f"Le dossier de données {data} a été créé par PostgreSQL {found} ; cette version de "
            f"Cariatide utilise PostgreSQL {MAJOR}. Rien n’a été modifié. Pour repartir d’une "
            "base neuve, lancez « make reset » puis votre commande. Pour garder ces données, "
            f"exportez-les d’abord avec « pg_dump » de PostgreSQL {found}."
        )


def create_data(place: Place, binaries: Binaries, mode: Mode, password: str) -> None:
    """initdb in a draft folder, renamed once complete: a killed start leaves nothing half-made."""
    if (place.data / "PG_VERSION").exists():
        return
    for leftover in place.folder.glob("donnees.neuf-*"):
        shutil.rmtree(leftover)
    draft = place.folder / f"donnees.neuf-{os.getpid()}"
    draft.mkdir(mode=0o700)
    password_file = place.folder / "initdb.secret"
    credentials.write_private(password_file, password + "\n")
    if place.account is not None:
        for path in (draft, password_file):
            os.chown(path, place.account.uid, place.account.gid)
    command = [
        str(binaries.initdb), "-D", str(draft), "-U", credentials.SUPERUSER,
        "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8",
        "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        "--no-instructions",
    ]  # fmt: skip
    if mode == "tests":
        command.append("--no-sync")
    try:
        run_as(place.account, command)
    finally:
        password_file.unlink()
    if place.data.exists():
        place.data.rmdir()  # only an empty folder may be replaced
    draft.rename(place.data)


def run_as(account: Account | None, command: list[str]) -> None:
    """Runs a PostgreSQL tool under the account; its own words follow ours on failure."""
    result = subprocess.run(
        command,
        capture_output=True,
        check=False,
        text=True,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        umask=0o077,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if result.returncode != 0:
        raise PostgresError(
            f"La commande « {Path(command[0]).name} » de PostgreSQL a échoué :\n"
            f"{(result.stderr or result.stdout).strip()}"
        )


def write_settings(place: Place, mode: Mode, port: int) -> None:
    """Written again at every start: the files hold nothing that a person should edit."""
    for name, text in (
        ("postgresql.conf", f"{_COMMON}{_BY_MODE[mode]}port = {port}\n"),
        ("pg_hba.conf", _HBA),
    ):
        path = place.data / name
        credentials.write_private(path, text)
        if place.account is not None:
            os.chown(path, place.account.uid, place.account.gid)


def rotate_log(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".ancien.log"))


def recover_stale(data: Path) -> None:
    """Deals with ``postmaster.pid`` of a server that its watchdog no longer watches.

    PostgreSQL recovers by itself from the file of a dead process, but refuses to start when the
    number was given to another process since; a server left alone is stopped, then restarted.
    """
    pid_file = data / "postmaster.pid"
    pid = _read_pid(pid_file)
    if pid is None or not _is_alive(pid):
        return
    if not _serves(pid, data):
        pid_file.unlink(missing_ok=True)
        return
    for number, seconds in ((signal.SIGINT, 1.5), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 1.0)):
        os.kill(pid, number)
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if not _is_alive(pid):
                return
            time.sleep(0.02)


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    try:
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _serves(pid: int, data: Path) -> bool:
    """True when the process is a postgres whose data folder is this one."""
    result = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ) if shutil.which("ps") else None  # fmt: skip
    if result is not None:
        return str(data) in result.stdout and "postgres" in result.stdout
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in command
