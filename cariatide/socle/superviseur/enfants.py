"""Child processes: each in its own session, restarted with a growing delay, told in French."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cariatide.socle.superviseur.instance import say

FIRST_DELAY = 1.0
MAX_DELAY = 30.0
STABLE_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Linux: a child ends with a supervisor that is killed; elsewhere only an orderly stop does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def start_process(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path
) -> "subprocess.Popen[bytes]":
    """Starts it in its own session (a Ctrl-C reaches the supervisor alone), output to ``log``."""
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )


def send(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Signals the process, and with SIGKILL everything that it started."""
    with contextlib.suppress(ProcessLookupError):
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        elif process.poll() is None:
            process.send_signal(number)


class Child:
    """A process that must always run."""

    def __init__(self, label: str, log: Path, start: Callable[[], "subprocess.Popen[bytes]"]):
        self.label = label
        self.log = log
        self._start = start
        self._delay = FIRST_DELAY
        self._due: float | None = None
        self._began = time.monotonic()
        self.process = start()

    def watch(self) -> None:
        """Called often: notices a death, says it, restarts after the delay."""
        now = time.monotonic()
        if self._due is None and self.process.poll() is not None:
            if now - self._began > STABLE_SECONDS:
                self._delay = FIRST_DELAY
            say(
                f"{self.label} s’est arrêté (code {self.process.returncode}) ; relance dans "
                f"{self._delay:.0f} s. Journal : {self.log}"
            )
            self._due = now + self._delay
            self._delay = min(self._delay * 2, MAX_DELAY)
        elif self._due is not None and now >= self._due:
            self._due = None
            self._began = now
            send(self.process, signal.SIGKILL)  # what it had started may still hold the port
            self.process = self._start()
            say(f"{self.label} est relancé.")


def ask_to_end(children: Sequence[Child]) -> None:
    for child in children:
        send(child.process, signal.SIGTERM)


def wait_end(children: Sequence[Child], seconds: float) -> bool:
    """True when all ended within ``seconds``."""
    limit = time.monotonic() + seconds
    while any(child.process.poll() is None for child in children):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True
