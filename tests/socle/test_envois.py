"""A form sent twice acts once; filled otherwise, or refused the first time, it acts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cariatide.menages.models import Appartenance, Menage
from cariatide.socle.envois import purge_envois
from cariatide.socle.models import EnvoiRecu
from cariatide.socle.travaux import quotidiens
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
DEJA = "il n’a été fait qu’une fois"


@pytest.fixture(autouse=True)
def jour() -> Iterator[None]:
    with time_machine.travel(JOUR, tick=False):
        yield


@pytest.fixture
def menage(monde: Monde) -> Menage:
    return add_menage(monde)


@pytest.fixture
def c(monde: Monde, menage: Menage, client_de: Any) -> Iterator[Client]:
    with client_de(monde.alice) as client:
        yield client


def open_form(c: Client, menage: Menage) -> dict[str, str]:
    """The form as the page gives it, filled."""
    page = c.get(f"/menages/{menage.pk}/personnes/ajouter/").content.decode()
    caches = dict(re.findall(r'type="hidden" name="(version|envoi)" value="([^"]+)"', page))
    assert set(caches) == {"version", "envoi"}
    return {
        "civilite": "madame", "prenom": "Nour", "nom": "Essai", "role": "enfant",
        "du": JOUR.isoformat(), **caches,
    }  # fmt: skip


def count_membres(menage: Menage) -> int:
    return Appartenance.objects.unscoped(reason="test").filter(menage=menage).count()


def test_the_same_sending_acts_once_and_leads_to_the_same_page(c: Client, menage: Menage) -> None:
    before = count_membres(menage)
    saisie = open_form(c, menage)
    adresse = f"/menages/{menage.pk}/personnes/ajouter/"
    premier = c.post(adresse, saisie)
    second = c.post(adresse, saisie)
    assert premier.status_code == second.status_code == 302
    assert premier["Location"] == second["Location"]
    assert count_membres(menage) == before + 1
    assert DEJA in c.get(second["Location"]).content.decode()


def test_the_same_page_filled_otherwise_is_another_sending(c: Client, menage: Menage) -> None:
    before = count_membres(menage)
    saisie = open_form(c, menage)
    adresse = f"/menages/{menage.pk}/personnes/ajouter/"
    assert c.post(adresse, saisie).status_code == 302
    autre = {**saisie, "prenom": "Sami", "version": open_form(c, menage)["version"]}
    assert c.post(adresse, autre).status_code == 302
    assert count_membres(menage) == before + 2


def test_a_refused_act_keeps_no_key(c: Client, menage: Menage) -> None:
    saisie = {**open_form(c, menage), "version": "99"}
    adresse = f"/menages/{menage.pk}/personnes/ajouter/"
    assert [c.post(adresse, saisie).status_code for _ in range(2)] == [409, 409]
    assert not EnvoiRecu.objects.exists()


def test_an_unreadable_key_is_no_key(c: Client, menage: Menage) -> None:
    saisie = {**open_form(c, menage), "envoi": "\x00' OR 1=1"}
    assert c.post(f"/menages/{menage.pk}/personnes/ajouter/", saisie).status_code == 302
    assert not EnvoiRecu.objects.exists()


def test_keys_go_after_a_week(c: Client, menage: Menage) -> None:
    assert "socle.envois" in quotidiens
    c.post(f"/menages/{menage.pk}/personnes/ajouter/", open_form(c, menage))
    today = timezone.localdate()
    purge_envois(today + timedelta(days=7))
    assert EnvoiRecu.objects.count() == 1
    purge_envois(today + timedelta(days=8))
    assert not EnvoiRecu.objects.exists()
