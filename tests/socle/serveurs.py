"""Helpers of the embedded server's tests: scratch checkouts, processes that hold a server."""

import functools
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from cariatide.socle.postgres import locks, places

PROJECT = Path(__file__).resolve().parents[2]
ORDINARY_ACCOUNT = "nobody"
WATCHDOG_LOCK = "gardien.verrou"
_HOLD = """
import json, sys
from pathlib import Path
from cariatide.socle.postgres import PostgresError, ensure_server, places
places.SYSTEM_ROOT = Path(sys.argv[3])
try:
    server = ensure_server(sys.argv[1], Path(sys.argv[2]))
except PostgresError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    sys.exit(1)
print(json.dumps({"url": server.superuser_url, "postgres": server.postgres_pid,
                  "watchdog": server.watchdog_pid, "port": server.port}), flush=True)
sys.stdin.read()
server.stop()
"""


@contextmanager
def scratch_checkout() -> Iterator[Path]:
    """A checkout with spaces and an accent in its path, that the system account can reach.

    As root, the system folder is a scratch one too.
    """
    base = Path(tempfile.mkdtemp(prefix="cariatide essai "))
    base.chmod(0o755)
    checkout = base / "mon dépôt"
    checkout.mkdir()
    before = places.SYSTEM_ROOT
    places.SYSTEM_ROOT = base / "var lib"
    try:
        yield checkout
    finally:
        places.SYSTEM_ROOT = before
        # A watchdog removes its state file after its server's death: two who remove would meet.
        wait_for(lambda: not any(locks.is_locked(found) for found in base.rglob(WATCHDOG_LOCK)), 15)
        shutil.rmtree(base)


def wait_for(condition: Callable[[], bool], seconds: float) -> float:
    """Seconds it took; fails after ``seconds``."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def is_alive(pid: int) -> bool:
    """False for a zombie: its parent has yet to reap it, but it runs no more."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@contextmanager
def holder(
    checkout: Path, mode: str = "tests", *, ordinary: bool = False
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    """Another process that holds the server until its input closes, or it is killed."""
    command = [sys.executable, "-c", _HOLD, mode, str(checkout), str(places.SYSTEM_ROOT)]
    env = {**os.environ, "PYTHONPATH": str(PROJECT)}
    user = None
    if ordinary and os.geteuid() == 0:
        interpreter, user = str(ordinary_interpreter()), ORDINARY_ACCOUNT
        command[0] = interpreter
        env["PYTHONPATH"] = os.pathsep.join([str(PROJECT), _site_packages()])
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, user=user,
        extra_groups=None if user is None else [], cwd="/",
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(15)


@functools.cache
def ordinary_interpreter() -> str | None:
    """An interpreter that an account without rights can run, with this environment's psycopg."""
    if os.geteuid() != 0:
        return sys.executable
    for candidate in (sys.executable, "/usr/bin/python3"):
        check = "import sys, psycopg; sys.exit(sys.version_info[:2] != (%d, %d))"
        try:
            result = subprocess.run(
                [candidate, "-c", check % sys.version_info[:2]],
                env={"PYTHONPATH": _site_packages()}, user=ORDINARY_ACCOUNT, extra_groups=[],
                capture_output=True, check=False, cwd="/",
            )  # fmt: skip
        except OSError:
            continue
        if result.returncode == 0:
            return candidate
    return None


def _site_packages() -> str:
    return str(Path(psycopg.__file__).parents[1])


def give_to_ordinary(folder: Path) -> None:
    if os.geteuid() == 0:
        entry = pwd.getpwnam(ORDINARY_ACCOUNT)
        os.chown(folder, entry.pw_uid, entry.pw_gid)


def query(url: str, text: str) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(text).fetchone()
        assert row is not None
        return row[0]


def permissions(path: Path) -> int:
    return path.stat().st_mode & 0o777
