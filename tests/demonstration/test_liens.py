"""What a page shows is not refused: every link opens, every button is for one of their roles."""

import logging
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import resolve

from cariatide.comptes.models import Utilisateur
from cariatide.demonstration.distribution import DOMAINE, PERSONNES, VITRINE_PREMIER
from cariatide.partenaires.queries import build_perimetre
from cariatide.socle.pages.routes import opens
from cariatide.socle.perimetre import Perimetre
from tests.distribution import JOUR

MIDI = datetime.combine(JOUR, time(12), tzinfo=UTC)
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"
# Bounds of one walk: pages of one route whose links are read, links from one kind of page to
# another that are followed. The role is checked for every link, without opening it.
PAGES_PAR_ROUTE = 2
LIENS_PAR_GENRE = 1
QUITTER = "account_logout"
# Each role once, and those who hold several at a time.
COMPTES = sorted(
    p.code for p in PERSONNES if p.vitrine or p.code == VITRINE_PREMIER or len(p.roles) > 1
)


class _Liens(HTMLParser):
    """The addresses a person may follow from a page: links, forms that read, htmx reads.

    envois: those their buttons send to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.adresses: list[str] = []
        self.envois: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {nom: valeur or "" for nom, valeur in attrs}
        reads = tag == "form" and values.get("method", "get").lower() == "get"
        sends = [values.get("action", "")] if tag == "form" and not reads else []
        sends += [values.get("formaction", ""), values.get("hx-post", "")]
        self.envois += [adresse for adresse in sends if adresse]
        found = [
            values.get("href", "") if tag == "a" else "",
            values.get("action", "") if reads else "",
            values.get("hx-get", ""),
        ]
        self.adresses += [adresse for adresse in found if adresse]


@dataclass
class Parcours:
    """One account's walk: breadth first from the home page, bounded by kind of page."""

    client: Client
    perimetre: Perimetre
    vus: set[str] = field(default_factory=set)
    lues: Counter[str] = field(default_factory=Counter)
    suivis: Counter[tuple[str, str]] = field(default_factory=Counter)
    fautes: set[str] = field(default_factory=set)

    def walk(self) -> None:
        attente = deque([("/", "web:accueil", "départ")])
        while attente:
            adresse, nom, page = attente.popleft()
            if adresse in self.vus:
                continue
            self.vus.add(adresse)
            html = self._open(adresse, nom, page)
            if html and self.lues[nom] < PAGES_PAR_ROUTE:
                self.lues[nom] += 1
                attente.extend(self._links(html, adresse, nom))

    def _open(self, adresse: str, nom: str, page: str) -> str:
        response = self.client.get(adresse)
        contenu = response.getvalue()
        if response.status_code not in (200, 302):
            self.fautes.add(f"{page} → {adresse} ({nom}) : {response.status_code}")
        html = response.headers.get("Content-Type", "").startswith("text/html")
        return contenu.decode() if html and response.status_code == 200 else ""

    def _links(self, html: str, page: str, depuis: str) -> Iterator[tuple[str, str, str]]:
        liens = _Liens()
        liens.feed(html)
        for envoi in {urljoin(page, e) for e in liens.envois}:
            if not opens(self.perimetre, envoi):
                self.fautes.add(f"{page} → {envoi} : bouton fermé à ces rôles")
        for brut in liens.adresses:
            adresse = urldefrag(urljoin(page, brut)).url
            parts = urlsplit(adresse)
            if parts.scheme or parts.netloc or parts.path.startswith(settings.STATIC_URL):
                continue
            nom = resolve(parts.path).view_name
            if nom == QUITTER or adresse in self.vus:
                continue
            if not opens(self.perimetre, adresse):
                self.fautes.add(f"{page} → {adresse} ({nom}) : fermée à ces rôles")
            elif self.suivis[depuis, nom] < LIENS_PAR_GENRE:
                self.suivis[depuis, nom] += 1
                yield adresse, nom, page


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_chaque_role_a_son_parcours() -> None:
    roles = {role for p in PERSONNES for role in p.roles}
    assert {role for p in PERSONNES if p.code in COMPTES for role in p.roles} == roles


@pytest.mark.parametrize("code", COMPTES)
def test_aucun_lien_ne_mene_a_un_refus(demonstration: None, code: str) -> None:
    """A département is loaded; what this account is shown opens."""
    utilisateur = Utilisateur.objects.get(email=f"{code}@{DOMAINE}")
    client = Client()
    client.force_login(utilisateur, backend=DORSAL)
    parcours = Parcours(client, build_perimetre(utilisateur, JOUR))
    with time_machine.travel(MIDI, tick=False):
        parcours.walk()
    assert len(parcours.vus) > (10 if parcours.perimetre.mandats else 2)
    assert not parcours.fautes, "\n".join(sorted(parcours.fautes))
