"""Starts a checkout's PostgreSQL, or joins the one that runs, and lets go of it.

Whoever calls ``ensure_server`` holds the server: it stops within two seconds after the last holder
called ``stop`` or died. pytest's controller, or the supervisor of the demonstration, holds it.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg

from cariatide.socle.postgres import binaries, cluster, credentials, places, roles, watchdog
from cariatide.socle.postgres.errors import PostgresError
from cariatide.socle.postgres.locks import FileLock, is_locked
from cariatide.socle.postgres.places import Mode, Place

START_SECONDS = 60.0
# Between two starts of a server that keeps dying: the fault tests, which kill it, shorten it.
restart_delay_max = 10.0
_PORT_TRIES = 5


class Server:
    """A running server that this process holds. A context manager: leaving it lets go."""

    def __init__(self, place: Place, passwords: dict[str, str], clients: FileLock) -> None:
        self._place = place
        self._passwords = passwords
        self._clients = clients
        self._is_held = True
        state = read_state(place)
        self.port: int = state["port"]
        self.watchdog_pid: int = state["watchdog"]

    @property
    def superuser_url(self) -> str:
        return self.url_for(credentials.SUPERUSER, "postgres")

    @property
    def log_path(self) -> Path:
        return self._place.log

    @property
    def postgres_pid(self) -> int | None:
        return read_state(self._place).get("postgres")

    @property
    def starts(self) -> int:
        """How many times the watchdog had to start it since it was first asked."""
        starts: int = read_state(self._place).get("starts", 0)
        return starts

    def url_for(self, role: str, database: str = roles.DATABASE) -> str:
        password = self._passwords[role]
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def is_healthy(self) -> bool:
        return _answers(self.superuser_url)

    def stop(self) -> None:
        """Lets go; returns once the server is down, at once if somebody else still holds it."""
        if not self._is_held:
            return
        self._is_held = False
        self._clients.close()
        probe = FileLock(self._place.clients_lock)
        held_by_others = probe.acquire(shared=True) and not _take_over(probe)
        probe.close()
        if held_by_others:
            return
        limit = time.monotonic() + 5.0
        while is_locked(self._place.watchdog_lock) and time.monotonic() < limit:
            time.sleep(0.02)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _take_over(probe: FileLock) -> bool:
    """True when the caller was the last: a shared lock becomes exclusive only when alone."""
    return probe.acquire()


def ensure_server(mode: Mode, checkout: Path) -> Server:
    """The checkout's server of that mode, ready, with its roles; started when nobody did."""
    source = binaries.locate()
    try:
        place = places.prepare_place(mode, checkout)
    except OSError as error:
        raise PostgresError(
            f"Le dossier de la base de données ne peut pas être préparé ({error}). Vérifiez que "
            "vous avez le droit d’écrire dans ce dossier, puis relancez la commande."
        ) from error
    start_lock = FileLock(place.start_lock)
    clients = FileLock(place.clients_lock)
    try:
        if not start_lock.acquire(seconds=START_SECONDS):
            raise PostgresError(
                "Une autre commande démarre déjà PostgreSQL et n’a pas fini. Patientez, puis "
                f"relancez ; le journal est dans {place.log}."
            )
        return _join_or_start(mode, place, source, clients, checkout)
    except BaseException:
        clients.close()
        raise
    finally:
        start_lock.close()


def _join_or_start(
    mode: Mode, place: Place, source: binaries.Binaries, clients: FileLock, checkout: Path
) -> Server:
    cluster.check_version(place.data)
    if not clients.acquire(shared=True, seconds=10.0):
        raise PostgresError(
            f"L’ancien serveur PostgreSQL ne s’arrête pas. Le journal est dans {place.log}."
        )
    if is_locked(place.watchdog_lock):
        server = Server(place, credentials.load_or_create(place.credentials), clients)
        _wait_until(server.is_healthy, place)
        return server
    cluster.recover_stale(place.data)
    if place.binaries_folder is not None:
        source = binaries.copy_to(source, place.binaries_folder)
        if mode == "demo":
            _adopt_user_data(place, checkout)
    passwords = credentials.load_or_create(place.credentials)
    cluster.create_data(place, source, mode, passwords[credentials.SUPERUSER])
    cluster.rotate_log(place.log)
    _start(mode, place, source)
    server = Server(place, passwords, clients)
    _wait_until(server.is_healthy, place)
    roles.prepare_roles(
        server.superuser_url, passwords=passwords, owner_creates_databases=mode == "tests"
    )
    return server


