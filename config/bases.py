"""Database URLs to Django settings: one dialect, PostgreSQL, so a few lines replace a library."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class AdresseDeBaseInvalide(ValueError):
    """The URL is not one of a PostgreSQL database."""


def parse_database_url(url: str, *, pool_size: int = 0) -> dict[str, Any]:
    """Turn ``postgresql://user:password@host:port/name?option=value`` into a DATABASES entry.

    pool_size: connections kept per process by psycopg's pool; 0 opens one connection per thread.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise AdresseDeBaseInvalide(
            "DATABASE_URL doit avoir la forme postgresql://compte:mot-de-passe@serveur:port/base"
        )
    options: dict[str, Any] = {"server_side_binding": True, **dict(parse_qsl(parts.query))}
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        # The pool asks a connection whether it lives before it lends it: after a restart of the
        # database, only the requests that were running fail (epreuves/redemarrages.py).
        "CONN_HEALTH_CHECKS": bool(pool_size),
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
