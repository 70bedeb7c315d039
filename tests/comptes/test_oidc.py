"""Sign-in by an identity provider: what opens a session, and each thing that does not."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from cariatide.comptes import oidc
from cariatide.comptes.actions import deactivate_utilisateur
from cariatide.comptes.facteur import MARQUE
from cariatide.comptes.models import IdentiteFederee, Utilisateur
from cariatide.comptes.web.urls import fournisseur
from cariatide.journal.models import Evenement
from cariatide.socle.pages.routes import find_acces
from tests.comptes.fournisseur import CLIENT, SECRET, Fournisseur, new_cle
from tests.distribution import Monde

pytestmark = [pytest.mark.django_db, pytest.mark.sans_preuve]
Alter = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def chez(monde: Monde, settings: Any) -> Iterator[Fournisseur]:
    """A provider that knows Dora, whose role asks for no second factor."""
    with Fournisseur() as chez:
        settings.OIDC_EMETTEUR, settings.OIDC_CLIENT = chez.adresse, CLIENT
        settings.OIDC_SECRET = SECRET
        settings.ADRESSE_PUBLIQUE = "http://testserver"
        settings.ROOT_URLCONF = "tests.comptes.urls_oidc"
        chez.personne["email"] = monde.dora.email
        oidc.forget()
        yield chez
        oidc.forget()


def come_back(client: Client, chez: Fournisseur, suite: str = "") -> Any:
    """The whole way, as a browser: there, and back."""
    depart = client.get(reverse("oidc:depart"), {"next": suite} if suite else {})
    assert depart.status_code == 302, depart.content.decode()
    return client.get(chez.authorize(depart.headers["Location"]))


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("comptes:mon_compte")).status_code == 200


def refusal(client: Client, reponse: Any, statut: int, phrase: str) -> None:
    assert reponse.status_code == statut
    page = " ".join(reponse.content.decode().replace("\xa0", " ").replace("\u202f", " ").split())
    assert phrase in page, page
    assert "Traceback" not in page
    assert not is_signed_in(client)


def test_eteint_par_defaut(client: Client, monde: Monde) -> None:
    assert "oidc" not in {
        p.namespace for p in get_resolver().url_patterns if hasattr(p, "namespace")
    }
    with pytest.raises(NoReverseMatch):
        reverse("oidc:depart")
    assert client.get("/compte/connexion/fournisseur/").status_code == 404
    assert "ProConnect" not in client.get(reverse("account_login")).content.decode()


def test_ses_adresses_sont_declarees() -> None:
    """Absent from the matrices, where nothing is set: public, without a transaction, three."""
    acces = [find_acces(p.callback) for p in fournisseur]
    assert [p.name for p in fournisseur] == ["depart", "retour", "fin"]
    assert all(a and a.public and a.sans_base and not a.roles for a in acces)


def test_le_chemin_entier(client: Client, monde: Monde, chez: Fournisseur) -> None:
    page = client.get(reverse("account_login"), {"next": "/menages/"}).content.decode()
    assert "Se connecter avec ProConnect" in page
    assert f"{reverse('oidc:depart')}?next=/menages/" in page
    assert chez.recus == [], "no network before the button"
    reponse = come_back(client, chez, "/menages/")
    assert (reponse.status_code, reponse.url) == (302, "/menages/")
    assert client.get("/menages/").status_code == 200
    lien = IdentiteFederee.objects.get()
    assert (lien.utilisateur, lien.emetteur, lien.sujet) == (monde.dora, chez.adresse, "agent-1")
    evenement = Evenement.objects.get(nom="compte.identite_liee")
    assert (evenement.acteur_id, evenement.objet_id) == (monde.dora.pk, monde.dora.pk)
    assert "lié depuis le" in client.get(reverse("comptes:mon_compte")).content.decode()
    client.get(reverse("account_logout"))


def test_une_fois_liee_l_adresse_ne_compte_plus(
    client: Client, monde: Monde, chez: Fournisseur
) -> None:
    come_back(client, chez)
    chez.personne = {"sub": "agent-1", "email": monde.bob.email, "email_verified": False}
    autre = Client()
    assert come_back(autre, chez).status_code == 302
    assert autre.session["_auth_user_id"] == str(monde.dora.pk)
    assert IdentiteFederee.objects.count() == 1
    assert client.post(reverse("comptes:delier_identites")).status_code == 302
    assert not IdentiteFederee.objects.exists()
    assert Evenement.objects.filter(nom="compte.identite_deliee").count() == 1
    tiers = Client()
    refusal(tiers, come_back(tiers, chez), 403, "n’a pas vérifié votre adresse")


def test_un_compte_inconnu_n_est_pas_cree(client: Client, monde: Monde, chez: Fournisseur) -> None:
    chez.personne["email"] = "nouvelle@test.invalid"
    combien = Utilisateur.objects.count()
    reponse = come_back(client, chez)
    refusal(client, reponse, 403, "aucun compte de Cariatide n’est ouvert")
    assert f"{chez.adresse}/session/end?" in reponse.content.decode()
    chez.configuration_autre = {"end_session_endpoint": None}
    oidc.forget()
    assert "Changer de compte" not in come_back(client, chez).content.decode()
    assert Utilisateur.objects.count() == combien
    assert not IdentiteFederee.objects.exists()


def test_un_compte_inactif_reste_ferme(client: Client, monde: Monde, chez: Fournisseur) -> None:
    come_back(client, chez)
    client.post(reverse("account_logout"))
    deactivate_utilisateur(
        perimetre=monde.perimetre("administratrice"), utilisateur_id=monde.dora.pk, motif="départ"
    )
    for sub in ("agent-1", "agent-2"):  # linked, then known by the address alone
        chez.personne["sub"] = sub
        refusal(client, come_back(client, chez), 403, "votre compte a été désactivé")


@pytest.mark.parametrize("verifie", [False, None, "true", 1])
def test_une_adresse_non_verifiee_ne_suffit_pas(
    client: Client, chez: Fournisseur, verifie: Any
) -> None:
    chez.personne["email_verified"] = verifie
    refusal(client, come_back(client, chez), 403, "n’a pas vérifié votre adresse")


def test_un_fournisseur_peut_repondre_de_ses_adresses(
    client: Client, chez: Fournisseur, settings: Any
) -> None:
    """ProConnect says no « email_verified »: the setting speaks for it, never against it."""
    settings.OIDC_COURRIEL_GARANTI = True
    chez.personne["email_verified"] = False
    refusal(client, come_back(client, chez), 403, "n’a pas vérifié votre adresse")
    del chez.personne["email_verified"]
    assert come_back(client, chez).status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("signe", [True, False])
def test_userinfo_signe_ou_non(client: Client, chez: Fournisseur, signe: bool) -> None:
    chez.signe_userinfo = signe
    assert come_back(client, chez).status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize(("regle", "employe"), [("ES256", "ES256"), ("ES256", "RS256"),
                                                ("RS256", "ES256")])  # fmt: skip
def test_l_algorithme_est_celui_de_l_inscription(
    client: Client, chez: Fournisseur, settings: Any, regle: str, employe: str
) -> None:
    """Both kinds of keys are published together, as ProConnect does; one alone is believed."""
    settings.OIDC_ALGORITHME, chez.algorithme = regle, employe
    reponse = come_back(client, chez, "/menages/")
    if regle == employe:
        assert reponse.url == "/menages/" and is_signed_in(client)
    else:
        refusal(client, reponse, 502, "n’a pas pu être vérifiée")


def _expired(claims: dict[str, Any]) -> dict[str, Any]:
    return {**claims, "iat": claims["iat"] - 3600, "exp": int(time.time()) - 300}


FAUX_JETONS: dict[str, Alter] = {
    "autre nonce": lambda c: {**c, "nonce": "x" * 40},
    "sans nonce": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "autre public": lambda c: {**c, "aud": "un-autre-service"},
    "plusieurs publics": lambda c: {**c, "aud": [CLIENT, "un-autre-service"]},
    "demandé par un autre": lambda c: {**c, "azp": "un-autre-service"},
    "autre émetteur": lambda c: {**c, "iss": "http://127.0.0.1:1/api/v2"},
    "expiré": _expired,
    "sans terme": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "à venir": lambda c: {**c, "iat": c["iat"] + 3600, "exp": c["exp"] + 3600},
    "autre personne": lambda c: {**c, "sub": "agent-2"},
    "sans personne": lambda c: {k: v for k, v in c.items() if k != "sub"},
    "personne d’un kilo": lambda c: {**c, "sub": "a" * 1000},
}


@pytest.mark.parametrize("quoi", FAUX_JETONS)
def test_un_jeton_douteux_est_refuse(client: Client, chez: Fournisseur, quoi: str) -> None:
    chez.jeton_autre = FAUX_JETONS[quoi]
    refusal(client, come_back(client, chez), 502, "n’a pas pu être vérifiée")
    assert not IdentiteFederee.objects.exists()


def _hs256(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, SECRET * 2, algorithm="HS256", headers={"kid": "cle-1"})


FAUSSES_SIGNATURES: dict[str, Callable[[dict[str, Any]], str]] = {
    "autre clé, même nom": lambda c: jwt.encode(c, new_cle(), "RS256", {"kid": "cle-1"}),
    "autre clé, autre nom": lambda c: jwt.encode(c, new_cle(), "RS256", {"kid": "inconnue"}),
    "sans signature": lambda c: jwt.encode(c, None, algorithm="none", headers={"kid": "cle-1"}),
    "signé du secret": _hs256,
    "illisible": lambda c: "pas.un.jeton",
    "vide": lambda c: "",
}


@pytest.mark.parametrize("quoi", FAUSSES_SIGNATURES)
def test_une_signature_fausse_est_refusee(client: Client, chez: Fournisseur, quoi: str) -> None:
    chez.signe = FAUSSES_SIGNATURES[quoi]
    refusal(client, come_back(client, chez), 502, "n’a pas pu être vérifiée")


def test_un_jeton_modifie_en_route_est_refuse(client: Client, chez: Fournisseur) -> None:
    def tamper(claims: dict[str, Any]) -> str:
        entete, corps, signature = chez._sign(claims).split(".")
        return f"{entete}.{corps[:-2]}{'AA' if corps[-2:] != 'AA' else 'BB'}.{signature}"

    chez.signe = tamper
    refusal(client, come_back(client, chez), 502, "n’a pas pu être vérifiée")


@pytest.mark.parametrize(
    "autre",
    [
        lambda c: {**c, "sub": "agent-2"},
        lambda c: {**c, "aud": "un-autre-service"},
        lambda c: {**c, "iss": "http://127.0.0.1:1"},
        lambda c: {**c, "exp": int(time.time()) - 300},
        lambda c: {**c, "email": "a\x00b@test.invalid"},
        lambda c: {**c, "email": ["a@test.invalid"]},
    ],
)
def test_un_userinfo_douteux_est_refuse(client: Client, chez: Fournisseur, autre: Alter) -> None:
    chez.userinfo_autre = autre
    refusal(client, come_back(client, chez), 502, "n’a pas pu être vérifiée")


def test_l_etat_est_celui_de_ce_navigateur_et_ne_sert_qu_une_fois(
    client: Client, chez: Fournisseur
) -> None:
    depart = client.get(reverse("oidc:depart"))
    retour = chez.authorize(depart.headers["Location"])
    voisin = Client()
    refusal(voisin, voisin.get(retour), 400, "vient d’un autre navigateur")
    assert client.get(retour).status_code == 302
    client.post(reverse("account_logout"))
    refusal(client, client.get(retour), 400, "a déjà servi")
    refusal(client, client.get(reverse("oidc:retour")), 400, "vient d’un autre navigateur")


def test_une_demande_ancienne_est_perimee(
    client: Client, chez: Fournisseur, monkeypatch: pytest.MonkeyPatch
) -> None:
    retour = chez.authorize(client.get(reverse("oidc:depart")).headers["Location"])
    monkeypatch.setattr(oidc, "DUREE_DEMANDE", -1)
    refusal(client, client.get(retour), 400, "il y a trop longtemps")


def test_pkce_lie_le_code_a_ce_navigateur(client: Client, chez: Fournisseur) -> None:
    """A code stolen on the way and brought to another sign-in of the thief opens nothing."""
    vole = parse_qs(urlsplit(chez.authorize(client.get(reverse("oidc:depart")).url)).query)
    voleur = Client()
    sien = parse_qs(urlsplit(chez.authorize(voleur.get(reverse("oidc:depart")).url)).query)
    retour = {"code": vole["code"][0], "state": sien["state"][0]}
    refusal(voleur, voleur.get(reverse("oidc:retour"), retour), 502, "n’a pas pu être vérifiée")


def test_sans_pkce_le_nonce_arrete_le_meme_vol(
    client: Client, chez: Fournisseur, settings: Any
) -> None:
    settings.OIDC_PKCE = False
    adresse = client.get(reverse("oidc:depart")).url
    assert "code_challenge" not in adresse
    vole = parse_qs(urlsplit(chez.authorize(adresse)).query)
    voleur = Client()
    sien = parse_qs(urlsplit(chez.authorize(voleur.get(reverse("oidc:depart")).url)).query)
    retour = {"code": vole["code"][0], "state": sien["state"][0]}
    refusal(voleur, voleur.get(reverse("oidc:retour"), retour), 502, "n’a pas pu être vérifiée")
    assert come_back(client, chez).status_code == 302


@pytest.mark.parametrize(
    ("dit", "statut", "phrase", "note"),
    [
        ({"error": "access_denied"}, 403, "ProConnect l’a refusée", "(access_denied)"),
        ({"error": "a\nb <i>"}, 403, "ProConnect l’a refusée", "n’a pas donné de code"),
        ({}, 403, "ProConnect l’a refusée", "n’a pas donné de code"),
        ({"error": "server_error"}, 503, "ne répond pas en ce moment", "(server_error)"),
        ({"code": "x", "iss": "https://ailleurs.invalid"}, 502, "vérifiée", "un autre émetteur"),
    ],
)
def test_refus_du_fournisseur(
    client: Client, chez: Fournisseur, caplog: pytest.LogCaptureFixture,
    dit: dict[str, str], statut: int, phrase: str, note: str,
) -> None:  # fmt: skip
    etat = parse_qs(urlsplit(client.get(reverse("oidc:depart")).url).query)["state"][0]
    reponse = client.get(reverse("oidc:retour"), {**dit, "state": etat})
    refusal(client, reponse, statut, phrase)
    assert note in caplog.text and "<i>" not in caplog.text


@pytest.mark.parametrize(
    ("statut", "page", "phrase"),
    [(400, 502, "n’a pas pu être vérifiée"), (503, 503, "ne répond pas en ce moment")],
)
def test_jeton_refuse(
    client: Client, chez: Fournisseur, statut: int, page: int, phrase: str
) -> None:
    chez.refus_de_jeton = statut
    refusal(client, come_back(client, chez), page, phrase)


def test_fournisseur_injoignable(client: Client, chez: Fournisseur, settings: Any) -> None:
    retour = chez.authorize(client.get(reverse("oidc:depart")).url)
    chez.__exit__()
    refusal(client, client.get(retour), 503, "ne répond pas en ce moment")
    oidc.forget()
    reponse = client.get(reverse("oidc:depart"))
    refusal(client, reponse, 503, "ne répond pas en ce moment")


@pytest.mark.parametrize(
    "autre",
    [
        {"issuer": "http://127.0.0.1:1/api/v2"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"userinfo_endpoint": "ftp://127.0.0.1/userinfo"},
    ],
)
def test_une_configuration_douteuse_ne_mene_nulle_part(
    client: Client, chez: Fournisseur, autre: dict[str, Any]
) -> None:
    chez.configuration_autre = autre
    if autre == {"token_endpoint": None}:
        autre["token_endpoint"] = 3
    refusal(client, client.get(reverse("oidc:depart")), 502, "n’a pas pu être vérifiée")


def test_un_renvoi_n_est_pas_suivi(client: Client, chez: Fournisseur) -> None:
    chez.configuration_autre = {"jwks_uri": f"{chez.adresse}/ailleurs"}
    refusal(client, come_back(client, chez), 502, "n’a pas pu être vérifiée")


def test_le_fournisseur_change_de_cle(
    client: Client, chez: Fournisseur, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back(client, chez)
    chez.cle, chez.kid = new_cle(), "cle-2"
    autre = Client()
    refusal(autre, come_back(autre, chez), 502, "n’a pas pu être vérifiée")
    monkeypatch.setattr(oidc, "RELECTURE", 0)
    assert come_back(autre, chez).status_code == 302
    assert chez.recus.count("/.well-known/openid-configuration") == 1, "read once"


def test_le_second_facteur_reste_demande(client: Client, monde: Monde, chez: Fournisseur) -> None:
    chez.personne["email"] = monde.alice.email
    chez.authentification = {"acr": "eidas3", "amr": ["mfa", "hwk"]}
    come_back(client, chez)
    assert client.get("/menages/").headers["Location"] == reverse("mfa_index")
    client.post(reverse("account_logout"))
    Authenticator.objects.create(user=monde.alice, type="totp", data={"secret": "x"})
    autre = Client()
    assert come_back(autre, chez).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in autre.session


@pytest.mark.parametrize(
    ("dit", "ouvre"),
    [
        ({"acr": "eidas1", "amr": ["pwd", "mfa"]}, True),
        ({"acr": "eidas3", "amr": ["hwk"]}, True),
        ({"acr": "eidas1", "amr": ["pwd"]}, False),
        ({"acr": "eidas1", "amr": "mfa"}, False),
        ({}, False),
    ],
)
def test_un_second_facteur_du_fournisseur_peut_suffire(
    client: Client, monde: Monde, chez: Fournisseur, settings: Any, dit: dict[str, Any], ouvre: bool
) -> None:
    settings.OIDC_SECOND_FACTEUR = ["mfa", "eidas3"]
    chez.personne["email"], chez.authentification = monde.alice.email, dit
    Authenticator.objects.create(user=monde.alice, type="totp", data={"secret": "x"})
    adresse = client.get(reverse("oidc:depart"), {"next": "/menages/"}).url
    claims = json.loads(parse_qs(urlsplit(adresse).query)["claims"][0])
    assert claims == {"id_token": {"acr": None, "amr": None}}
    reponse = client.get(chez.authorize(adresse))
    assert reponse.url == ("/menages/" if ouvre else reverse("mfa_authenticate"))
    assert client.session.get(MARQUE) == (monde.alice.pk if ouvre else None)
    assert (client.get("/menages/").status_code == 200) is ouvre


def test_la_deconnexion_mene_a_celle_du_fournisseur(client: Client, chez: Fournisseur) -> None:
    come_back(client, chez)
    reponse = client.post(reverse("account_logout"))
    assert reponse.status_code == 200 and not is_signed_in(client)
    attente, adresse = reponse.headers["Refresh"].split("; url=")
    question = parse_qs(urlsplit(adresse).query)
    assert attente == "0" and adresse.startswith(f"{chez.adresse}/session/end?")
    assert question["post_logout_redirect_uri"] == [f"http://testserver{reverse('oidc:fin')}"]
    assert jwt.decode(question["id_token_hint"][0], options={"verify_signature": False})["sub"]
    forged = Client().get(reverse("oidc:fin"), {"state": "x"}, follow=True).content.decode()
    assert "Vous êtes déconnecté de Cariatide et de ProConnect" not in forged
    page = client.get(reverse("oidc:fin"), {"state": question["state"][0]}, follow=True)
    assert "Vous êtes déconnecté de Cariatide et de ProConnect" in page.content.decode()


def test_la_deconnexion_sans_page_du_fournisseur(client: Client, chez: Fournisseur) -> None:
    chez.configuration_autre = {"end_session_endpoint": None}
    come_back(client, chez)
    reponse = client.post(reverse("account_logout"))
    assert reponse.status_code == 302 and not is_signed_in(client)


def test_on_ne_part_pas_ailleurs(client: Client, chez: Fournisseur) -> None:
    assert come_back(client, chez, "https://ailleurs.invalid/").url == "/"
    assert client.get(reverse("oidc:depart"), {"next": "/menages/"}).url == "/menages/"
    assert client.post(reverse("oidc:depart")).status_code == 405


def test_le_journal_technique_ne_nomme_personne(
    client: Client, monde: Monde, chez: Fournisseur, caplog: pytest.LogCaptureFixture
) -> None:
    chez.personne["email"] = "nouvelle@test.invalid"
    come_back(client, chez)
    assert "Connexion refusée : inconnu" in caplog.text
    assert "nouvelle" not in caplog.text and "agent-1" not in caplog.text


@pytest.mark.parametrize(
    ("regle", "code"),
    [
        ({"OIDC_EMETTEUR": "", "OIDC_CLIENT": "x"}, "E021"),
        ({"OIDC_SECRET": ""}, "E022"),
        ({"OIDC_SECRET": "court"}, "E022"),
        ({"OIDC_ALGORITHME": "HS256"}, "E023"),
        ({"OIDC_PORTEES": "openid"}, "E024"),
        ({"OIDC_EMETTEUR": "http://fournisseur.exemple.fr"}, "E025"),
        ({}, ""),
    ],
)
def test_controles(settings: Any, regle: dict[str, str], code: str) -> None:
    settings.OIDC_EMETTEUR = "https://fournisseur.exemple.fr/api/v2"
    settings.OIDC_CLIENT, settings.OIDC_SECRET = CLIENT, SECRET
    for nom, valeur in regle.items():
        setattr(settings, nom, valeur)
    found = {m.id for m in run_checks(include_deployment_checks=True)}
    ours = found & {f"cariatide.E0{n}" for n in range(21, 26)}
    assert ours == ({f"cariatide.{code}"} if code else set())