def _start(mode: Mode, place: Place, source: binaries.Binaries) -> None:
    """Another program may take the free port before PostgreSQL binds it: try a few."""
    for _ in range(_PORT_TRIES):
        port = _free_port()
        cluster.write_settings(place, mode, port)
        log_start = place.log.stat().st_size if place.log.exists() else 0
        if _spawn_watchdog(place, source, port):
            return
        words = place.log.read_bytes()[log_start:].decode(errors="replace")
        if "could not create any TCP/IP sockets" not in words:
            break
    last_lines = "\n".join(words.strip().splitlines()[-8:])
    raise PostgresError(
        f"PostgreSQL n’a pas démarré. Ses derniers mots (journal : {place.log}) :\n{last_lines}"
    )


def _spawn_watchdog(place: Place, source: binaries.Binaries, port: int) -> bool:
    """True once the server accepts connections, False when it gave up."""
    config = {
        "command": [str(source.postgres), "-D", str(place.data)],
        "data": str(place.data),
        "log": str(place.log),
        "state": str(place.state),
        "clients_lock": str(place.clients_lock),
        "watchdog_lock": str(place.watchdog_lock),
        "uid": place.account.uid if place.account else None,
        "gid": place.account.gid if place.account else None,
        "port": port,
        "delay_max": restart_delay_max,
    }
    place.state.unlink(missing_ok=True)
    with place.log.open("ab") as log:
        place.log.chmod(0o600)
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__, json.dumps(config)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if process.poll() is not None:
            return False
        if _is_ready(place):
            process.returncode = 0  # it outlives us on purpose: no warning about it
            return True
        time.sleep(0.02)
    process.terminate()
    return False


def _is_ready(place: Place) -> bool:
    started = read_state(place).get("postgres")
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(started) and lines[7].strip() == "ready"


def _wait_until(is_healthy: Any, place: Place) -> None:
    limit = time.monotonic() + START_SECONDS
    while not is_healthy():
        if time.monotonic() > limit:
            raise PostgresError(f"PostgreSQL ne répond pas. Le journal est dans {place.log}.")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def read_state(place: Place) -> dict[str, Any]:
    """What the watchdog notes: its pid, the server's, the port, the number of starts."""
    try:
        state: dict[str, Any] = json.loads(place.state.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def _adopt_user_data(place: Place, checkout: Path) -> None:
    """First start as root: what an ordinary user's demonstration holds is copied, not lost."""
    origin = places.user_folder(checkout) / "demo"
    if place.data.exists() or not (origin / "donnees" / "PG_VERSION").exists():
        return
    cluster.check_version(origin / "donnees")
    if is_locked(origin / "gardien.verrou") or not (origin / "secrets.json").exists():
        return
    draft = place.folder / "donnees.copie"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(origin / "donnees", draft, symlinks=True)
    (draft / "postmaster.pid").unlink(missing_ok=True)
    if place.account is not None:
        for path in [draft, *draft.rglob("*")]:
            os.chown(path, place.account.uid, place.account.gid)
    credentials.write_private(place.credentials, (origin / "secrets.json").read_text())
    draft.rename(place.data)


def is_running(mode: Mode, checkout: Path) -> bool:
    return is_locked(places.place_of(mode, checkout).watchdog_lock)


def delete_data(checkout: Path) -> list[Path]:
    """Deletes both modes' data of the checkout; returns what was deleted. Refuses if in use."""
    folders = [places.place_of(mode, checkout).folder for mode in places.MODES]
    running = [mode for mode in places.MODES if is_running(mode, checkout)]
    if running:
        raise PostgresError(
            "La base de données est encore utilisée par une autre commande (démonstration ou "
            "tests) : arrêtez-la, puis recommencez."
        )
    deleted = [folder for folder in folders if folder.exists()]
    for folder in deleted:
        shutil.rmtree(folder)
    return deleted
