"""Security keys: added, asked for, renamed, removed; another key, another site are refused."""

import html
import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.comptes.cle import Cle
from tests.distribution import Monde

pytestmark = [pytest.mark.django_db, pytest.mark.sans_preuve]
SECRET = "un mot de passe assez long"
HOTE = {"HTTP_HOST": "localhost"}


def sign_in(qui: Any) -> tuple[Client, Any]:
    client = Client(**HOTE)  # type: ignore[arg-type]
    return client, client.post(reverse("account_login"), {"login": qui.email, "password": SECRET})


def options_of(client: Client, nom: str) -> Any:
    page = client.get(reverse(nom)).content.decode()
    brut = re.search(r'data-options="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    return json.loads(html.unescape(brut))


def add_cle(client: Client, cle: Cle, nom: str = "Clé du bureau") -> Any:
    options = options_of(client, "mfa_add_webauthn")["creation_options"]
    reponse = json.dumps(cle.create(options))
    return client.post(reverse("mfa_add_webauthn"), {"name": nom, "credential": reponse})


@pytest.fixture
def alice(monde: Monde) -> Any:
    monde.alice.set_password(SECRET)
    monde.alice.save()
    return monde.alice


def test_une_cle_suffit_puis_se_demande(alice: Any) -> None:
    cle = Cle()
    client, _ = sign_in(alice)
    assert add_cle(client, cle).url == reverse("mfa_view_recovery_codes")
    assert client.get("/menages/").status_code == 200
    assert "Clé du bureau" in client.get(reverse("mfa_index")).content.decode()

    client, reponse = sign_in(alice)
    assert reponse.url == reverse("mfa_authenticate")
    options = options_of(client, "mfa_authenticate")["request_options"]
    reponse = client.post(
        reverse("mfa_authenticate"), {"credential": json.dumps(cle.present(options))}
    )
    assert reponse.url == "/" and client.get("/menages/").status_code == 200


@pytest.mark.parametrize(
    "autre",
    [
        Cle(identifiant=b"une-autre-cle-00"),
        Cle(),
        Cle(origine="http://localhost.imite.invalid"),
    ],
    ids=["identifiant", "signature", "site"],
)
def test_une_autre_cle_est_refusee(alice: Any, autre: Cle) -> None:
    cle = Cle()
    client, _ = sign_in(alice)
    add_cle(client, cle)
    if autre.origine != cle.origine:
        autre.secret = cle.secret
    client, _ = sign_in(alice)
    options = options_of(client, "mfa_authenticate")["request_options"]
    reponse = client.post(
        reverse("mfa_authenticate"), {"credential": json.dumps(autre.present(options))}
    )
    assert reponse.status_code == 422
    assert client.get("/menages/").status_code == 302


def test_une_cle_se_renomme_et_se_retire_sauf_la_derniere(alice: Any) -> None:
    client, _ = sign_in(alice)
    add_cle(client, Cle())
    (premiere,) = Authenticator.objects.filter(type="webauthn")
    assert "Retirer une clé" in client.get(retrait(premiere)).content.decode()
    client.post(retrait(premiere))
    assert Authenticator.objects.filter(pk=premiere.pk).exists(), "the last one stays"
    add_cle(client, Cle(identifiant=b"seconde-cle-0001"), "Téléphone")
    nom = reverse("mfa_edit_webauthn", args=[premiere.pk])
    assert "Clé du bureau" in client.get(nom).content.decode()
    client.post(nom, {"name": "Clé rangée"})
    premiere.refresh_from_db()
    assert premiere.data["name"] == "Clé rangée"
    assert client.post(retrait(premiere)).url == reverse("mfa_index")
    assert [a.data["name"] for a in Authenticator.objects.filter(type="webauthn")] == ["Téléphone"]


def retrait(cle: Authenticator) -> str:
    return reverse("mfa_remove_webauthn", args=[cle.pk])


def test_la_cle_d_un_autre_ne_se_touche_pas(alice: Any, monde: Monde) -> None:
    client, _ = sign_in(alice)
    add_cle(client, Cle())
    cle = Authenticator.objects.get(type="webauthn")
    monde.dora.set_password(SECRET)
    monde.dora.save()
    autre, _ = sign_in(monde.dora)
    assert autre.get(retrait(cle)).status_code == 404
    assert autre.post(retrait(cle)).status_code == 404
    assert autre.post(reverse("mfa_edit_webauthn", args=[cle.pk]), {"name": "x"}).status_code == 404


def test_une_cle_confirme_aussi(alice: Any) -> None:
    cle = Cle()
    client, _ = sign_in(alice)
    add_cle(client, cle)
    options = options_of(client, "mfa_reauthenticate_webauthn")["request_options"]
    page = reverse("mfa_reauthenticate_webauthn")
    assert client.post(page, {"credential": "{}"}).status_code == 422
    options = options_of(client, "mfa_reauthenticate_webauthn")["request_options"]
    reponse = client.post(
        page, {"credential": json.dumps(cle.present(options)), "next": reverse("mfa_index")}
    )
    assert reponse.url == reverse("mfa_index")
