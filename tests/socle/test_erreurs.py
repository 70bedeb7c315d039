"""The error pages as a person meets them: in French, with what to do, through the whole service."""

from typing import Any

import pytest
from django.contrib.messages.storage.session import SessionStorage
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from django.urls import reverse

from cariatide.socle.erreurs import ActeRefuse
from cariatide.web.web import views
from tests.distribution import Monde, add_menage

pytestmark = pytest.mark.django_db
DORSAL = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def alice(monde: Monde) -> Client:
    """A server that answers its failures, as in production."""
    client = Client(raise_request_exception=False)
    client.force_login(monde.alice, backend=DORSAL)
    return client


def check(reponse: Any, statut: int, titre: str, *phrases: str) -> None:
    html = reponse.content.decode()
    assert reponse.status_code == statut
    assert '<html lang="fr"' in html and html.count("<h1") == 1
    assert titre in html and f"Erreur {statut}" in html
    for phrase in phrases:
        assert phrase in html, phrase
    assert 'href="/"' in html, "a way out"


def fail(erreur: Exception) -> Any:
    def vue(*args: Any, **kwargs: Any) -> Any:
        raise erreur

    return vue


def test_400(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "list_blocs", fail(SuspiciousOperation("champs en trop")))
    check(alice.get("/"), 400, "Demande illisible", "Revenez en arrière et recommencez")


def test_400_pour_un_hote_inconnu() -> None:
    page = Client(raise_request_exception=False, SERVER_NAME="autre.exemple.fr").get("/")
    assert page.status_code == 400
    assert "Demande illisible" in page.content.decode()


def test_403(alice: Client) -> None:
    page = alice.get(reverse("journal:actes"))
    check(page, 403, "Accès refusé", "Aucun de vos mandats n’ouvre cette page",
          "demandez à l’administrateur de votre organisation")  # fmt: skip


def test_403_d_un_formulaire_perime(monde: Monde) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(monde.alice, backend=DORSAL)
    page = client.post(reverse("menages:nouveau"), {"nom": "Lefèvre"})
    check(page, 403, "Formulaire périmé", "votre saisie est gardée en brouillon")


def test_404_d_une_adresse_et_d_un_dossier(alice: Client, monde: Monde) -> None:
    check(alice.get("/nulle-part/"), 404, "Page introuvable", "se retrouve par la recherche")
    ailleurs = add_menage(monde, qui="charlie")
    for pk in (ailleurs.pk, 999_999_999):
        page = alice.get(reverse("menages:detail", args=[pk]))
        check(page, 404, "Page introuvable", "n’est pas dans votre périmètre")
    check(Client().get("/nulle-part/"), 404, "Page introuvable", "connectez-vous", "Se connecter")


def test_409(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "list_blocs", fail(ActeRefuse("La séance est déjà close.")))
    check(alice.get("/"), 409, "Acte impossible", "La séance est déjà close.",
          "Rien n’a été enregistré", "Revenir au dossier")  # fmt: skip


def test_500(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "list_blocs", fail(RuntimeError("détail interne")))
    page = alice.get("/")
    check(page, 500, "Erreur du service", "rien n’a été enregistré à moitié", "brouillon")
    assert "détail interne" not in page.content.decode()


def test_500_sans_session_lisible(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a failure needs nothing that may have failed."""
    monkeypatch.setattr(SessionStorage, "_get", fail(RuntimeError("session perdue")))
    monkeypatch.setattr(views, "list_blocs", fail(RuntimeError("panne")))
    check(alice.get("/"), 500, "Erreur du service")
