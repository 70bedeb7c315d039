"""Production refuses to start with a weak configuration, and says how to mend it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from cariatide.socle import controles
from config.demarrage import refuse_weak_configuration
from tests import bases
from tests.bases import ROOT

CLE = "kR8v-2Zq_wE7yTn4bGs9mLc1XhUo5pDf6aJi3KzNxVtQrYeWlBgSHCM0"
CLE_C = "Zt4pWq8_nB2vXc6LmK9rJh3GfDs7TaYe1UiOwPxMzQbNvCkRjHgF"
BON: dict[str, Any] = {
    "SECRET_KEY": CLE,
    "CLES_CONFIDENTIELLES": [CLE_C],
    "DEBUG": False,
    "DEMONSTRATION": False,
    "ALLOWED_HOSTS": ["logement.exemple.fr"],
    "ADRESSE_PUBLIQUE": "https://logement.exemple.fr",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_SSL_REDIRECT": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "courriel.exemple.fr",
    "DEFAULT_FROM_EMAIL": "Cariatide <ne-pas-repondre@exemple.fr>",
}


def codes(**valeurs: Any) -> list[str]:
    with override_settings(**{**BON, **valeurs}):
        found = run_checks(tags=["security"], include_deployment_checks=True)
    for message in found:
        if str(message.id).startswith("cariatide."):
            assert message.hint, f"{message.id} says how to mend it"
    return sorted({str(m.id).removeprefix("cariatide.") for m in found if "cariatide" in str(m.id)})


def test_une_bonne_configuration_passe() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("valeurs", "attendus"),
    [
        ({"SECRET_KEY": ""}, ["E001"]),
        ({"SECRET_KEY": "court"}, ["E001"]),
        ({"SECRET_KEY": "ab" * 40}, ["E001"]),
        ({"SECRET_KEY": "django-insecure-" + CLE}, ["E001"]),
        ({"SECRET_KEY": "cle-de-demonstration-sans-valeur" + CLE}, ["E001"]),
        ({"CLES_CONFIDENTIELLES": []}, ["E018"]),
        ({"CLES_CONFIDENTIELLES": [CLE_C, "courte"]}, ["E018"]),
        ({"CLES_CONFIDENTIELLES": ["ab" * 40]}, ["E018"]),
        ({"CLES_CONFIDENTIELLES": ["cle-de-test-" + CLE_C]}, ["E018"]),
        ({"CLES_CONFIDENTIELLES": [CLE_C, CLE]}, ["E018"]),
        ({"DEBUG": True}, ["E002"]),
        ({"DEMONSTRATION": True}, ["E003"]),
        ({"ALLOWED_HOSTS": []}, ["E004"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["E004"]),
        ({"ADRESSE_PUBLIQUE": "http://logement.exemple.fr"}, ["E005"]),
        ({"ADRESSE_PUBLIQUE": "https://autre.exemple.fr"}, ["E005"]),
        ({"ALLOWED_HOSTS": [".exemple.fr"]}, []),
        ({"SESSION_COOKIE_SECURE": False}, ["E006"]),
        ({"CSRF_COOKIE_SECURE": False}, ["E006"]),
        ({"SECURE_HSTS_SECONDS": 0}, ["E007"]),
        ({"SECURE_HSTS_SECONDS": 3600}, ["E007"]),
        ({"SECURE_SSL_REDIRECT": False}, ["E008"]),
        ({"EMAIL_HOST": ""}, ["E009"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, ["E009"]),
        ({"EMAIL_BACKEND": "cariatide.courriers.boite.BoiteDeDemonstration"}, ["E009"]),
        ({"DEFAULT_FROM_EMAIL": ""}, ["E010"]),
        ({"DEFAULT_FROM_EMAIL": "webmaster@localhost"}, ["E010"]),
        ({"DEFAULT_FROM_EMAIL": "cariatide@demonstration.invalid"}, ["E010"]),
        ({"EMAIL_HOST_PASSWORD": "x", "EMAIL_USE_TLS": False}, ["E011"]),
    ],
)
def test_chaque_faiblesse_est_refusee(valeurs: dict[str, Any], attendus: list[str]) -> None:
    assert codes(**valeurs) == attendus


def test_statiques_non_rassembles(tmp_path: Path) -> None:
    manifeste = {
        "STATIC_ROOT": tmp_path,
        "STORAGES": {
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
        },
    }
    assert codes(**manifeste) == ["E017"]
    (tmp_path / "staticfiles.json").write_text("{}")
    assert codes(**manifeste) == []


def test_base_absente_ou_groupe_trop_petit() -> None:
    with patch.object(controles.settings, "DATABASES", {}):
        assert [m.id for m in controles.check_base(None)] == ["cariatide.E012"]
    petite = {"default": {"NAME": "x", "OPTIONS": {"pool": {"max_size": 2}}}}
    with patch.object(controles.settings, "DATABASES", petite):
        assert [m.id for m in controles.check_base(None)] == ["cariatide.E013"]


@pytest.mark.django_db
def test_le_compte_de_l_application_passe() -> None:
    assert controles.check_roles(None, databases=["default"]) == []
    assert controles.check_roles(None, databases=None) == []


@pytest.mark.django_db
def test_trop_de_connexions() -> None:
    with override_settings(PROCESSUS=500):
        (message,) = controles.check_roles(None, databases=["default"])
    assert message.id == "cariatide.E016"
    assert "CARIATIDE_PROCESSUS" in str(message.hint)


@pytest.mark.parametrize(
    ("role", "attendu"),
    [
        (("c", False, False, False), []),
        (("c", True, False, False), ["superutilisateur"]),
        (("c", False, True, False), ["BYPASSRLS"]),
        (("c", False, False, True), ["propriétaire"]),
    ],
)
def test_jugement_du_compte(role: tuple[str, bool, bool, bool], attendu: list[str]) -> None:
    found = controles._judge_role(*role)
    assert [mot for mot in attendu if mot in found[0].msg] == attendu if attendu else not found


@override_settings(**BON, CONTROLE_AU_DEMARRAGE=True)
@pytest.mark.django_db
def test_demarrage(monkeypatch: pytest.MonkeyPatch) -> None:
    # close_all would cut the connection of the test itself.
    monkeypatch.setattr("config.demarrage.connections.close_all", lambda: None)
    refuse_weak_configuration()
    faible = override_settings(SECRET_KEY="court", ALLOWED_HOSTS=["*"])
    with faible, pytest.raises(ImproperlyConfigured) as refus:
        refuse_weak_configuration()
    texte = str(refus.value)
    assert "CARIATIDE_CLE_SECRETE" in texte and "CARIATIDE_HOTES" in texte
    with override_settings(SECRET_KEY="court", CONTROLE_AU_DEMARRAGE=False):
        refuse_weak_configuration()


@pytest.fixture(scope="module", autouse=True)
def _statiques(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """As after collectstatic."""
    folder = tmp_path_factory.mktemp("statique")
    (folder / "staticfiles.json").write_text('{"paths": {}, "version": "1.1", "hash": "x"}')
    name = f"cariatide_test_controles_{os.getpid()}"
    REGLAGES["CARIATIDE_STATIQUE"] = str(folder)
    REGLAGES["DATABASE_URL"] = bases.fresh_clone(name)
    REGLAGES["proprietaire"] = bases.owner_url(name)
    yield
    bases.remove(name)


REGLAGES: dict[str, str] = {}


def environment(**plus: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CARIATIDE_", "DATABASE_"))}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        "CARIATIDE_STATIQUE": REGLAGES["CARIATIDE_STATIQUE"],
        "CARIATIDE_CLE_SECRETE": CLE,
        "CARIATIDE_CLES_CONFIDENTIELLES": CLE_C,
        "CARIATIDE_HOTES": "logement.exemple.fr",
        "CARIATIDE_ADRESSE_PUBLIQUE": "https://logement.exemple.fr",
        "CARIATIDE_COURRIEL_SERVEUR": "courriel.exemple.fr",
        "CARIATIDE_COURRIEL_EXPEDITEUR": "cariatide@exemple.fr",
        "DATABASE_URL": REGLAGES["DATABASE_URL"],
        **plus,
    }


def run(code: list[str], **plus: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *code], cwd=ROOT, env=environment(**plus),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


CHECK = ["manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"]
DEMARRE = ["-c", "import config.wsgi"]


def test_prod_bien_reglee_est_sans_reproche_et_demarre() -> None:
    done = run(CHECK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout
    done = run(DEMARRE)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "code"),
    [
        ("CARIATIDE_CLE_SECRETE", "E001"),
        ("CARIATIDE_CLES_CONFIDENTIELLES", "E018"),
        ("DATABASE_URL", "E012"),
    ],
)
def test_prod_mal_reglee_ne_demarre_pas(variable: str, code: str) -> None:
    done = run(DEMARRE, **{variable: ""})
    assert done.returncode != 0
    assert code in done.stderr and variable in done.stderr, done.stderr


def test_prod_sans_base_joignable_ne_demarre_pas() -> None:
    url = "postgresql://cariatide_application:x@127.0.0.1:1/absente"
    done = run(DEMARRE, DATABASE_URL=url)
    assert done.returncode != 0
    assert "E014" in done.stderr and "joignable" in done.stderr


def test_prod_avec_le_compte_proprietaire_ne_demarre_pas() -> None:
    done = run(DEMARRE, DATABASE_URL=REGLAGES["proprietaire"])
    assert done.returncode != 0
    assert "E015" in done.stderr and "cariatide_application" in done.stderr
