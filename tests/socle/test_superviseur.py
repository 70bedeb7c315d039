"""The supervisor: what it says when it cannot start, and a whole life on a tiny project.

The tiny project has the commands and the WSGI application that the supervisor asks for, so that its
own work (database, order, restart, end) is tried in seconds; the real one is tried by the demo.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cariatide.socle.postgres import ensure_server, is_running, places
from cariatide.socle.superviseur.__main__ import main
from cariatide.socle.superviseur.instance import Instance, SupervisorError, check_port
from tests.socle.serveurs import PROJECT, is_alive, scratch_checkout, wait_for

_MANAGE = """
import os, sys, time
command = sys.argv[1]
if command == "help":
    print("migrate charge_reference collectstatic travailleur comptes_demonstration")
elif command == "travailleur":
    print(os.getpid(), flush=True)
    time.sleep(600)
elif command == "comptes_demonstration":
    print("alice@exemple.fr : référente")
elif command == "migrate":
    assert "cariatide_proprietaire" in os.environ["DATABASE_URL"]
    assert "DATABASE_OWNER_URL" not in os.environ
    if os.path.exists("echec"):
        sys.exit("colonne inconnue")
"""
_WSGI = """
import os, psycopg
def application(environ, start_response):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        role = connection.execute("SELECT current_user").fetchone()[0]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{role} {os.environ['CARIATIDE_ADRESSE']} {os.getppid()}".encode()]
"""
_RUN = """
import sys
from pathlib import Path
from cariatide.socle.postgres import PostgresError, places
from cariatide.socle.superviseur.demonstration import Demonstration
from cariatide.socle.superviseur.instance import SupervisorError
places.SYSTEM_ROOT = Path(sys.argv[3])
try:
    code = Demonstration(Path(sys.argv[1]), int(sys.argv[2]), follows_parent=True).run()
except SupervisorError as error:
    print(error)
    code = 1
