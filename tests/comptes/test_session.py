"""How long a session lasts, and how a password is kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client, override_settings
from django.urls import reverse

import cariatide
from cariatide.comptes.middleware import VEILLE
from cariatide.comptes.models import SessionOuverte
from cariatide.comptes.queries import APPAREIL, OUVERTE_LE, VUE_LE
from config.settings import base
from tests.distribution import Monde

pytestmark = pytest.mark.django_db
MATIN = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/Paris"))
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def horloge() -> Iterator[Any]:
    with time_machine.travel(MATIN, tick=False) as horloge:
        yield horloge


@pytest.fixture
def c(monde: Monde, horloge: Any) -> Client:
    client = Client()
    client.force_login(monde.alice, backend=DORSAL)
    assert open_page(client)
    return client


def open_page(client: Client) -> bool:
    """Whether the session still opens a page; otherwise the sign-in page says why."""
    reponse = client.get(reverse("comptes:mon_compte"))
    if reponse.status_code == 200:
        return True
    assert reponse.url == "/compte/connexion/?next=/compte/"
    page = client.get(reponse.url).content.decode()
    assert "Votre session a pris fin" in page and "gardée en brouillon" in page
    return False


def test_limites_annoncees() -> None:
    assert (base.SESSION_INACTIVITE, base.SESSION_DUREE) == (45 * 60, 10 * 3600)


def test_une_session_inactive_prend_fin(c: Client, horloge: Any) -> None:
    for _ in range(3):
        horloge.shift(timedelta(minutes=44))
        assert open_page(c), "an activity within the limit begins it again"
    horloge.shift(timedelta(minutes=45, seconds=1))
    assert not open_page(c)
    assert "_auth_user_id" not in c.session


def test_une_session_active_prend_fin_aussi(c: Client, horloge: Any) -> None:
    for _ in range(20):
        horloge.shift(timedelta(minutes=30))
        assert open_page(c)
    horloge.shift(timedelta(seconds=1))
    assert not open_page(c), "ten hours after the sign-in, whatever was done"


def test_les_limites_se_reglent(c: Client, horloge: Any) -> None:
    with override_settings(SESSION_INACTIVITE=60):
        horloge.shift(timedelta(seconds=61))
        assert not open_page(c)


def test_l_activite_s_ecrit_une_fois_par_minute(c: Client, horloge: Any) -> None:
    def seen() -> int:
        found: int = SessionOuverte.objects.get().get_decoded()[VUE_LE]
        return found

    before = seen()
    horloge.shift(timedelta(seconds=59))
    assert open_page(c) and seen() == before
    horloge.shift(timedelta(seconds=1))
    assert open_page(c) and seen() == before + 60


@override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS)
def test_les_mots_de_passe_sont_en_argon2id() -> None:
    """Those of the tests are hashed otherwise, to be quick."""
    garde = make_password("un mot de passe assez long")
    assert garde.startswith("argon2$argon2id$")
    assert check_password("un mot de passe assez long", garde)
    assert not check_password("un autre mot de passe", garde)


def test_une_page_qui_veille_seule_ne_tient_pas_la_session_ouverte(c: Client, horloge: Any) -> None:
    """The screen of a session of the commission asks every few seconds whether it changed."""
    for _ in range(4):
        horloge.shift(timedelta(minutes=11))
        reponse = c.get(reverse("comptes:mon_compte"), headers={VEILLE: "1"})
        assert reponse.status_code == 200
    horloge.shift(timedelta(minutes=2))
    reponse = c.get(reverse("comptes:mon_compte"), headers={VEILLE: "1"})
    assert reponse.status_code == 302, "forty-six minutes without anybody"


def test_chaque_page_qui_veille_le_dit() -> None:
    """What asks by itself does not keep a session alive (comptes.middleware.VEILLE)."""
    racine = Path(cariatide.__file__).parent
    veilles = [
        ligne
        for path in racine.glob("*/jinja2/**/*.html")
        for ligne in path.read_text(encoding="utf-8").splitlines()
        if 'hx-trigger="every' in ligne
    ]
    assert len(veilles) >= 2
    assert not [ligne for ligne in veilles if VEILLE not in ligne]


def test_un_appareil_se_decrit_une_fois_un_visiteur_jamais(c: Client, monde: Monde) -> None:
    assert c.session[APPAREIL] == "Client inconnu" or c.session[APPAREIL]
    session = c.session
    session[APPAREIL] = "Le premier vu"
    session.save()
    assert open_page(c)
    assert c.session[APPAREIL] == "Le premier vu"
    visiteur = Client()
    assert visiteur.get(reverse("account_login")).status_code == 200
    assert not {OUVERTE_LE, VUE_LE, APPAREIL} & set(visiteur.session.keys())


def test_une_session_qui_ne_fait_que_veiller_prend_fin(monde: Monde, horloge: Any) -> None:
    """Its first page seen is its last activity, even one that looks by itself."""
    client = Client()
    client.force_login(monde.alice, backend=DORSAL)
    for _ in range(3):
        client.get(reverse("comptes:mon_compte"), headers={VEILLE: "1"})
        horloge.shift(timedelta(minutes=20))
    assert not open_page(client)
