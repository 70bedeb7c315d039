"""Embedded PostgreSQL: the server of the demonstration and of the tests. No Django in here.

    with ensure_server("tests", checkout) as server:
        server.url_for(APPLICATION, "cariatide")

Production points ``DATABASE_URL`` to a real server and never imports this package.
"""

from cariatide.socle.postgres.errors import PostgresError
from cariatide.socle.postgres.external import ExternalServer, use_external
from cariatide.socle.postgres.roles import APPLICATION, DATABASE, OWNER, READER, prepare_roles
from cariatide.socle.postgres.server import Server, delete_data, ensure_server, is_running

__all__ = [
    "APPLICATION",
    "DATABASE",
    "OWNER",
    "READER",
    "ExternalServer",
    "PostgresError",
    "Server",
    "delete_data",
    "ensure_server",
    "is_running",
    "prepare_roles",
    "use_external",
]
