"""Generated passwords, kept in one file that only its owner can read."""

import json
import os
import secrets
from pathlib import Path

from cariatide.socle.postgres.roles import ROLES

SUPERUSER = "cariatide_superutilisateur"


def load_or_create(path: Path) -> dict[str, str]:
    """Role → password. Written once, beside the data it opens."""
    if path.exists():
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        passwords: dict[str, str] = json.loads(path.read_text())
        return passwords
    passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
    draft = path.with_suffix(f".{os.getpid()}")
    write_private(draft, json.dumps(passwords))
    draft.rename(path)
    return passwords


def write_private(path: Path, text: str) -> None:
    """Creates a 0600 file whatever the umask; the content is never readable by others."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
