"""Bad input by generation: every form, query string and path of every route, for the cast.

No request ends in an error of the service (the client raises), a refused one writes nothing, an
accepted one writes rows that their own models accept. Seeded (CARIATIDE_GRAINE);
CARIATIDE_ENTREES=tout sends every value to every field: long, CARIATIDE_PART=1/4 is a quarter.
"""

import json
import logging
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import resolve

from cariatide.socle.pages.routes import find_acces
from epreuves.actes import list_actes
from tests.demonstration.conftest import demonstration as demonstration
from tests.demonstration.conftest import en_systeme
from tests.demonstration.test_liens import MIDI
from tests.matrices.entrees import (
    CHEMINS,
    PARAMETRES,
    TEXTES,
    Envoi,
    Traces,
    encode,
    encode_corps,
    list_saisies,
    read_envois,
)
from tests.matrices.relances import fill
from tests.matrices.routes import ABSENT, list_adresses
from tests.navigateur import routes
from tests.navigateur.routes import FICHIERS, SANS_PAGE, Exemple, Guide

COMPLET = os.environ.get("CARIATIDE_ENTREES") == "tout"
GRAINE = int(os.environ.get("CARIATIDE_GRAINE", "20261122"))
PART, PARTS = map(int, os.environ.get("CARIATIDE_PART", "1/1").split("/"))
ESSAIS, ESSAIS_OUVERTS = 36, 4  # tries to open a page; what the browser family does at leisure
REPONSES = {200, 204, 302, 304, 400, 403, 404, 405, 409, 413, 422}
CORPS = "application/x-www-form-urlencoded"
SORTIE = "account_logout"
# Their path takes any text: a draft that nobody kept, a link that is not valid, in words.
TEXTE_LIBRE = {"account_reset_password_from_key", "comptes:brouillon"}


class _Annule(Exception):
    """Takes back what a request wrote."""


@dataclass
class Pages:
    """Each page that opens, with the forms found there; and how many requests were sent."""

    guide: Guide
    traces: Traces
    lignes: dict[str, int]
    exemples: list[Exemple] = field(default_factory=list)
    envois: list[tuple[Any, Envoi]] = field(default_factory=list)
    lectures: list[tuple[Any, Envoi]] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _silence() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    with time_machine.travel(MIDI, tick=False):
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def pages(demonstration: None) -> Pages:
    """Every page of the département once, for whoever opens it."""
    logging.disable(logging.CRITICAL)
    with time_machine.travel(MIDI, tick=False), pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "ESSAIS", ESSAIS)
        patch.setattr(routes, "ESSAIS_OUVERTS", ESSAIS_OUVERTS)
        with en_systeme():
            traces = Traces()
            found = Pages(Guide(), traces, traces.count())
        vus = set()
        for route in routes.list_routes():
            if route.nom in SANS_PAGE or FICHIERS.search(route.nom):
                continue
            exemple = found.guide.find(route)
            if exemple is None:
                continue
            found.exemples.append(exemple)
            client = found.guide.client(exemple.qui)
            html = client.get(exemple.adresse).content.decode()
            for envoi in read_envois(html, exemple.adresse):
                cle = (envoi.methode, _route(envoi.adresse), tuple(sorted(envoi.champs)))
                if cle not in vus:
                    vus.add(cle)
                    kept = found.envois if envoi.methode == "post" else found.lectures
                    kept.append((exemple.qui, envoi))
    return found


def _route(adresse: str) -> str:
    return resolve(adresse.split("?")[0]).view_name


@contextmanager
def annulee() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Annule
    except _Annule:
        pass


def send(client: Client, methode: str, adresse: str, **plus: Any) -> tuple[int, str]:
    """The status, and the fault if there is one."""
    try:
        if methode == "post" and isinstance(plus.get("data"), bytes):
            # The test client would decode the body first.
            reponse = client.generic("POST", adresse, **plus)
        else:
            reponse = getattr(client, methode)(adresse, **plus)
        reponse.getvalue()
    except Exception as erreur:  # noqa: BLE001  whatever the service did not foresee
        return 500, f"{type(erreur).__name__} : {str(erreur)[:200]}"
    if reponse.status_code not in REPONSES:
        return reponse.status_code, f"réponse {reponse.status_code}"
    return reponse.status_code, ""


