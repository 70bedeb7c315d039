"""Advisory file locks that end with the process that holds them, even when it is killed.

The kernel releases ``flock`` when the last descriptor closes: it is the only signal of a parent's
death that also works after SIGKILL. Forked children close their copy, or they would keep it alive.
"""

import fcntl
import os
import time
from pathlib import Path

_held: set[int] = set()


def _close_in_child() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)


class FileLock:
    """One open lock file. ``shared`` holders exclude an exclusive one and the reverse."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _held.add(self._descriptor)

    def acquire(self, *, shared: bool = False, seconds: float = 0.0) -> bool:
        """True once held; False when another holder kept it for ``seconds``."""
        flags = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
        limit = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._descriptor, flags)
            except BlockingIOError:
                if time.monotonic() >= limit:
                    return False
                time.sleep(0.02)
            else:
                return True

    def release(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Releases and forgets the file; a second call does nothing."""
        if self._descriptor in _held:
            _held.discard(self._descriptor)
            os.close(self._descriptor)


def is_locked(path: Path) -> bool:
    """True when some process holds the file exclusively (two who ask do not disturb each other)."""
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        return not lock.acquire(shared=True)
    finally:
        lock.close()
