"""The health page: each of its parts says what is wrong, and it answers without a database."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cariatide.comptes.models import Utilisateur
from cariatide.journal.models import Battement, Evenement, Livraison
from cariatide.web import sante
from tests.distribution import add_personne

ADRESSE = "/sante/"


def read(client: Client) -> tuple[int, dict[str, Any]]:
    """What a supervisor reads."""
    reponse = client.get(ADRESSE, headers={"accept": "application/json"})
    return reponse.status_code, reponse.json()


@pytest.fixture
def en_ordre(db: None) -> None:
    Battement.objects.create(travailleur="w", vu_le=timezone.now())


def test_tout_va_bien(client: Client, en_ordre: None) -> None:
    assert reverse("web:sante") == ADRESSE
    statut, points = read(client)
    assert statut == 200
    assert {code for code, point in points.items() if point["ok"]} == {
        "base", "migrations", "travailleur", "livraisons", "disque",
    }  # fmt: skip
    page = client.get(ADRESSE)
    assert page.status_code == 200
    assert page.content.decode().count("En ordre") == 5


@pytest.fixture
def sans_base(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Nobody answers at the address of the database."""
    port = connection.settings_dict["PORT"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["PORT"] = "1"
        yield
        connection.close()
        connection.settings_dict["PORT"] = port


def test_la_base_ne_repond_pas(client: Client, sans_base: None) -> None:
    client.cookies["cariatide_session"] = "une-session-ouverte-avant-la-panne"
    statut, points = read(client)
    assert statut == 503
    assert set(points) == {"base", "disque"}
    assert not points["base"]["ok"]
    assert "Injoignable" in points["base"]["message"]
    assert "DATABASE_URL" in points["base"]["message"]
    page = client.get(ADRESSE)
    assert page.status_code == 503
    html = page.content.decode()
    assert "État du service" in html and "À voir" in html and "PostgreSQL tourne" in html


def test_une_migration_manque(client: Client, en_ordre: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE (app, name) = ('axes', (SELECT max(name)"
            " FROM django_migrations WHERE app = 'axes'))"
        )
    statut, points = read(client)
    assert statut == 503
    assert [code for code, point in points.items() if not point["ok"]] == ["migrations"]
    assert points["migrations"]["message"].startswith(
        "1 à appliquer : lancez « manage.py migrate »"
    )


@pytest.mark.parametrize(("age", "ok"), [(10, True), (59, True), (61, False), (3600, False)])
def test_le_travailleur_ne_bat_plus(client: Client, db: None, age: int, ok: bool) -> None:
    Battement.objects.create(travailleur="w", vu_le=timezone.now() - timedelta(seconds=age))
    statut, points = read(client)
    assert (statut == 200, points["travailleur"]["ok"]) == (ok, ok)
    assert ("manage.py travailleur" in points["travailleur"]["message"]) is not ok


def test_une_livraison_abandonnee(client: Client, en_ordre: None) -> None:
    evenement = Evenement.objects.create(
        nom="essai.perdu", acteur="Essai", objet_type="essai", objet_id=1
    )
    Livraison.objects.create(
        evenement=evenement, consommateur="courriers", statut=Livraison.Statut.ABANDONNEE,
        prochaine_tentative=timezone.now(),
    )  # fmt: skip
    statut, points = read(client)
    assert statut == 503
    assert points["livraisons"]["message"].startswith("1 abandonnée")


def test_le_disque_est_plein(
    client: Client, en_ordre: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The fuller of the two disks counts: the code's, and that of the files to come."""
    settings.MEDIA_ROOT = tmp_path / "fichiers" / "absent"
    real, mio = shutil.disk_usage(settings.BASE_DIR), sante.MIO

    def usage(folder: Path) -> Any:
        return real._replace(free=(200 if Path(folder) == tmp_path else 9000) * mio)

    monkeypatch.setattr(sante.shutil, "disk_usage", usage)
    statut, points = read(client)
    assert statut == 503
    assert points["disque"] == {
        "ok": False,
        "message": "200 Mio libres. Il en faut 500 : libérez de la place ou agrandissez-le.",
    }


def test_la_page_ne_dit_rien_de_la_session(client: Client, en_ordre: None) -> None:
    """Signed in or not, it is the same page: it reads no account."""
    qui: Utilisateur = add_personne("Alix", "Sans-Mandat")
    client.force_login(qui, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Sans-Mandat" not in client.get(ADRESSE).content.decode()
    assert client.get(reverse("comptes:mon_compte")).status_code == 200, "still signed in"
