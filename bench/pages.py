"""The case list against the rival, the household page and the search."""

import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, path, set_urlconf
from django.utils import timezone

import bench.rival
import config.urls
from bench.donnees import Lecteurs
from cariatide.comptes.facteur import MARQUE
from cariatide.menages.models import Menage
from cariatide.menages.queries import search_menages
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.contexte import ouvre_transaction

REPETITIONS = 40
PAGE_PROFONDE = 160
ACCUEIL = "/"
LISTE = "/menages/"
RIVAL = "/banc/rival/"
VIDE = "/banc/vide/"
# Queries both pages pay: session, account, mandates, context given and taken back, savepoints.


def run(lecteurs: Lecteurs, taille: int) -> None:
    """Print every figure of this size."""
    install()
    client = sign_in(lecteurs.grand)
    commun = measure(lambda: client.get(VIDE))
    print(f"  part commune (session, compte, mandats, contexte) : {commun:.1f} ms")
    profonde = min(PAGE_PROFONDE, taille * 2 // 3 // 50)
    adresse = nth_page(client, profonde)
    compare("page 1", commun, lambda: client.get(LISTE), lambda: client.get(RIVAL))
    compare(
        f"page {profonde}",
        commun,
        lambda: client.get(adresse),
        lambda: client.get(RIVAL, {"page": profonde}),
    )
    petit = sign_in(lecteurs.petit)
    compare("petit périmètre", commun, lambda: petit.get(LISTE), lambda: petit.get(RIVAL))
    grand, autre = measure(lambda: client.get(ACCUEIL)), measure(lambda: petit.get(ACCUEIL))
    print(f"  page d’accueil {grand:.1f} ms, petit périmètre {autre:.1f} ms")
    queries(client, lecteurs)
    search(lecteurs)


def install() -> None:
    """Add the rival's addresses to ours, once."""
    if not any(getattr(p, "name", "") == "banc" for p in config.urls.urlpatterns):
        config.urls.urlpatterns += [
            path("banc/rival/", bench.rival.liste_generique, name="banc"),
            path("banc/vide/", bench.rival.page_vide),
        ]
        clear_url_caches()
        set_urlconf(None)


def sign_in(utilisateur: Any) -> Client:
    client = Client()
    client.force_login(utilisateur, backend="allauth.account.auth_backends.AuthenticationBackend")
    # As sign-in leaves it for somebody who gave their second factor.
    session = client.session
    session[MARQUE] = utilisateur.pk
    session.save()
    return client


def compare(titre: str, commun: float, ours: Callable[[], Any], theirs: Callable[[], Any]) -> None:
    """One line: both, their ratio, and the ratio without the common part."""
    a, b = measure(ours), measure(theirs)
    net = (b - commun) / (a - commun)
    print(
        f"  {titre:<16} produit {a:>7.1f} ms   rival {b:>8.1f} ms   "
        f"rapport {b / a:>6.1f}   sans la part commune {net:>6.1f}"
    )


def nth_page(client: Client, rang: int) -> str:
    """Follow « suivant » to the page of that rank."""
    url = LISTE
    for _ in range(rang - 1):
        html = client.get(url).content.decode()
        lien = html[: html.index('rel="next"') + 2000].split('rel="next"')[1]
        url = LISTE + lien.split('href="')[1].split('"')[0].replace("&amp;", "&")
    return url


def measure(request: Callable[[], Any]) -> float:
    """Milliseconds of CPU a request, over this process and the database's: best of three."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])

    def spent() -> float:
        return time.process_time() + sum(backend.cpu_times()[:2])

    for _ in range(8):
        response = request()
    if response.status_code != 200:
        sys.exit(f"La page mesurée répond {response.status_code}.")
    rounds = []
    for _ in range(3):
        start = spent()
        repetitions = REPETITIONS
        for done in range(1, REPETITIONS + 1):
            request()
            if spent() - start > 10:
                repetitions = done
                break
        rounds.append((spent() - start) / repetitions * 1000)
    return min(rounds)


def queries(client: Client, lecteurs: Lecteurs) -> None:
    """How many statements each page sends beyond those of an empty one."""
    counts = []
    menage = (
        Menage.objects.unscoped(reason="banc")
        .filter(rattachements__organisation__nom="Banc Sambre")
        .order_by("pk")
        .first()
    )
    for url in (VIDE, LISTE, f"{LISTE}{menage.pk}/"):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))
    vide, liste, fiche = counts
    print(
        f"  requêtes au-delà de l’ouverture de session : liste {liste - vide}, "
        f"fiche d’un ménage {fiche - vide} (part commune {vide})"
    )
    print(f"  fiche d’un ménage : {measure(lambda: client.get(f'{LISTE}{menage.pk}/')):.1f} ms")


def search(lecteurs: Lecteurs) -> None:
    """Time of the statement of the search inside the database, worst of each kind."""
    perimetre = build_perimetre(lecteurs.grand, timezone.localdate())
    with ouvre_transaction(perimetre, read_only=True):
        cible = Menage.objects.visible_to(perimetre).order_by("-pk").first()
        for genre, texte in (
            ("référence", cible.reference),
            ("téléphone", cible.telephone),
            ("nom", cible.nom_usage),
            ("début de nom", cible.nom_usage[:4]),
            ("adresse", "12 rue vildorga"),
        ):
            duree = min(_execution(perimetre, texte) for _ in range(3))
            print(f"  recherche par {genre:<13} {duree:>8.2f} ms dans la base")


def _execution(perimetre: Any, texte: str) -> float:
    """What the statements of one search cost inside the database."""
    with CaptureQueriesContext(connection) as captured:
        search_menages(perimetre, texte, 20)
    total = 0.0
    with connection.cursor() as cursor:
        for statement in captured:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT json) " + statement["sql"])
            total += cursor.fetchone()[0][0]["Execution Time"]
    return total
