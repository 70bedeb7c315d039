"""The pages of the demonstration: one click changes role, sent mail is readable, nowhere else."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cariatide.comptes.models import Utilisateur

pytestmark = pytest.mark.django_db


@pytest.fixture
def comptes(settings: Any, tmp_path: Path, db: None) -> None:
    """Two accounts of the cast, without the rest of the département."""
    settings.DEMONSTRATION = True
    settings.BOITE_COURRIELS = tmp_path
    for code, prenom, nom in (("alice.renard", "Alice", "Renard"), ("eve.morin", "Ève", "Morin")):
        Utilisateur.objects.create_user(f"{code}@exemple.invalid", None, prenom=prenom, nom=nom)


@pytest.mark.parametrize("nom", ["roles", "courriels"])
def test_hors_de_la_demonstration_ces_pages_n_existent_pas(nom: str) -> None:
    assert Client().get(reverse(f"demonstration:{nom}")).status_code == 404
    entrer = reverse("demonstration:entrer")
    assert Client().post(entrer, {"compte": "alice.renard"}).status_code == 404


def test_la_page_des_roles_montre_les_comptes(comptes: None) -> None:
    page = Client().get(reverse("demonstration:roles")).content.decode()
    assert "Alice Renard" in page and "Travailleuse sociale" in page and "Sans mandat" in page
    assert "Dora Michel" not in page


def test_sans_donnees_la_page_dit_comment_les_charger(settings: Any) -> None:
    settings.DEMONSTRATION = True
    page = Client().get(reverse("demonstration:roles")).content.decode()
    assert "make demo" in page


def test_un_clic_connecte_puis_un_autre_change_de_personne(comptes: None) -> None:
    client, entrer = Client(), reverse("demonstration:entrer")
    response = client.post(entrer, {"compte": "alice.renard"}, follow=True)
    assert "Vous êtes Alice Renard" in response.content.decode()
    alice = client.session["_auth_user_id"]
    client.post(entrer, {"compte": "eve.morin"})
    assert client.session["_auth_user_id"] != alice


@pytest.mark.parametrize("compte", ["", "inconnu", "alice.renard@exemple.invalid"])
def test_aucun_autre_compte_ne_s_ouvre_ainsi(comptes: None, compte: str) -> None:
    client = Client()
    assert client.post(reverse("demonstration:entrer"), {"compte": compte}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("demonstration:entrer")).status_code == 405


def test_un_compte_desactive_ne_s_ouvre_pas(comptes: None) -> None:
    Utilisateur.objects.filter(prenom="Alice").update(is_active=False, desactive_le=timezone.now())
    client = Client()
    response = client.post(reverse("demonstration:entrer"), {"compte": "alice.renard"}, follow=True)
    assert "a été désactivé" in response.content.decode()
    assert "_auth_user_id" not in client.session


def write_courriel(dossier: Path, nom: str, sujet: str, texte: str) -> None:
    (dossier / nom).write_bytes(
        f"To: alice@exemple.invalid\nSubject: {sujet}\nContent-Type: text/plain; charset=utf-8\n"
        f"\n{texte}\n".encode()
    )


def test_les_courriels_sont_lus_du_plus_recent_au_plus_ancien(
    comptes: None, tmp_path: Path
) -> None:
    write_courriel(tmp_path, "100-0.eml", "Premier", "Bonjour")
    write_courriel(tmp_path, "200-10.eml", "Troisieme", "<script>alert(1)</script>")
    write_courriel(tmp_path, "200-9.eml", "Deuxieme", "Bonjour")
    page = Client().get(reverse("demonstration:courriels")).content.decode()
    assert page.index("Troisieme") < page.index("Deuxieme") < page.index("Premier")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "3 messages" in page


def test_une_boite_vide_ou_absente_le_dit(comptes: None, settings: Any) -> None:
    adresse = reverse("demonstration:courriels")
    assert "Aucun courriel" in Client().get(adresse).content.decode()
    settings.BOITE_COURRIELS = Path("dossier-qui-n-existe-pas")
    assert "Aucun courriel" in Client().get(adresse).content.decode()
