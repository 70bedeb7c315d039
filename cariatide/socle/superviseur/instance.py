"""The one running demonstration of a checkout: its lock, its state file, its port."""

import contextlib
import errno
import json
import os
import shutil
import signal
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from cariatide.socle.postgres import delete_data
from cariatide.socle.postgres.locks import FileLock, is_locked

STOP_SECONDS = 10.0
_DELETED = ("fichiers", "courriels", "statique", "journaux")


class SupervisorError(RuntimeError):
    """The demonstration cannot start or stop; ``str()`` is the French text shown."""


@dataclass(frozen=True, slots=True)
class State:
    pid: int
    port: int
    url: str


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Instance:
    """Files of the checkout's ``.local``. The lock, not the state file, tells what runs: it ends
    with its process, even killed."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.folder = checkout / ".local"
        self.logs = self.folder / "journaux"
        self._state = self.folder / "demonstration.json"
        self._lock_path = self.folder / "demonstration.verrou"

    def read(self) -> State | None:
        """The running demonstration, or None."""
        if not self.folder.is_dir() or not is_locked(self._lock_path):
            return None
        try:
            return State(**json.loads(self._state.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return State(0, 0, "")

    def claim(self, port: int) -> FileLock:
        """Takes the lock for the life of this process; says in words why it cannot."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._lock_path)
        except PermissionError as error:
            raise SupervisorError(
                f"Vous n’avez pas le droit d’écrire dans {error.filename}. Relancez avec le compte "
                "qui a lancé la démonstration la première fois, ou supprimez le dossier .local."
            ) from error
        if not lock.acquire():
            lock.close()
            running = self.read() or State(0, 0, "")
            where = f" à l’adresse {running.url}" if running.url else ""
            raise SupervisorError(
                f"La démonstration tourne déjà{where}. Ouvrez-la dans un navigateur, ou "
                "arrêtez-la avec « make stop »."
            )
        self._state.unlink(missing_ok=True)
        try:
            check_port(port)
        except SupervisorError:
            lock.close()
            raise
        return lock

    def write(self, port: int) -> State:
        state = State(os.getpid(), port, f"http://127.0.0.1:{port}/")
        draft = self._state.with_suffix(".neuf")
        draft.write_text(json.dumps(asdict(state)))
        draft.replace(self._state)
        return state

    def forget(self) -> None:
        self._state.unlink(missing_ok=True)

    def stop(self) -> bool:
        """Stops the running demonstration; False when there is none."""
        running = self.read()
        if running is None:
            return False
        if not running.pid:
            raise SupervisorError(
                "Une démonstration est en train de démarrer ou de s’arrêter. Patientez quelques "
                "secondes, puis relancez « make stop »."
            )
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                self._signal(running.pid, number)
            limit = time.monotonic() + STOP_SECONDS
            while time.monotonic() < limit:
                if not is_locked(self._lock_path):
                    return True
                time.sleep(0.05)
        raise SupervisorError(f"Le processus {running.pid} ne s’arrête pas.")

    def _signal(self, pid: int, number: signal.Signals) -> None:
        try:
            os.kill(pid, number)
        except PermissionError as error:
            raise SupervisorError(
                "La démonstration a été lancée par un autre compte : arrêtez-la avec ce compte."
            ) from error

    def delete(self) -> list[Path]:
        """Deletes the databases and the files of the demonstration; returns what was deleted."""
        deleted = delete_data(self.checkout)
        for name in _DELETED:
            folder = self.folder / name
            if folder.exists():
                shutil.rmtree(folder)
                deleted.append(folder)
        return deleted


def check_port(port: int) -> None:
    """Binds and lets go: the only sure way to know, before a minute of preparation."""
    if not 1 <= port <= 65535:
        raise SupervisorError(
            f"Le port {port} n’existe pas : choisissez un nombre de 1024 à 65535, par exemple "
            "« make demo PORT=8001 »."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            other = port + 1 if 1024 <= port < 65535 else 8001
            if error.errno == errno.EADDRINUSE:
                reason = f"Le port {port} est déjà utilisé par un autre programme."
            elif error.errno == errno.EACCES:
                reason = f"Le port {port} est réservé au compte root."
            else:
                raise
            raise SupervisorError(
                f"{reason} Choisissez-en un autre, par exemple « make demo PORT={other} »."
            ) from error
