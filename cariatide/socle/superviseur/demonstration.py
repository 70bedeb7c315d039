"""What ``make demo`` does, from an empty checkout to the URL and the accounts, and its end."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from cariatide.socle.postgres import (
    APPLICATION,
    OWNER,
    READER,
    ExternalServer,
    Server,
    ensure_server,
    use_external,
)
from cariatide.socle.postgres.credentials import write_private
from cariatide.socle.postgres.roles import DATABASE
from cariatide.socle.superviseur.enfants import (
    Child,
    ask_to_end,
    send,
    start_process,
    wait_end,
)
from cariatide.socle.superviseur.instance import Instance, SupervisorError, say

ADDRESS = "127.0.0.1"
WEB_WORKERS = 2
WEB_THREADS = 4
FIRST_PAGE_SECONDS = 90.0
_POLL_SECONDS = 0.1
# PostgreSQL must be down two seconds after the stop is asked: requests get a part of them.
_GRACE_SECONDS = 0.5
_KILL_SECONDS = 3.5

# Both run with the owner as Django's only database, as in the tests: some libraries' migrations
# write through the default connection, which would wait for ever for the owner's transaction.
_OWNER_STEPS = ("migrate", "charge_reference")
_STEPS = (
    ("migrate", "Mise à jour de la base de données", ("--no-input",)),
    ("charge_reference", "Chargement du référentiel (communes, barèmes)", ()),
    ("charge_demonstration", "Chargement du département de démonstration", ()),
    ("collectstatic", "Préparation des fichiers statiques", ("--no-input",)),
)


class Interrupted(Exception):
    """A signal, or the end of make, was seen while something was awaited."""


class Demonstration:
    def __init__(self, checkout: Path, port: int, *, follows_parent: bool = False) -> None:
        self.instance = Instance(checkout)
        self.checkout = checkout
        self.port = port
        self._parent = os.getppid() if follows_parent else None
        self._asked = False
        self._env = dict(os.environ)
        self._children: list[Child] = []
        self._known: set[str] = set()
        self._step: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Runs until a signal, or the end of the parent; returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_stop)
        lock = self.instance.claim(self.port)
        server: Server | ExternalServer | None = None
        try:
            self.instance.write(self.port)
            server = self._start_database()
            self._set_environment(server)
            self._prepare()
            self._serve(server)
        except Interrupted:
            say("Arrêt de la démonstration…")
        finally:
            self._end(server)
            self.instance.forget()
            lock.close()
        say("La démonstration est arrêtée. Ses données sont conservées : « make demo » la relance.")
        return 0

    def _ask_stop(self, *_: object) -> None:
        self._asked = True

    def _pause(self) -> None:
        if self._asked or (self._parent is not None and os.getppid() != self._parent):
            raise Interrupted
        time.sleep(_POLL_SECONDS)

    def _start_database(self) -> Server | ExternalServer:
        url = os.environ.get("DATABASE_URL")
        if not url:
            say("Démarrage de PostgreSQL…")
            return ensure_server("demo", self.checkout)
        say("Utilisation du serveur PostgreSQL indiqué par DATABASE_URL…")
        try:
            return use_external(url, database=DATABASE)
        except psycopg.Error as error:
            raise SupervisorError(
                "Le serveur indiqué par DATABASE_URL ne peut pas être préparé. L’adresse doit "
                "être celle d’un compte administrateur de PostgreSQL ; retirez la variable pour "
                f"utiliser le serveur embarqué. Réponse du serveur : {error}"
            ) from error

    def _set_environment(self, server: Server | ExternalServer) -> None:
        self._env.update(
            DJANGO_SETTINGS_MODULE="config.settings.demo",
            DATABASE_URL=server.url_for(APPLICATION, DATABASE),
            DATABASE_OWNER_URL=server.url_for(OWNER, DATABASE),
            DATABASE_READER_URL=server.url_for(READER, DATABASE),
            CARIATIDE_ADRESSE=ADDRESS,
            CARIATIDE_PORT=str(self.port),
            CARIATIDE_FILS=str(WEB_THREADS),
            CARIATIDE_CLE_SECRETE=self._secret_key(),
            PYTHONUNBUFFERED="1",
        )

    def _secret_key(self) -> str:
        """Kept, so that sessions survive a restart; never the same on two machines."""
        path = self.instance.folder / "cle-secrete"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48))
        return path.read_text()

    def _manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.checkout / "manage.py"), *arguments]

    def _prepare(self) -> None:
        self._known = set(self._output_of("help", "--commands").split())
        for command, label, options in _STEPS:
            if command in self._known:
                self._run_step(command, label, options)

    def _run_step(self, command: str, label: str, options: tuple[str, ...]) -> None:
        began = time.monotonic()
        say(f"{label}…")
        log = self.instance.logs / f"{command}.log"
        log.unlink(missing_ok=True)
        if self._await((command, *options), log) != 0:
            words = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise SupervisorError(
                f"Étape en échec : {label.lower()}. Journal : {log}\n{words}\n"
                "Si la base vient d’une version précédente, « make reset » puis « make demo » "
                "repart d’une base neuve."
            )
        seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
        say(f"  fait en {seconds} s.")

    def _output_of(self, *arguments: str) -> str:
        log = self.instance.logs / f"{arguments[0]}.log"
        log.unlink(missing_ok=True)
        code = self._await(arguments, log)
        words = log.read_text(errors="replace").strip()
        if code != 0:
            raise SupervisorError(
                f"La commande « manage.py {' '.join(arguments)} » a échoué :\n"
                + "\n".join(words.splitlines()[-15:])
            )
        return words

    def _await(self, arguments: tuple[str, ...], log: Path) -> int:
        """Runs a management command to its end, or until somebody asks to stop."""
        env = dict(self._env)
        if arguments[0] in _OWNER_STEPS:
            env["DATABASE_URL"] = env.pop("DATABASE_OWNER_URL")
        self._step = start_process(self._manage(*arguments), env=env, cwd=self.checkout, log=log)
        while self._step.poll() is None:
            self._pause()
        code: int = self._step.returncode
        self._step = None
        return code

    def _serve(self, server: Server | ExternalServer) -> None:
        self._children = [self._child("Le serveur web", "web", self._web_command())]
        if "travailleur" in self._known:
            self._children.append(
                self._child("Le travailleur", "travailleur", self._manage("travailleur"))
            )
        self._wait_first_page()
        url = f"http://{ADDRESS}:{self.port}/"
        say(f"\nLa démonstration est prête : {url}")
        if "comptes_demonstration" in self._known:
            say(self._output_of("comptes_demonstration"))
        say("Pour l’arrêter : Ctrl-C, ou « make stop » dans un autre terminal.")
        starts = server.starts
        while True:
            self._pause()
            for child in self._children:
                child.watch()
            if server.starts > starts:
                starts = server.starts
                say("PostgreSQL s’était arrêté : il est relancé.")

    def _child(self, label: str, name: str, command: list[str]) -> Child:
        log = self.instance.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        return Child(
            label,
            log,
            lambda: start_process(command, env=self._env, cwd=self.checkout, log=log),
        )

    def _web_command(self) -> list[str]:
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", ADDRESS,
            "--port", str(self.port), "--workers", str(WEB_WORKERS),
            "--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "3",
            "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
            "config.wsgi:application",
        ]  # fmt: skip

    def _wait_first_page(self) -> None:
        limit = time.monotonic() + FIRST_PAGE_SECONDS
        while not self._answers():
            self._pause()
            for child in self._children:
                child.watch()
            if time.monotonic() > limit:
                raise SupervisorError(
                    "Le serveur web ne répond pas. Journal : " + str(self._children[0].log)
                )

    def _answers(self) -> bool:
        # A proxy of the environment must not see, or refuse, a request to this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://{ADDRESS}:{self.port}/", timeout=10):
                return True
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return True
            raise SupervisorError(
                f"La page d’accueil répond par l’erreur {error.code}. Journal : "
                f"{self._children[0].log}"
            ) from error
        except OSError:
            return False

    def _end(self, server: Server | ExternalServer | None) -> None:
        """Asks everybody, lets PostgreSQL go in time, then kills what is left."""
        if self._step is not None:
            send(self._step, signal.SIGKILL)
        ask_to_end(self._children)
        wait_end(self._children, _GRACE_SECONDS)
        if server is not None:
            server.stop()
        wait_end(self._children, _KILL_SECONDS)
        for child in self._children:
            send(child.process, signal.SIGKILL)
            child.process.wait()
