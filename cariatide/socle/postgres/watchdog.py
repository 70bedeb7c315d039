"""Runs PostgreSQL and stops it when its last client is gone, even killed. Run as a script.

It lives in its own session and imports nothing of the project, so that neither a killed make, a
closed terminal nor a deleted checkout prevents it from stopping the server. Clients hold a shared
lock on a file; the day the watchdog gets it exclusively, nobody is left. Argument: JSON of
``{command, data, log, state, clients_lock, watchdog_lock, uid, gid, port, delay_max}``.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

POLL_SECONDS = 0.1
FAST_SECONDS = 1.3  # then without waiting: recovery from the log is safe, a demo that hangs is not
STABLE_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Linux: the kernel sends a fast shutdown if the watchdog itself is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


class Watchdog:
    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config
        self.starts = 0
        self.stopping = False
        self.clients = os.open(config["clients_lock"], os.O_RDWR | os.O_CREAT, 0o600)
        self.own = os.open(config["watchdog_lock"], os.O_RDWR | os.O_CREAT, 0o600)

    def run(self) -> int:
        fcntl.flock(self.own, fcntl.LOCK_EX)
        signal.signal(signal.SIGTERM, self._ask_stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        delay = 0.5
        while True:
            started = time.monotonic()
            process = self._start()
            ready = self._watch(process)
            if self.stopping:
                self._stop(process)
                return 0
            if not ready:
                return 3  # it never worked: the starter reads the log and says why
            delay = 0.5 if time.monotonic() - started > STABLE_SECONDS else delay * 2
            self._say(f"PostgreSQL s'est arrêté (code {process.returncode}), relance.")
            if not self._pause(min(delay, self.config["delay_max"])):
                return 0

    def _watch(self, process: "subprocess.Popen[bytes]") -> bool:
        """Returns when the server dies or nobody needs it; True if it was ready once."""
        ready = self.starts > 1
        while process.poll() is None and not self._nobody_left():
            # Looked at while it lives: a server stopped in good order removes its file.
            ready = ready or self._was_ready(process.pid)
            time.sleep(POLL_SECONDS)
        return ready or self._was_ready(process.pid)

    def _pause(self, seconds: float) -> bool:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            if self._nobody_left():
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _nobody_left(self) -> bool:
        if not self.stopping:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self.clients, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.stopping = True
        return self.stopping

    def _ask_stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        uid, gid = self.config["uid"], self.config["gid"]
        with open(self.config["log"], "ab") as log:
            process = subprocess.Popen(
                self.config["command"],
                cwd=self.config["data"],
                env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
                preexec_fn=_die_with_parent,
            )
        draft = f"{self.config['state']}.{os.getpid()}"
        with open(draft, "w") as file:
            state = {"watchdog": os.getpid(), "postgres": process.pid, "starts": self.starts}
            json.dump({**state, "port": self.config["port"]}, file)
        os.replace(draft, self.config["state"])
        return process

    def _was_ready(self, pid: int) -> bool:
        """A server that crashed leaves its file; one that refused to start removes its own."""
        try:
            with open(os.path.join(self.config["data"], "postmaster.pid")) as file:
                lines = file.read().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _stop(self, process: "subprocess.Popen[bytes]") -> None:
        """Fast (SIGINT: clients are cut off; SIGTERM would wait for them), then immediate."""
        for number, seconds in ((signal.SIGINT, FAST_SECONDS), (signal.SIGQUIT, 0.4)):
            if process.poll() is None:
                process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
        if process.poll() is None:
            process.kill()
            process.wait()

    def _say(self, text: str) -> None:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        with open(self.config["log"], "a", encoding="utf-8") as log:
            log.write(f"{stamp} [gardien] {text}\n")

    def close(self) -> None:
        """Its own lock first: whoever then gets the clients' lock must see no watchdog."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.config["state"])
        os.close(self.own)
        os.close(self.clients)


def main() -> int:
    watchdog = Watchdog(json.loads(sys.argv[1]))
    try:
        return watchdog.run()
    finally:
        watchdog.close()


if __name__ == "__main__":
    sys.exit(main())
