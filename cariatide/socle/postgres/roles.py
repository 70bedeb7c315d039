"""The three database roles and the database they share, on any PostgreSQL server.

Row-level security only binds a role that neither owns the tables nor is a superuser: migrations
run as the owner, requests as ``cariatide_application``, reports as ``cariatide_lecture``.
"""

from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg import sql

OWNER: Final = "cariatide_proprietaire"
APPLICATION: Final = "cariatide_application"
READER: Final = "cariatide_lecture"
ROLES: Final = (OWNER, APPLICATION, READER)
DATABASE: Final = "cariatide"
_LOCK_KEY: Final = 7_301_951


def prepare_roles(
    superuser_url: str,
    *,
    passwords: Mapping[str, str],
    database: str | None = DATABASE,
    owner_creates_databases: bool = False,
) -> None:
    """Creates or repairs the roles and, unless None, the owner's ``database``. Idempotent."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])
        for role in ROLES:
            _set_role(connection, role, passwords[role], role == OWNER and owner_creates_databases)
        # To drop a test database, the owner must be able to cut off the application's connections.
        signals = "GRANT pg_signal_backend TO {}"
        if not owner_creates_databases:
            signals = "REVOKE pg_signal_backend FROM {}"
        connection.execute(sql.SQL(signals).format(sql.Identifier(OWNER)))
        connection.execute(
            sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(
                sql.Identifier(READER)
            )
        )
        if database is None:
            return
        row = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if row is None:
            connection.execute(create_database_statement(database, owner=OWNER))
        _restrict_connections(connection, database)
    with psycopg.connect(superuser_url, dbname=database) as connection:
        grant_defaults(connection)


def create_database_statement(database: str, *, owner: str | None = None) -> sql.Composed:
    """UTF-8 and C.UTF-8 whatever the server's own default: sorting must not depend on it."""
    suffix = sql.SQL(" OWNER {}").format(sql.Identifier(owner)) if owner else sql.SQL("")
    return (
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
            sql.Identifier(database)
        )
        + suffix
    )


def grant_defaults(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Gives the two other roles their rights on what the owner will create in this database.

    Copied with a template database. Existing tables are left alone: a migration may have
    withdrawn a right on purpose.
    """
    rights = (
        ("SELECT, INSERT, UPDATE, DELETE ON TABLES", APPLICATION),
        ("USAGE, SELECT ON SEQUENCES", APPLICATION),
        ("SELECT ON TABLES", READER),
    )
    for right, role in rights:
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} TO {}").format(
                sql.Identifier(OWNER), sql.SQL(right), sql.Identifier(role)
            )
        )


def _set_role(
    connection: psycopg.Connection[tuple[object, ...]],
    role: str,
    password: str,
    creates_databases: bool,
) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if exists else "CREATE"
    createdb = "CREATEDB" if creates_databases else "NOCREATEDB"
    connection.execute(
        sql.SQL(
            "{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {} PASSWORD {}"
        ).format(sql.SQL(verb), sql.Identifier(role), sql.SQL(createdb), sql.Literal(password))
    )


def _restrict_connections(
    connection: psycopg.Connection[tuple[object, ...]], database: str
) -> None:
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            name, sql.Identifier(APPLICATION)
        )
    )
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(READER))
    )
