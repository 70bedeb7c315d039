"""The second factor: asked of whoever reads social content, kept encrypted, tried five times."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from cariatide.journal.models import Evenement
from cariatide.partenaires.middleware import SecondFacteurRequis
from cariatide.socle.chiffrement import MARQUE
from tests.bases import ROOT
from tests.distribution import Monde

pytestmark = [pytest.mark.django_db, pytest.mark.sans_preuve]
SECRET = "un mot de passe assez long"
MIDI = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def horloge() -> Any:
    with time_machine.travel(MIDI, tick=False) as horloge:
        yield horloge


@pytest.fixture
def monde_secret(monde: Monde, horloge: Any) -> Monde:
    for nom in ("alice", "dora", "financeur", "administratrice", "technique", "dpo"):
        monde.personnes[nom].set_password(SECRET)
        monde.personnes[nom].save()
    return monde


def sign_in(qui: Any) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(reverse("account_login"), {"login": qui.email, "password": SECRET})


def code_of(secret: str) -> str:
    pas = next(iter(totp.yield_hotp_counters_from_time())) + 1  # tolerance begins a step before
    return totp.format_hotp_value(totp.hotp_value(secret, pas))


def enrol(client: Client) -> tuple[str, Any]:
    page = client.get(reverse("mfa_activate_totp"))
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.content.decode()).group(1)  # type: ignore[union-attr]
    return secret, client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})


@pytest.mark.parametrize("qui", ["alice", "financeur", "administratrice", "technique", "dpo"])
def test_rien_ne_s_ouvre_avant_le_second_facteur(monde_secret: Monde, qui: str) -> None:
    client, reponse = sign_in(monde_secret.personnes[qui])
    assert reponse.status_code == 302
    for adresse in ("/", "/menages/", reverse("comptes:mon_compte"), "/organisations/"):
        assert client.get(adresse).headers["Location"] == reverse("mfa_index"), adresse
    assert client.post(reverse("comptes:fermer_sessions")).headers["Location"] == reverse(
        "mfa_index"
    )
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Réglez votre second facteur pour continuer" in page
    assert client.get(reverse("web:sante")).status_code in (200, 503)
    assert client.post(reverse("account_logout")).status_code == 302


def test_ce_qui_repond_sans_la_base_repond_avant_le_facteur(monde_secret: Monde) -> None:
    """The health page, well or not; a view that declares nothing is no way around."""
    client, _ = sign_in(monde_secret.alice)
    assert client.get(reverse("web:sante")).status_code in (200, 503)
    request = client.get(reverse("mfa_index")).wsgi_request
    request.second_facteur_requis = True
    reponse = SecondFacteurRequis(lambda _: None).process_view(request, lambda _: None, (), {})
    assert reponse is not None and reponse.url == reverse("mfa_index")


def test_qui_ne_lit_rien_de_social_n_y_est_pas_tenu(monde_secret: Monde) -> None:
    client, _ = sign_in(monde_secret.dora)
    assert client.get("/").status_code == 200
    assert "pour continuer" not in client.get(reverse("mfa_index")).content.decode()


def test_l_application_se_relie_puis_se_demande(monde_secret: Monde, horloge: Any) -> None:
    client, _ = sign_in(monde_secret.alice)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml' in page
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 422 and "n’est pas bon" in wrong.content.decode()
    secret, reponse = enrol(client)
    assert reponse.url == reverse("mfa_view_recovery_codes")
    codes = re.findall(r"<li><code>(\d{8})</code>", client.get(reponse.url).content.decode())
    assert len(codes) == 10
    assert client.get("/").status_code == 200
    client.post(reverse("account_logout"))

    horloge.shift(timedelta(minutes=2))
    client, reponse = sign_in(monde_secret.alice)
    assert reponse.url == reverse("mfa_authenticate")
    assert client.get("/menages/").headers["Location"].startswith("/compte/connexion/")
    assert "Second facteur" in client.get(reponse.url).content.decode()
    wrong = client.post(reponse.url, {"code": "000000"})
    assert wrong.status_code == 422 and "déjà servi" in wrong.content.decode()
    code = code_of(secret)
    assert client.post(reponse.url, {"code": code}).url == "/"
    assert client.get("/menages/").status_code == 200

    again, _ = sign_in(monde_secret.alice)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422, "once"
    assert again.post(reverse("mfa_authenticate"), {"code": codes[0]}).url == "/"
    third, _ = sign_in(monde_secret.alice)
    assert third.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 422, "once"


def test_un_code_ne_sert_qu_une_fois_meme_sans_memoire_commune(
    monde_secret: Monde, horloge: Any
) -> None:
    """Another process of the server does not share the library's memory of used codes."""
    client, _ = sign_in(monde_secret.alice)
    secret, _ = enrol(client)
    horloge.shift(timedelta(minutes=2))
    code = code_of(secret)
    first, _ = sign_in(monde_secret.alice)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    with override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    ):
        second, _ = sign_in(monde_secret.alice)
        assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422


def test_cinq_codes_faux_suspendent_la_connexion(monde_secret: Monde, horloge: Any) -> None:
    client, _ = sign_in(monde_secret.alice)
    secret, _ = enrol(client)
    horloge.shift(timedelta(minutes=2))
    client, _ = sign_in(monde_secret.alice)
    page = reverse("mfa_authenticate")
    statuts = [client.post(page, {"code": f"00000{i}"}).status_code for i in range(5)]
    assert statuts == [422, 422, 422, 422, 429]
    locked = client.post(page, {"code": code_of(secret)})
    assert "_auth_user_id" not in client.session
    assert locked.status_code in (422, 429)
    _, reponse = sign_in(monde_secret.alice)
    assert reponse.status_code == 429, "the lock holds for the password too"


