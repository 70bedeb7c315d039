"""Pages of accounts: sign-in and its lock, passwords by mail, drafts, sessions."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from cariatide.comptes.models import Brouillon
from cariatide.comptes.rules import describe_appareil
from cariatide.comptes.web.views import _describe_etendue
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import MandatEnVigueur, Niveau
from tests.brouillons import list_brouillons, set_brouillon

DORSAL = "allauth.account.auth_backends.AuthenticationBackend"
SECRET = "un mot de passe assez long"


@pytest.fixture
def alice(monde: Any) -> Any:
    monde.alice.set_password(SECRET)
    monde.alice.save()
    return monde.alice


def sign_in(client: Client, email: str, secret: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": secret})


PAGES_PUBLIQUES = (
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
)


@pytest.mark.parametrize("nom", PAGES_PUBLIQUES)
def test_public_pages_are_ours(client: Client, db: None, nom: str) -> None:
    page = client.get(reverse(nom))
    assert page.status_code == 200
    html = page.content.decode()
    assert '<html lang="fr"' in html and html.count("<h1") == 1 and "Cariatide" in html


@pytest.mark.parametrize("nom", ["account_logout", "account_change_password", "comptes:mon_compte"])
def test_pages_of_a_signed_in_person(client_de: Any, monde: Any, nom: str) -> None:
    with client_de(monde.alice) as c:
        page = c.get(reverse(nom))
    assert page.status_code == 200 and page.content.decode().count("<h1") == 1


def test_account_without_password_is_sent_to_the_mail(client_de: Any, monde: Any) -> None:
    monde.alice.set_unusable_password()
    monde.alice.save()
    with client_de(monde.alice) as c:
        page = c.get(reverse("account_change_password"), follow=True)
    assert page.redirect_chain == [(reverse("account_reset_password"), 302)]
    assert "pas de mot de passe" in page.content.decode()


def test_sign_in_then_out(client: Client, alice: Any) -> None:
    response = sign_in(client, alice.email.upper(), SECRET)
    assert response.status_code == 302 and response.url == "/"
    assert "Alice Renard" in client.get(reverse("comptes:mon_compte")).content.decode()
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get(reverse("comptes:mon_compte")).status_code == 302


def test_wrong_password_says_so_without_telling_who_exists(client: Client, alice: Any) -> None:
    known = sign_in(client, alice.email, "mauvais")
    unknown = sign_in(client, "personne@exemple.invalid", "mauvais")
    assert known.status_code == unknown.status_code == 422
    lines = [
        re.search(r"<li>([^<]+)</li>", r.content.decode()).group(1)  # type: ignore[union-attr]
        for r in (known, unknown)
    ]
    assert lines[0] == lines[1]


def test_five_failures_lock_even_the_right_password(client: Client, alice: Any) -> None:
    codes = [sign_in(client, alice.email, "mauvais").status_code for _ in range(5)]
    assert codes == [422, 422, 422, 422, 429]
    locked = sign_in(client, alice.email, SECRET)
    assert locked.status_code == 429
    assert "15 minutes" in locked.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_lock_opens_again_after_a_quarter_of_an_hour(client: Client, alice: Any) -> None:
    midi = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
    with time_machine.travel(midi, tick=False) as horloge:
        for _ in range(5):
            sign_in(client, alice.email, "mauvais")
        horloge.shift(timedelta(minutes=14))
        assert sign_in(client, alice.email, SECRET).status_code == 429
        horloge.shift(timedelta(minutes=2))
        assert sign_in(client, alice.email, SECRET).status_code == 302


def test_failures_of_one_person_do_not_lock_another(client: Client, alice: Any, monde: Any) -> None:
    monde.dora.set_password(SECRET)
    monde.dora.save()
    for _ in range(6):
        sign_in(client, alice.email, "mauvais")
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(other, monde.dora.email, SECRET).status_code == 302


def test_inactive_account_is_told(client: Client, alice: Any) -> None:
    type(alice).objects.filter(pk=alice.pk).update(
        is_active=False, desactive_le="2026-01-01T00:00:00Z"
    )
    response = sign_in(client, alice.email, SECRET)
    assert response.status_code == 302 and response.url == reverse("account_inactive")


def test_password_by_mail_once(client: Client, alice: Any) -> None:
    response = client.post(reverse("account_reset_password"), {"email": alice.email})
    assert response.url == reverse("account_reset_password_done")
    (message,) = mail.outbox
    assert message.subject == "Cariatide\u00a0: choisir un nouveau mot de passe"
    link = re.search(r"https?://[^/]+(/\S+)", message.body).group(1)  # type: ignore[union-attr]
    form_url = client.get(link).url
    page = client.get(form_url)
    assert "Choisir un nouveau mot de passe" in page.content.decode()
    weak = client.post(form_url, {"password1": "court", "password2": "court"})
    assert weak.status_code == 422 and "trop court" in weak.content.decode()
    new = "nouveau secret bien long"
    done = client.post(form_url, {"password1": new, "password2": new})
    assert done.url == reverse("account_reset_password_from_key_done")
    assert "Lien expiré" in Client().get(link).content.decode()
    assert sign_in(Client(), alice.email, new).status_code == 302


def test_password_of_an_unknown_address_tells_only_its_owner(client: Client, db: None) -> None:
    response = client.post(reverse("account_reset_password"), {"email": "nul@exemple.invalid"})
    assert response.url == reverse("account_reset_password_done")
    (message,) = mail.outbox
    assert "Aucun compte actif" in message.body and "http" not in message.body


def test_change_of_password_closes_other_sessions(alice: Any) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, alice.email, SECRET)
    sign_in(elsewhere, alice.email, SECRET)
    new = "nouveau secret bien long"
    champs = {"oldpassword": SECRET, "password1": new, "password2": new}
    response = here.post(reverse("account_change_password"), champs)
    assert response.url == reverse("comptes:mon_compte")
    assert "Votre mot de passe est changé" in here.get(response.url).content.decode()
    assert elsewhere.get(reverse("comptes:mon_compte")).status_code == 302


def test_close_other_sessions(alice: Any, monde: Any) -> None:
    here, elsewhere, other = Client(), Client(), Client()
    sign_in(here, alice.email, SECRET)
    sign_in(elsewhere, alice.email, SECRET)
    other.force_login(monde.dora, backend=DORSAL)
    page = here.post(reverse("comptes:fermer_sessions"), follow=True)
    assert "L’autre session est fermée" in page.content.decode()
    assert elsewhere.get(reverse("comptes:mon_compte")).status_code == 302
    assert other.get(reverse("comptes:mon_compte")).status_code == 200


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def test_sessions_are_listed_and_closed_one_by_one(alice: Any, monde: Any) -> None:
    here, phone = Client(HTTP_USER_AGENT=FIREFOX), Client(HTTP_USER_AGENT=IPHONE)
    for client in (here, phone):
        sign_in(client, alice.email, SECRET)
        client.get(reverse("comptes:mon_compte"))
    html = here.get(reverse("comptes:sessions")).content.decode()
    assert "Firefox sous Windows" in html and "Safari sous iPhone" in html
    assert html.count("Fermer cette session") == 1 and "Cette session" in html
    assert phone.session.session_key not in html and here.session.session_key not in html
    found = re.search(r'action="(/compte/sessions/[0-9a-f]+/fermer/)"', html)
    assert found is not None
    stranger = Client()
    stranger.force_login(monde.dora, backend=DORSAL)
    assert stranger.post(found[1]).status_code == 404, "somebody else’s"
    assert phone.get("/menages/").status_code == 200
    page = here.post(found[1], follow=True).content.decode()
    assert "Safari sous iPhone" in page and "est fermée" in page
    assert phone.get("/menages/").status_code == 302
    assert here.post(found[1]).status_code == 404
    assert here.get("/menages/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "attendu"),
    [
        ("", "Appareil inconnu"),
        ("curl/8", "Appareil inconnu"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome sous Linux"),
        ("Mozilla/5.0 (Windows NT) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sous Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36", "Chrome sous Android"),
    ],
)
def test_device_in_words(agent: str, attendu: str) -> None:
    assert describe_appareil(agent) == attendu


@pytest.mark.parametrize(
    ("limites", "attendu"),
    [
        ({}, "Tout le département"),
        ({"equipe": True}, "Tout le département, dossiers de l’équipe"),
        ({"secteur_id": 1}, "Limitée à un secteur"),
        ({"convention_id": 1}, "Limitée à une convention"),
        ({"secteur_id": 1, "convention_id": 1, "equipe": True},
         "Limitée à un secteur et une convention, dossiers de l’équipe"),
    ],
)  # fmt: skip
def test_reach_of_a_mandate_in_words(limites: dict[str, Any], attendu: str) -> None:
    mandat = MandatEnVigueur(1, 1, "O", "chef", "Chef", Niveau.SOCIAL, **limites)
    assert _describe_etendue(mandat) == attendu


def test_draft_is_kept_read_and_forgotten(client_de: Any, monde: Any) -> None:
    adresse = reverse("comptes:brouillon", args=["saisine-12"])
    donnees = {"nom": ["Lefèvre"], "motifs": ["impaye", "taille"]}
    with client_de(monde.alice) as c:
        assert c.get(adresse).json() == {"donnees": None, "le": None}
        body = json.dumps({"donnees": donnees})
        assert c.post(adresse, body, content_type="application/json").status_code == 200
        assert c.get(adresse).json()["donnees"] == donnees
        c.post(adresse, {"nom": "Petit", "version": "3", "envoi": "x", "csrfmiddlewaretoken": "x"})
        assert c.get(adresse).json()["donnees"] == {"nom": ["Petit"]}
    with client_de(monde.dora) as c:
        assert c.get(adresse).json()["donnees"] is None
        c.post(adresse, {"action": "supprimer"})
    assert len(list_brouillons("saisine-12")) == 1
    with client_de(monde.alice) as c:
        c.post(adresse, {"action": "supprimer"})
    assert list_brouillons() == []


@pytest.mark.parametrize("corps", ["{", "[1]", '{"donnees": 3}', "\x00"])
def test_unreadable_draft_is_refused(client_de: Any, monde: Any, corps: str) -> None:
    adresse = reverse("comptes:brouillon", args=["x"])
    with client_de(monde.alice) as c:
        response = c.post(adresse, corps, content_type="application/json")
    assert response.status_code == 400 and "illisible" in response.json()["erreur"]
    assert list_brouillons() == []


def test_huge_draft_is_refused(client_de: Any, monde: Any) -> None:
    with client_de(monde.alice) as c:
        response = c.post(reverse("comptes:brouillon", args=["x"]), {"note": "a" * 200_001})
    assert response.status_code == 400 and "trop long" in response.json()["erreur"]


def test_draft_needs_a_session(client: Client, db: None) -> None:
    adresse = reverse("comptes:brouillon", args=["x"])
    assert client.post(adresse, {"a": "b"}).status_code == 302
    assert list_brouillons() == []


def test_account_page_without_mandate_explains(client_de: Any, monde: Any) -> None:
    with client_de(monde.eve) as c:
        html = c.get(reverse("comptes:mon_compte")).content.decode()
    assert "Aucun mandat en vigueur" in html


def test_draft_of_another_is_hidden_by_the_database_too(monde: Any) -> None:
    set_brouillon(monde.alice, "mesure-1-entretien", {"note": ["texte social"]})
    for qui, vus in (("alice", 1), ("chef", 0), ("dora", 0)):
        with ouvre_transaction(monde.perimetre(qui)):
            assert Brouillon.objects.count() == vus
    assert not Brouillon.objects.exists()
