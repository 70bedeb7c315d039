"""The three roles, their rights, and template databases; on a server of this module's own."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cariatide.socle.postgres import (
    APPLICATION,
    OWNER,
    READER,
    PostgresError,
    Server,
    ensure_server,
    prepare_roles,
    use_external,
)
from cariatide.socle.postgres.external import ExternalServer
from cariatide.socle.postgres.templates import clone, drop, ensure_template
from tests.socle.serveurs import query, scratch_checkout


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with scratch_checkout() as checkout, ensure_server("tests", checkout) as found:
        yield found


def run(url: str, text: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text)


@pytest.fixture
def table(server: Server) -> Iterator[str]:
    owner = server.url_for(OWNER)
    run(owner, "CREATE TABLE fiche (id serial PRIMARY KEY, nom text)")
    run(owner, "INSERT INTO fiche (nom) VALUES ('a')")
    yield "fiche"
    run(owner, "DROP TABLE fiche")


def test_the_application_writes_rows_but_owns_and_creates_nothing(
    server: Server, table: str
) -> None:
    url = server.url_for(APPLICATION)
    run(url, "INSERT INTO fiche (nom) VALUES ('b')")
    run(url, "UPDATE fiche SET nom = 'c' WHERE nom = 'b'")
    run(url, "DELETE FROM fiche WHERE nom = 'c'")
    for refused in ("CREATE TABLE x (a int)", "TRUNCATE fiche", "ALTER TABLE fiche ADD b int",
                    "CREATE DATABASE x", "DROP TABLE fiche"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(url, refused)


def test_the_reader_reads_only(server: Server, table: str) -> None:
    url = server.url_for(READER)
    assert query(url, "SELECT nom FROM fiche") == "a"
    for refused in ("INSERT INTO fiche (nom) VALUES ('b')", "DELETE FROM fiche"):
        with pytest.raises((psycopg.errors.InsufficientPrivilege,
                            psycopg.errors.ReadOnlySqlTransaction)):  # fmt: skip
            run(url, refused)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(url, f"SET transaction_read_only = off; {refused}")


def test_no_role_escapes_row_level_security(server: Server) -> None:
    with psycopg.connect(server.superuser_url) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname LIKE 'cariatide\\_%' AND NOT rolsuper"
        ).fetchall()
    assert sorted(rows) == [
        (APPLICATION, False, False, False, False),
        (READER, False, False, False, False),
        (OWNER, False, False, False, True),
    ]


def test_preparing_again_repairs_passwords_and_rights(server: Server) -> None:
    passwords = {role: f"autre-{role}" for role in (OWNER, APPLICATION, READER)}
    before = {role: server.url_for(role) for role in passwords}
    run(server.superuser_url, f"ALTER ROLE {APPLICATION} BYPASSRLS")
    prepare_roles(server.superuser_url, passwords=passwords)
    assert not query(
        server.superuser_url, f"SELECT rolbypassrls FROM pg_roles WHERE rolname = '{APPLICATION}'"
    )
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(before[APPLICATION])
    kept = {role: psycopg.conninfo.conninfo_to_dict(url)["password"] for role, url in
            before.items()}  # fmt: skip
    prepare_roles(
        server.superuser_url,
        passwords={role: str(word) for role, word in kept.items()},
        owner_creates_databases=True,
    )
    assert query(before[APPLICATION], "SELECT 1") == 1


def test_a_template_is_built_once_and_older_ones_go(server: Server) -> None:
    calls: list[str] = []

    def build(url: str) -> None:
        calls.append(url)
        run(url, "CREATE TABLE lot (id serial PRIMARY KEY, nom text)")

    def owner(name: str) -> str:
        return server.url_for(OWNER, name)

    assert ensure_template(owner, "modele_a", build, prefix="modele_")
    assert not ensure_template(owner, "modele_a", build, prefix="modele_")
    assert len(calls) == 1
    clone(owner, "modele_a", "copie")
    run(server.url_for(APPLICATION, "copie"), "INSERT INTO lot (nom) VALUES ('un')")
    assert query(server.url_for(READER, "copie"), "SELECT count(*) FROM lot") == 1
    clone(owner, "modele_a", "copie")
    assert query(server.url_for(READER, "copie"), "SELECT count(*) FROM lot") == 0
    with psycopg.connect(server.url_for(APPLICATION, "copie")):
        drop(owner, "copie")
    assert ensure_template(owner, "modele_b", build, prefix="modele_")
    assert databases(server, "modele_") == ["modele_b"]
    drop(owner, "modele_b")


def test_a_failed_or_half_built_template_is_not_used(server: Server) -> None:
    def owner(name: str) -> str:
        return server.url_for(OWNER, name)

    def fail(url: str) -> None:
        run(url, "CREATE TABLE moitie ()")
        raise RuntimeError("migration en échec")

    with pytest.raises(RuntimeError):
        ensure_template(owner, "essai_a", fail)
    assert "essai_a" not in databases(server, "essai_")
    run(owner("postgres"), "CREATE DATABASE essai_a")
    assert ensure_template(owner, "essai_a", lambda url: run(url, "CREATE TABLE entier ()"))
    clone(owner, "essai_a", "essai_copie")
    assert query(owner("essai_copie"), "SELECT to_regclass('entier')::text") == "entier"
    for name in ("essai_copie", "essai_a"):
        drop(owner, name)


def databases(server: Server, prefix: str) -> list[str]:
    with psycopg.connect(server.superuser_url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname::text, %s) ORDER BY 1",
            [prefix],
        ).fetchall()
    return [str(row[0]) for row in rows]


def test_another_server_is_used_through_its_superuser() -> None:
    with scratch_checkout() as checkout, ensure_server("tests", checkout) as found:
        with use_external(found.superuser_url) as external:
            assert query(external.url_for(OWNER, "postgres"), "SELECT current_user") == OWNER
            again = use_external(found.superuser_url)
            assert again.url_for(OWNER) == external.url_for(OWNER)
        assert found.is_healthy()


@pytest.mark.parametrize("url", ["sqlite:///base", "postgresql://serveur/base", "bonjour"])
def test_an_address_of_another_kind_is_told(url: str) -> None:
    with pytest.raises(PostgresError, match="postgresql://compte"):
        ExternalServer(url)


def test_the_address_keeps_server_port_and_options() -> None:
    external = ExternalServer("postgresql://admin:x@base.exemple:6432/postgres?sslmode=require")
    assert external.url_for(READER, "d").endswith("@base.exemple:6432/d?sslmode=require")


def test_the_module_uses_a_path_with_spaces(server: Server) -> None:
    assert " " in str(Path(server.log_path))
