"""Any other PostgreSQL server for the tests, reached through a superuser's URL."""

import hashlib
from typing import Self
from urllib.parse import quote, urlsplit, urlunsplit

from cariatide.socle.postgres import roles
from cariatide.socle.postgres.errors import PostgresError


class ExternalServer:
    """Same reading API as ``Server``; ``stop`` leaves the server alone: it is not ours."""

    starts = 1

    def __init__(self, superuser_url: str) -> None:
        parts = urlsplit(superuser_url)
        if parts.scheme not in ("postgresql", "postgres") or not parts.username:
            raise PostgresError(
                "DATABASE_URL doit avoir la forme "
                "« postgresql://compte:motdepasse@hôte:port/base »."
            )
        self.superuser_url = superuser_url
        self._parts = parts
        # Stable passwords: two test runs at once must not change each other's.
        self.passwords = {
            role: hashlib.sha256(f"{superuser_url} {role}".encode()).hexdigest()
            for role in roles.ROLES
        }

    def url_for(self, role: str, database: str = roles.DATABASE) -> str:
        host = self._parts.netloc.rpartition("@")[2]
        netloc = f"{role}:{self.passwords[role]}@{host}"
        return urlunsplit(
            ("postgresql", netloc, "/" + quote(database, safe=""), self._parts.query, "")
        )

    def stop(self) -> None:
        """The server existed before us and lives on."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def use_external(superuser_url: str, *, database: str | None = None) -> ExternalServer:
    """Prepares the three roles on that server, and the owner's ``database`` if one is named."""
    server = ExternalServer(superuser_url)
    roles.prepare_roles(
        superuser_url,
        passwords=server.passwords,
        database=database,
        owner_creates_databases=database is None,
    )
    return server