def test_le_secret_est_chiffre_et_change_de_cle(monde_secret: Monde, horloge: Any) -> None:
    client, _ = sign_in(monde_secret.alice)
    secret, _ = enrol(client)
    rows = list(Authenticator.objects.order_by("type"))
    assert [a.type for a in rows] == ["recovery_codes", "totp"]
    assert rows[1].data["secret"].startswith(MARQUE) and secret not in json.dumps(rows[1].data)
    assert rows[0].data["seed"].startswith(MARQUE)
    avant = rows[1].data["secret"]
    with override_settings(CLES_CONFIDENTIELLES=["nouvelle", "cle-de-test-sans-valeur"]):
        call_command("rechiffre")
    apres = Authenticator.objects.get(type="totp").data["secret"]
    assert apres != avant
    with override_settings(CLES_CONFIDENTIELLES=["nouvelle"]):
        horloge.shift(timedelta(minutes=2))
        client, _ = sign_in(monde_secret.alice)
        assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == "/"


def test_les_autres_sessions_se_ferment_quand_on_s_enrole(monde_secret: Monde) -> None:
    ancienne, _ = sign_in(monde_secret.alice)
    client, _ = sign_in(monde_secret.alice)
    enrol(client)
    assert ancienne.get("/menages/").headers["Location"].startswith("/compte/connexion/")
    noms = Evenement.objects.filter(nom__startswith="compte.").values_list("nom", flat=True)
    assert set(noms) >= {"compte.facteur_ajoute", "compte.sessions_fermees"}


def test_une_session_sans_preuve_d_un_compte_protege_prend_fin(monde_secret: Monde) -> None:
    client, _ = sign_in(monde_secret.alice)
    enrol(client)
    detournee = Client()
    detournee.force_login(monde_secret.alice, backend=DORSAL)
    assert detournee.get(reverse("mfa_add_webauthn")).url == reverse("account_login")
    assert "_auth_user_id" not in detournee.session


def test_le_dernier_facteur_ne_se_retire_pas(monde_secret: Monde) -> None:
    client, _ = sign_in(monde_secret.alice)
    enrol(client)
    page = client.get(reverse("mfa_deactivate_totp"))
    assert "Votre rôle demande un second facteur" in page.content.decode()
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 422
    assert Authenticator.objects.filter(type="totp").exists()


def test_qui_n_y_est_pas_tenu_le_retire(monde_secret: Monde) -> None:
    client, _ = sign_in(monde_secret.dora)
    enrol(client)
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    assert client.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
    assert not Authenticator.objects.exists()
    assert Evenement.objects.filter(nom="compte.facteur_retire").exists()


def test_ce_qui_change_le_compte_redemande_le_mot_de_passe(
    monde_secret: Monde, horloge: Any
) -> None:
    client, _ = sign_in(monde_secret.alice)
    secret, _ = enrol(client)
    horloge.shift(timedelta(minutes=10))
    codes = reverse("mfa_view_recovery_codes")
    reponse = client.get(codes)
    assert unquote(reponse.url) == f"{reverse('account_reauthenticate')}?next={codes}"
    page = client.get(reponse.url).content.decode()
    assert "Confirmer par le mot de passe" in page and "Confirmer par un code" in page
    wrong = client.post(reponse.url, {"password": "faux", "next": codes})
    assert wrong.status_code == 422
    done = client.post(reponse.url, {"password": SECRET, "next": codes})
    assert done.url == codes and client.get(codes).status_code == 200
    horloge.shift(timedelta(minutes=10))
    par_code = reverse("mfa_reauthenticate")
    assert "Confirmer par un code" in client.get(par_code).content.decode()
    done = client.post(par_code, {"code": code_of(secret), "next": codes})
    assert done.url == codes and client.get(codes).status_code == 200
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    assert client.post(reverse("mfa_generate_recovery_codes")).url == codes


def test_toutes_les_pages_sont_les_notres(monde_secret: Monde) -> None:
    client, _ = sign_in(monde_secret.alice)
    enrol(client)
    noms = (
        "mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "account_reauthenticate",
        "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_reauthenticate",
    )  # fmt: skip
    for nom in noms:
        page = client.get(reverse(nom))
        html = page.content.decode()
        assert page.status_code == 200, nom
        assert '<html lang="fr"' in html and html.count("<h1") == 1, nom
        assert "<script>" not in html and "style=" not in html, nom


@pytest.mark.parametrize("brut", ["", "{", "[]", "3", "null", '{"id": 1}', '{"id": "é"}', "\x00"])
def test_une_cle_illisible_est_refusee(monde_secret: Monde, brut: str) -> None:
    client, _ = sign_in(monde_secret.alice)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    reponse = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": brut})
    assert reponse.status_code == 422
    assert not Authenticator.objects.exists()
    enrol(client)
    client.post(reverse("account_logout"))
    client, _ = sign_in(monde_secret.alice)
    reponse = client.post(reverse("mfa_authenticate"), {"credential": brut})
    assert reponse.status_code == 422


def test_la_demonstration_est_seule_exempte(monde_secret: Monde) -> None:
    with override_settings(SECOND_FACTEUR_EXEMPTE=True):
        client, _ = sign_in(monde_secret.alice)
        assert client.get("/").status_code == 200
        assert [m.id for m in run_checks(tags=["security"])] == ["cariatide.E019"]
        with override_settings(SETTINGS_MODULE="config.settings.demo"):
            assert run_checks(tags=["security"]) == []
    assert run_checks(tags=["security"]) == []
    porteurs = {
        str(p.relative_to(ROOT))
        for p in (ROOT / "config").rglob("*.py")
        if "SECOND_FACTEUR_EXEMPTE = True" in p.read_text()
    }
    assert porteurs == {"config/settings/demo.py"}
