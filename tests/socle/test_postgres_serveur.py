"""The embedded server: what it is, who holds it, how it ends, what it recovers from."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cariatide.socle.postgres import (
    APPLICATION,
    PostgresError,
    Server,
    binaries,
    cluster,
    delete_data,
    ensure_server,
    is_running,
    places,
)
from cariatide.socle.postgres import server as server_module
from cariatide.socle.postgres.locks import FileLock
from tests.socle.serveurs import holder, is_alive, permissions, query, scratch_checkout, wait_for

STOP_SECONDS = 2.0


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    with scratch_checkout() as path:
        yield path


@pytest.fixture
def server(checkout: Path) -> Iterator[Server]:
    with ensure_server("tests", checkout) as found:
        yield found


def test_it_is_postgresql_18_with_the_locale_and_encryption_we_need(server: Server) -> None:
    url = server.superuser_url
    assert query(url, "SHOW server_version").startswith("18.")
    assert query(url, "SHOW password_encryption") == "scram-sha-256"
    assert query(url, "SELECT datcollate FROM pg_database WHERE datname = 'cariatide'") == "C.UTF-8"
    assert query(url, "SELECT upper('émérite œuvre')") == "ÉMÉRITE ŒUVRE"
    assert query(url, "SELECT to_tsvector('french', 'des logements dégradés')::text") == (
        "'dégrad':3 'log':2"
    )
    with psycopg.connect(server.superuser_url) as connection:
        connection.execute(
            "CREATE TEMP TABLE bail (logement_id int, periode daterange, EXCLUDE USING gist ("
            "int8range(logement_id, logement_id, '[]') WITH &&, periode WITH &&))"
        )
        connection.execute("INSERT INTO bail VALUES (1, '[2025-01-01, 2025-02-01)')")
        with pytest.raises(psycopg.errors.ExclusionViolation):
            connection.execute("INSERT INTO bail VALUES (1, '[2025-01-15, 2025-03-01)')")


def test_it_listens_on_loopback_only_and_wants_the_password(server: Server) -> None:
    assert query(server.superuser_url, "SHOW listen_addresses") == "127.0.0.1"
    assert query(server.superuser_url, "SHOW unix_socket_directories") == ""
    wrong = f"postgresql://{APPLICATION}:faux@127.0.0.1:{server.port}/cariatide"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_secrets_and_data_are_closed_to_others(server: Server, checkout: Path) -> None:
    place = places.place_of("tests", checkout)
    assert permissions(place.credentials) == 0o600
    assert permissions(place.log) == 0o600
    assert permissions(place.data) == 0o700
    assert not list(place.folder.glob("*.secret"))


def test_tests_run_without_fsync(server: Server) -> None:
    assert query(server.superuser_url, "SHOW fsync") == "off"


def test_demo_has_fsync_its_own_data_and_its_own_log(server: Server, checkout: Path) -> None:
    with ensure_server("demo", checkout) as demo:
        assert query(demo.superuser_url, "SHOW fsync") == "on"
        assert demo.port != server.port
        assert demo.log_path != server.log_path
        assert query(demo.superuser_url, "SELECT NOT rolcreatedb FROM pg_roles WHERE rolname = "
                     "'cariatide_proprietaire'")  # fmt: skip
    assert not is_running("demo", checkout)
    assert is_running("tests", checkout)


def test_a_second_caller_joins_and_the_first_may_leave(server: Server, checkout: Path) -> None:
    with holder(checkout) as (_, second):
        assert second["port"] == server.port
        server.stop()
        assert query(second["url"], "SELECT 1") == 1
    assert not is_running("tests", checkout)


def test_data_and_log_survive_a_restart(checkout: Path) -> None:
    with ensure_server("tests", checkout) as first:
        with psycopg.connect(first.superuser_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS temoin AS SELECT 7 AS valeur")
        size = first.log_path.stat().st_size
    with ensure_server("tests", checkout) as again:
        assert query(again.superuser_url, "SELECT valeur FROM temoin") == 7
        assert again.log_path.stat().st_size > size


def test_stop_does_not_wait_for_a_client_at_work(checkout: Path) -> None:
    server = ensure_server("tests", checkout)
    client = psycopg.connect(server.superuser_url)
    cut: list[bool] = []

    def work() -> None:
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT pg_sleep(60)")
        cut.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < STOP_SECONDS
    thread.join(5)
    client.close()
    assert cut == [True]


def test_it_stops_when_its_holder_is_killed(checkout: Path) -> None:
    with holder(checkout) as (process, held):
        assert os.getsid(held["postgres"]) == held["postgres"]
        process.kill()
        wait_for(lambda: not is_alive(held["postgres"]), STOP_SECONDS)
        wait_for(lambda: not is_running("tests", checkout), STOP_SECONDS)


def test_it_stops_when_its_watchdog_is_killed_and_starts_again(checkout: Path) -> None:
    with holder(checkout) as (_, held):
        os.kill(held["watchdog"], signal.SIGKILL)
        wait_for(lambda: not is_alive(held["postgres"]), STOP_SECONDS)
    with ensure_server("tests", checkout) as again:
        assert again.is_healthy()


@pytest.mark.parametrize("arret", [signal.SIGKILL, signal.SIGINT], ids=["brutal", "ordonne"])
def test_a_stopped_server_is_restarted_on_the_same_port(
    checkout: Path, arret: signal.Signals
) -> None:
    with ensure_server("tests", checkout) as server:
        pid = server.postgres_pid
        assert pid is not None
        time.sleep(0.3)  # its watchdog has seen it ready
        os.kill(pid, arret)
        wait_for(lambda: server.starts > 1 and server.is_healthy(), 15)
        assert server.postgres_pid != pid
        assert "relance" in server.log_path.read_text()


def test_a_stale_pid_given_to_another_process_is_recovered(checkout: Path) -> None:
    ensure_server("tests", checkout).stop()
    pid_file = places.place_of("tests", checkout).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/ailleurs\n0\n1\n\n127.0.0.1\n0\nready\n")
    with ensure_server("tests", checkout) as server:
        assert server.is_healthy()


def test_a_server_left_alone_is_stopped_then_started_again(checkout: Path) -> None:
    ensure_server("tests", checkout).stop()
    place = places.place_of("tests", checkout)
    source = binaries.locate()
    if place.binaries_folder is not None:
        source = binaries.copy_to(source, place.binaries_folder)
    account = place.account
    orphan = subprocess.Popen(
        [str(source.postgres), "-D", str(place.data)], cwd="/",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        user=account.uid if account else None, group=account.gid if account else None,
        extra_groups=[] if account else None,
    )  # fmt: skip
    pid_file = place.data / "postmaster.pid"
    wait_for(lambda: pid_file.exists() and "ready" in pid_file.read_text(), 10)
    with ensure_server("tests", checkout) as server:
        assert orphan.wait(1) == 0
        assert server.is_healthy()


def test_two_checkouts_side_by_side(server: Server) -> None:
    with (
        scratch_checkout() as other,
        ensure_server("tests", other) as second,
    ):
        assert second.port != server.port
        assert second.url_for(APPLICATION) != server.url_for(APPLICATION)
        assert second.is_healthy() and server.is_healthy()


def test_another_major_version_is_refused_untouched_with_what_to_do(checkout: Path) -> None:
    ensure_server("tests", checkout).stop()
    note = places.place_of("tests", checkout).data / "PG_VERSION"
    note.write_text("16\n")
    before = sorted(path.name for path in note.parent.iterdir())
    try:
        with pytest.raises(PostgresError) as refusal:
            ensure_server("tests", checkout)
        words = str(refusal.value)
        assert "PostgreSQL 16" in words and "PostgreSQL 18" in words and "make reset" in words
        assert sorted(path.name for path in note.parent.iterdir()) == before
    finally:
        note.write_text("18\n")


def test_a_port_taken_meanwhile_is_replaced(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1], server_module._free_port()])
        monkeypatch.setattr(server_module, "_free_port", lambda: next(ports))
        with ensure_server("tests", checkout) as server:
            assert server.port != taken.getsockname()[1]


def test_a_start_that_fails_shows_the_servers_last_words(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_COMMON", "reglage_inconnu = 1\n")
    with pytest.raises(PostgresError, match="reglage_inconnu"):
        ensure_server("tests", checkout)
    assert not is_running("tests", checkout)


def test_a_killed_initdb_leaves_nothing_that_blocks() -> None:
    with scratch_checkout() as fresh:
        place = places.prepare_place("tests", fresh)
        (place.folder / "donnees.neuf-1" / "base").mkdir(parents=True)
        with ensure_server("tests", fresh) as server:
            assert server.is_healthy()
        assert not list(place.folder.glob("donnees.neuf-*"))


def test_data_in_use_is_not_deleted_then_is(server: Server, checkout: Path) -> None:
    with pytest.raises(PostgresError, match="encore utilisée"):
        delete_data(checkout)
    server.stop()
    folder = places.place_of("tests", checkout).folder
    assert folder in delete_data(checkout)
    assert not folder.exists()


def test_a_long_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "journal.log"
    log.write_text("x" * 11)
    cluster.rotate_log(log)
    assert not log.exists()
    assert (tmp_path / "journal.ancien.log").stat().st_size == 11


def test_a_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    script = (
        "import os, sys, time, warnings; from pathlib import Path\n"
        "from cariatide.socle.postgres.locks import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); assert lock.acquire()\n"
        "child = os.fork()\n"
        "if child == 0: time.sleep(20); os._exit(0)\n"
        "print(child, flush=True)\n"
    )
    path = tmp_path / "verrou"
    child = _run_fork(script, path)
    probe = FileLock(path)
    try:
        assert is_alive(child)
        assert probe.acquire()
    finally:
        probe.close()
        os.kill(child, signal.SIGKILL)


def _run_fork(script: str, path: Path) -> int:
    """The forked child keeps the pipe open: read one line, not to the end."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.wait()
    return child


def test_missing_binaries_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "DISTRIBUTION", "paquet-absent")
    with pytest.raises(PostgresError, match="DATABASE_URL"):
        binaries.locate()