sys.exit(code)
"""


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    with scratch_checkout() as path:
        (path / "config").mkdir()
        (path / "config" / "__init__.py").touch()
        (path / "config" / "wsgi.py").write_text(_WSGI)
        (path / "manage.py").write_text(_MANAGE)
        yield path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    def __init__(self, checkout: Path, port: int, process: "subprocess.Popen[bytes]", log: Path):
        self.checkout, self.port, self.process, self.log = checkout, port, process, log

    def words(self) -> str:
        return self.log.read_text()

    def wait_ready(self) -> None:
        wait_for(lambda: "alice@exemple.fr" in self.words() or self._is_over(), 60)
        assert "alice@exemple.fr" in self.words(), self.words()

    def _is_over(self) -> bool:
        return self.process.poll() is not None

    def fetch(self) -> list[str]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
            found: list[str] = answer.read().decode().split()
            return found

    def answers(self) -> bool:
        try:
            return bool(self.fetch())
        except OSError:
            return False


@contextmanager
def running(checkout: Path, *, through: tuple[str, ...] = ()) -> Iterator[Running]:
    """A supervisor in its own process; ``through`` is a command put between it and us."""
    port, log = free_port(), checkout / "sortie.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*through, sys.executable, "-c", _RUN, str(checkout), str(port),
             str(places.SYSTEM_ROOT)],
            cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            env={k: v for k, v in os.environ.items() if k != "DATABASE_URL"},
        )  # fmt: skip
    try:
        yield Running(checkout, port, process, log)
    finally:
        Instance(checkout).stop()
        process.wait(10)


def test_a_whole_life(checkout: Path) -> None:
    with running(checkout) as demo:
        demo.wait_ready()
        role, address, web_pid = demo.fetch()
        assert (role, address) == ("cariatide_application", "127.0.0.1")
        assert f"http://127.0.0.1:{demo.port}/" in demo.words()
        assert "Chargement du département" not in demo.words()  # an absent command is passed over

        with pytest.raises(SupervisorError, match=f"tourne déjà.*:{demo.port}/.*make stop"):
            Instance(checkout).claim(free_port())

        os.kill(int(web_pid), signal.SIGKILL)
        wait_for(lambda: "Le serveur web est relancé" in demo.words() and demo.answers(), 30)
        worker = (checkout / ".local" / "journaux" / "travailleur.log").read_text().split()[-1]
        os.kill(int(worker), signal.SIGKILL)
        wait_for(lambda: "Le travailleur est relancé" in demo.words(), 30)

        with ensure_server("demo", checkout) as server:
            os.kill(server.postgres_pid or 0, signal.SIGKILL)
            wait_for(lambda: "PostgreSQL s’était arrêté" in demo.words(), 15)
            wait_for(server.is_healthy, 15)
        assert demo.fetch()[0] == role

        began = time.monotonic()
        assert Instance(checkout).stop()
        assert time.monotonic() - began < 5
        assert demo.process.wait(5) == 0
        assert not is_running("demo", checkout)
        assert not demo.answers()
        assert "Ses données sont conservées" in demo.words()
    assert not Instance(checkout).stop()


def test_it_ends_with_its_parent_within_two_seconds(checkout: Path) -> None:
    """The shell stands for make; its child must not outlive it, nor PostgreSQL."""
    with running(checkout, through=("sh", "-c", '"$@"; exit $?', "make")) as demo:
        demo.wait_ready()
        state = Instance(checkout).read()
        assert state is not None and state.pid != demo.process.pid
        with ensure_server("demo", checkout) as server:
            postgres = server.postgres_pid
        assert postgres is not None
        demo.process.kill()
        wait_for(lambda: not is_alive(postgres), 2.0)
        wait_for(lambda: not is_alive(state.pid), 5.0)
        wait_for(lambda: not demo.answers(), 5.0)


def test_nothing_outlives_a_killed_supervisor(checkout: Path) -> None:
    with running(checkout) as demo:
        demo.wait_ready()
        with ensure_server("demo", checkout) as server:
            postgres = server.postgres_pid
        assert postgres is not None
        demo.process.kill()
        wait_for(lambda: not is_alive(postgres), 2.0)
        wait_for(lambda: not demo.answers(), 6.0)
        assert Instance(checkout).read() is None


def test_a_failed_step_is_told_with_its_last_words(checkout: Path) -> None:
    (checkout / "echec").touch()
    try:
        with running(checkout) as demo:
            assert demo.process.wait(30) == 1
            assert "Étape en échec : mise à jour de la base de données" in demo.words()
            assert "colonne inconnue" in demo.words() and "make reset" in demo.words()
            assert not is_running("demo", checkout)
    finally:
        (checkout / "echec").unlink()


def test_reset_deletes_the_data_and_the_files(checkout: Path) -> None:
    ensure_server("demo", checkout).stop()
    instance = Instance(checkout)
    (instance.folder / "courriels").mkdir(parents=True, exist_ok=True)
    folder = places.place_of("demo", checkout).folder
    assert {folder, instance.folder / "courriels"} <= set(instance.delete())
    assert not folder.exists() and not (instance.folder / "courriels").exists()


def test_a_busy_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SupervisorError, match=f"port {port} est déjà utilisé.*PORT="):
            Instance(tmp_path).claim(port)
    Instance(tmp_path).claim(port).close()


@pytest.mark.parametrize("port", [0, 65536, 99999])
def test_a_port_that_does_not_exist_is_told(port: int) -> None:
    with pytest.raises(SupervisorError, match="n’existe pas"):
        check_port(port)


@pytest.mark.parametrize("text", ["huit", "", "80 80", "-1", "٨٠٠٠"])
def test_a_port_that_is_no_number_is_told(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", f"--port={text}"]) == 1
    assert "n’est pas un numéro de port" in capsys.readouterr().err


def test_a_folder_of_another_account_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / ".local"))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SupervisorError, match="droit d’écrire"):
        Instance(tmp_path).claim(free_port())
