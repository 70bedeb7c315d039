"""`make bench`: the list of households against the rival, then the plain figures of a page.

CPU time of this process and of the database's back-end for the same requests: it stays comparable
on a busy machine, wall time does not.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django
import psutil

from bench.base import seeded_database

REPETITIONS = 40


def main() -> int:
    """Run at the sizes asked for and print the ratios, whatever they are."""
    parser = argparse.ArgumentParser(description="Bancs de mesure de Cariatide")
    parser.add_argument("--tailles", type=int, nargs="+", default=[1_000, 10_000])
    options = parser.parse_args()
    with seeded_database() as url:
        os.environ["CARIATIDE_TEST_URL"] = url
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        django.setup()
        run(options.tailles)
    return 0


def run(tailles: list[int]) -> None:
    from django.db import connection, transaction
    from django.test import Client
    from django.urls import clear_url_caches, path, set_urlconf

    import bench.rival
    import config.urls
    from bench.donnees import seed

    config.urls.urlpatterns.append(path("banc/rival/", bench.rival.liste_generique))
    clear_url_caches()
    set_urlconf(None)
    print(f"{'ménages':>9} {'page':>9} {'produit':>10} {'rival':>10} {'rapport':>8}")
    for taille in tailles:
        with transaction.atomic():
            lecteur = seed(taille)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE menages_menage; ANALYZE menages_rattachement")
            client = Client()
            client.force_login(
                lecteur, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            compare(client, taille)
            transaction.set_rollback(True)
    connection.close()


def compare(client: Any, taille: int) -> None:
    """First page, then a deep one."""
    deep = min(160, taille * 2 // 3 // 50)
    ours = measure(lambda: client.get("/menages/"))
    theirs = measure(lambda: client.get("/banc/rival/"))
    line(taille, 1, ours, theirs)
    url = nth_page(client, deep)
    ours = measure(lambda: client.get(url))
    theirs = measure(lambda: client.get("/banc/rival/", {"page": deep}))
    line(taille, deep, ours, theirs)


def line(taille: int, page: int, ours: float, theirs: float) -> None:
    print(f"{taille:>9} {page:>9} {ours:>7.1f} ms {theirs:>7.1f} ms {theirs / ours:>7.1f}×")


def nth_page(client: Any, rank: int) -> str:
    """Follow « suivant » to the page of that rank."""
    url = "/menages/"
    for _ in range(rank - 1):
        html = client.get(url).content.decode()
        marker = html.index('rel="next"')
        start = html.rindex("<a", 0, marker)
        href = (
            html[start : html.index(">", start)]
            .split('href="')[1]
            .split('"')[0]
            .replace("&amp;", "&")
        )
        url = "/menages/" + href if href.startswith("?") else href
    return url


def measure(request: Callable[[], Any]) -> float:
    """Milliseconds of CPU a request, over this process and the database's."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    response = request()
    if response.status_code != 200:
        sys.exit(f"La page mesurée répond {response.status_code}.")
    start, db = time.process_time(), sum(backend.cpu_times()[:2])
    for _ in range(REPETITIONS):
        request()
    spent = time.process_time() - start + sum(backend.cpu_times()[:2]) - db
    return spent / REPETITIONS * 1000


if __name__ == "__main__":
    sys.exit(main())
