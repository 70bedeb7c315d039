"""Exports through HTTP: time and memory of the server's process, and a rival's own process.

A real server (one worker) answers on the loopback; its memory is read while the file comes. The
rival is django-import-export over the same rows and columns, which builds the whole file first.
"""

import http.cookiejar
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from django.conf import settings
from django.urls import reverse

from bench.base import ROOT
from bench.donnees import Lecteurs
from bench.pages import sign_in
from cariatide.socle.pages.page_liste import listes

FORMATS = ("csv", "xlsx", "ods")


def run(lecteurs: Lecteurs) -> None:
    """Print each format, then the rival; whatever the figures."""
    session = sign_in(lecteurs.grand).cookies[settings.SESSION_COOKIE_NAME].value
    print("  export de la liste des ménages par HTTP, un processus de serveur")
    for format_ in FORMATS:
        # A server of its own each time: the peak of one format does not hide in another's.
        with _server() as (adresse, worker):
            seconds, octets, lines, base, peak = _download(adresse, worker, session, format_)
        print(
            f"    {format_:<4} {octets / 1e6:6.1f} Mo en {seconds:6.1f} s{lines}, mémoire du "
            f"serveur {base:.0f} Mo au repos, {peak:.0f} Mo au plus"
        )
    for format_ in ("csv", "xlsx"):
        _run_rival(format_)
    print("    django-import-export n’écrit pas d’ODS sans odfpy, qui n’est pas installé.")


@contextmanager
def _server() -> Iterator[tuple[str, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "1", "--blocking-threads", "2",
         "--workers-kill-timeout", "3", "--no-ws", "--log-level", "warning",
         "config.wsgi:application"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        adresse = f"http://127.0.0.1:{port}"
        _wait(adresse)
        children = psutil.Process(server.pid).children(recursive=True)
        yield adresse, max(children, key=lambda p: p.memory_info().rss)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(adresse: str) -> None:
    limit = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(adresse, timeout=60).close()  # noqa: S310  (loopback)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > limit:
                sys.exit("Le serveur de la mesure ne répond pas.")
            time.sleep(0.5)


def _download(
    adresse: str, worker: psutil.Process, session: str, format_: str
) -> tuple[float, int, str, float, float]:
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.addheaders = [("Cookie", f"{settings.SESSION_COOKIE_NAME}={session}")]
    url = adresse + _adresse_export()
    page = opener.open(url, timeout=120).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    csrf = next(c.value for c in jar if c.name == settings.CSRF_COOKIE_NAME)
    champs: list[tuple[str, str]] = [("format", format_), ("finalite", "Mesure")]
    champs += [("colonnes", c.code) for c in listes["menages"].colonnes_export]
    champs.append(("csrfmiddlewaretoken", token[1] if token else ""))
    demande = urllib.request.Request(  # noqa: S310  (loopback)
        url, urllib.parse.urlencode(champs).encode()
    )
    demande.add_header(
        "Cookie",
        f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={csrf}",
    )
    base = peak = worker.memory_info().rss / 1e6
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.02):
            peak = max(peak, worker.memory_info().rss / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, octets, lines = time.perf_counter(), 0, 0
    try:
        with urllib.request.build_opener().open(demande, timeout=900) as response:
            while part := response.read(1 << 16):
                octets += len(part)
                lines += part.count(b"\n")
    finally:
        over.set()
        watcher.join()
    shown = f" ({lines - 1} lignes)" if format_ == "csv" else ""
    return time.perf_counter() - start, octets, shown, base, peak


def _adresse_export() -> str:
    return reverse("echanges:exporter", args=["menages"])


def _run_rival(format_: str) -> None:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.rival_export", format_],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        print(f"    django-import-export, {format_} : échec ({done.stderr.strip()[-200:]})")
        return
    print(f"    {done.stdout.strip()} ({time.perf_counter() - start:.1f} s avec le démarrage)")