def act(pages: Pages, qui: Any, adresse: str, **plus: Any) -> list[str]:
    """One sending, judged by what it answered and by what it left, then taken back."""
    fautes = []
    client = pages.guide.client(qui)  # its sign-in is not taken back
    with annulee():
        depuis, avant = pages.traces.moment(), pages.traces.gestes()
        statut, faute = send(client, "post", adresse, **plus)
        if faute:
            return [faute]
        if pages.traces.gestes() == avant:
            return []
        with en_systeme():
            if statut in (200, 302):
                fautes = pages.traces.faults(depuis)
            elif rows := pages.traces.written(depuis):
                fautes = [f"{statut} mais {rows} écrites"]
            elif moved := dict(pages.traces.count().items() ^ pages.lignes.items()):
                fautes = [f"{statut} mais des lignes ont bougé : {sorted(moved)}"]
    return fautes


def test_les_formulaires_sont_trouves(pages: Pages) -> None:
    """The matrix reads something: most pages open, most acts have their form there."""
    assert len(pages.exemples) > 150
    assert len(pages.envois) > 100
    assert len(pages.lectures) > 10


def test_chaque_champ_de_chaque_formulaire(pages: Pages) -> None:
    hasard, fautes, envoyes = random.Random(GRAINE), [], 0
    for qui, envoi in pages.envois[PART - 1 :: PARTS]:
        if _route(envoi.adresse) == SORTIE:
            continue
        for nom, valeurs in list_saisies(envoi, hasard, COMPLET):
            envoyes += 1
            plus = {"data": encode_corps(valeurs), "content_type": CORPS}
            for faute in act(pages, qui, envoi.adresse, **plus):
                fautes.append(f"{_route(envoi.adresse)} {envoi.adresse} [{nom}] {faute}")
    assert envoyes * PARTS > 350
    print(f"\nEntrées : {envoyes} envois à {len(pages.envois)} formulaires, part {PART}/{PARTS}")
    assert not fautes, f"{len(fautes)} fautes :\n" + "\n".join(fautes)


def resend(pages: Pages, qui: Any, envoi: Envoi, valeurs: dict[str, Any]) -> str | None:
    """None when the act is refused; else what its second sending did, empty when nothing."""
    client = pages.guide.client(qui)
    plus = {"data": encode_corps(valeurs), "content_type": CORPS}
    with annulee():
        depuis = pages.traces.moment()
        statut, faute = send(client, "post", envoi.adresse, **plus)
        with en_systeme():
            acted = not faute and statut in (200, 204, 302) and pages.traces.written(depuis)
            before = pages.traces.marks(depuis)
        if not acted:
            return None
        statut, faute = send(client, "post", envoi.adresse, **plus)
        with en_systeme():
            again = sorted({table for table, _, _ in pages.traces.marks(depuis) ^ before})
        return faute or (f"{statut}, {again}" if again else "")
    return None


def test_chaque_acte_renvoye_n_agit_qu_une_fois(pages: Pages) -> None:
    """The same sending, with the key of its page when it has one: no row more, no row changed."""
    hasard, fautes = random.Random(GRAINE), []
    prouves, cles, routes_lues = set(), set(), set()
    for qui, envoi in pages.envois:
        nom = _route(envoi.adresse)
        routes_lues.add(nom)
        if "envoi" in envoi.champs:
            cles.add(nom)
        if nom == SORTIE or nom in prouves:
            continue
        for valeurs in fill(envoi, hasard):
            suite = resend(pages, qui, envoi, valeurs)
            if suite is None:
                continue
            prouves.add(nom)
            fautes += [f"{nom} {envoi.adresse} : {suite}"] if suite else []
            break
    restent = sorted(routes_lues - prouves - cles - {SORTIE})
    jamais = sorted(list_actes() - routes_lues)
    print(
        f"\nRelances : {len(routes_lues)} actes trouvés sur les pages, {len(prouves)} envoyés deux "
        f"fois, {len(fautes)} effets doubles ; {len(cles - prouves)} autres portent la clé d’envoi."
        f"\n  sans preuve : {restent}\n  boutons que la démonstration ne montre pas : {jamais}"
    )
    assert not fautes, "\n".join(fautes)
    assert len(prouves | cles) > 90


def test_chaque_fichier_depose(pages: Pages) -> None:
    """Names and contents that no file has."""
    noms = ("a\x00b.pdf", "../../etc/passwd", "\u202efdp.exe", "x" * 300 + ".pdf", "sans-extension")
    contenus = (b"", b"\x00\xff" * 500, b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"\x00" * 60)
    fautes, envoyes = [], 0
    for qui, envoi in pages.envois:
        fichiers = [c.nom for c in envoi.champs.values() if c.genre == "file"]
        for rang, nom in enumerate(noms if fichiers else ()):
            valeurs: dict[str, Any] = {c.nom: c.plausible() for c in envoi.champs.values()}
            valeurs |= {
                f: SimpleUploadedFile(nom, contenus[rang % len(contenus)]) for f in fichiers
            }
            envoyes += 1
            for faute in act(pages, qui, envoi.adresse, data=valeurs):
                fautes.append(f"{envoi.adresse} [{nom[:20]!r}] {faute}")
    assert envoyes >= len(noms)
    assert not fautes, "\n".join(fautes)


def test_chaque_parametre_de_chaque_adresse(pages: Pages) -> None:
    """Filters, sorts, formats and cursors, of the page's own form and of everybody's."""
    hasard, fautes = random.Random(GRAINE), []
    propres = {e.adresse.split("?")[0]: list(e.champs) for _, e in pages.lectures}
    for exemple in pages.exemples[PART - 1 :: PARTS]:
        adresse = exemple.adresse.split("?")[0]
        noms = [*dict.fromkeys([*propres.get(adresse, []), *PARAMETRES])]
        client = pages.guide.client(exemple.qui)
        toutes = [f"{n}=" + encode(v).decode() for n in noms for v in TEXTES.values()
                  if not isinstance(v, list) and len(v) < 100_000]  # fmt: skip
        tirees = "&".join(hasard.sample(toutes, min(12, len(toutes))))
        choisies = toutes if COMPLET else [tirees, *hasard.sample(toutes, 1)]
        if adresse in propres and not COMPLET:
            siens = [t for t in toutes if t.split("=")[0] in propres[adresse]]
            choisies += hasard.sample(siens, min(8, len(siens)))
        for requete in choisies:
            _, faute = send(client, "get", f"{adresse}?{requete}")
            if faute:
                fautes.append(f"{exemple.nom} ?{requete[:300]} : {faute}")
    assert not fautes, f"{len(fautes)} fautes :\n" + "\n".join(fautes)


def test_chaque_cle_de_chaque_chemin(pages: Pages) -> None:
    """Ids that no row can have, text where a number goes: absent, never an error."""
    hasard, fautes, lus = random.Random(GRAINE), [], 0
    par_role = {r: pages.guide.client(c[0]) for r, c in pages.guide.comptes.items()}
    for route, adresse in list_adresses():
        assert route.acces is not None
        role = next(iter(sorted(route.acces.roles)), "travailleur_social")
        client = par_role.get(role, pages.guide.client(None))
        marque = next((m for m in (str(ABSENT), "absent") if m in adresse), None)
        if marque is None:
            continue
        for valeur in CHEMINS if COMPLET else (CHEMINS[2], hasard.choice(CHEMINS)):
            lus += 1
            voie = adresse.replace(marque, valeur)
            for methode in ("get", "post"):
                with annulee():
                    statut, faute = send(client, methode, voie)
                refuse = statut in (302, 400, 403, 404, 405, 409, 422)
                if faute or not (refuse or route.nom in TEXTE_LIBRE):
                    fautes.append(f"{route.nom} {methode} {voie[:80]} : {statut} {faute}")
    assert lus > 200
    assert not fautes, f"{len(fautes)} fautes :\n" + "\n".join(fautes)


def test_les_corps_illisibles(pages: Pages) -> None:
    """What is no form at all: JSON of the wrong shape, a broken multipart, another encoding."""
    corps = [
        (b"{", "application/json"),
        (json.dumps({"cle": "a\x00", "donnees": {"x": "\ud83d"}}).encode(), "application/json"),
        (b'{"cle": ["a"], "donnees": 3}', "application/json"),
        (b"[" * 5_000, "application/json"),
        (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
        (b"a=1", "multipart/form-data"),
        (b"a=\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"a=1", "application/x-www-form-urlencoded; charset=inconnu"),
        (b"&".join(b"a%d=1" % i for i in range(2_500)), CORPS),
        (b"a=" + b"x" * 3_000_000, CORPS),
    ]
    fautes = []
    adresses = {_route(e.adresse): (q, e.adresse) for q, e in pages.envois}
    hasard = random.Random(GRAINE)
    choisies = sorted(adresses) if COMPLET else hasard.sample(sorted(adresses), 6)
    brouillon = pages.guide.comptes["travailleur_social"][0], "/compte/brouillons/essai/"
    cibles = [adresses[n] for n in choisies if n != SORTIE]
    for qui, adresse in [*cibles, brouillon]:
        for donnees, genre in corps:
            for faute in act(pages, qui, adresse, data=donnees, content_type=genre):
                fautes.append(f"{adresse} [{genre} {donnees[:30]!r}] {faute}")
    assert find_acces(resolve(brouillon[1]).func) is not None
    assert not fautes, "\n".join(fautes)
