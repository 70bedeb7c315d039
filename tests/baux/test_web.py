"""Pages of occupations."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cariatide.baux.models import Occupation
from cariatide.journal.models import Consultation
from cariatide.menages.models import Menage
from tests.baux.exemples import add_entree
from tests.distribution import JOUR, Monde, add_menage
from tests.fichiers import export
from tests.parc.exemples import add_logement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour() -> Any:
    with time_machine.travel(JOUR):
        yield


@pytest.fixture
def menage(monde: Monde) -> Menage:
    return add_menage(monde)


@pytest.fixture
def c(monde: Monde, client_de: Any) -> Any:
    with client_de(monde.alice) as client:
        yield client


def test_matrice(monde: Monde, menage: Menage, client_de: Any) -> None:
    occupation = add_entree(monde, menage, add_logement(monde))
    base = f"/occupations/{occupation.pk}/"
    ecriture = [f"/occupations/entree/{menage.pk}/", f"{base}sortie/", f"{base}corriger/"]
    for qui, liste, lecture, acte in (
        (None, 302, 302, 302), ("alice", 200, 200, 200), ("chef", 200, 200, 200),
        ("technicien", 200, 200, 403), ("bob", 200, 404, 403), ("charlie", 200, 404, 404),
        ("prescripteur", 403, 403, 403), ("membre", 403, 403, 403), ("dpo", 403, 403, 403),
        ("eve", 403, 403, 403),
    ):  # fmt: skip
        with client_de(monde.personnes[qui] if qui else None) as c:
            assert c.get("/occupations/").status_code == liste, qui
            ouverte = {200: 200, 302: 302, 403: 404}[liste]
            assert export(c, "occupations").status_code == ouverte, qui
            assert c.get(base).status_code == lecture, qui
            assert {c.get(a).status_code for a in ecriture} == {acte}, qui


def test_entree_puis_sortie(c: Client, monde: Monde, menage: Menage) -> None:
    logement = add_logement(monde)
    adresse = f"/occupations/entree/{menage.pk}/"
    page = c.get(adresse).content.decode()
    assert f'value="logement-{logement.pk}"' in page
    saisie = {
        "logement": f"logement-{logement.pk}", "nature": "bail", "date_signature": "2026-11-01",
        "entree_le": "2026-11-05", "convention": monde.convention.pk, "est_relogement": "on",
        "domicile_suit": "on",
    }  # fmt: skip
    refus = c.post(adresse, {**saisie, "entree_le": "2026-10-01"})
    assert refus.status_code == 422
    assert "Le titre est signé au plus tard le jour de l’entrée." in refus.content.decode()
    reponse = c.post(adresse, saisie, follow=True)
    assert reponse.redirect_chain == [(f"/menages/{menage.pk}/", 302)]
    assert "Logé depuis le 05/11/2026" in reponse.content.decode()
    occupation = Occupation.objects.unscoped(reason="test").get()
    assert occupation.convention_id == monde.convention.pk
    base = f"/occupations/{occupation.pk}/"
    assert "12 rue de l’Église" in c.get(base).content.decode()
    assert menage.nom_usage in c.get(f"/logements/{logement.pk}/").content.decode()
    assert Consultation.objects.filter(objet_type="parc.logement", menage_id=menage.pk).exists()
    sortie = {"sortie_le": "2026-11-20", "motif": "deces", "version": "1"}
    assert c.post(f"{base}sortie/", {**sortie, "version": "9"}).status_code == 409
    page = c.post(f"{base}sortie/", sortie, follow=True).content.decode()
    assert "du 05/11/2026 au 20/11/2026" in page
    ferme = c.get(f"{base}sortie/")
    assert ferme.status_code == 409
    assert "La sortie est déjà enregistrée." in ferme.content.decode()
    assert 'name="sortie_le"' not in ferme.content.decode()


def test_entree_dans_un_logement_decrit(c: Client, monde: Monde, menage: Menage) -> None:
    adresse = f"/occupations/entree/{menage.pk}/"
    saisie = {
        "nature": "bail_glissant", "date_signature": "2026-11-01", "entree_le": "2026-11-05",
        "est_relogement": "on", "loyer": "395,40",
    }  # fmt: skip
    refus = c.post(adresse, {**saisie, "adresse": "1 rue Basse"})
    assert refus.status_code == 422
    assert refus.content.decode().count("nécessaire pour créer le logement") >= 4
    decrit = {
        "adresse": "1 rue Basse", "code_postal": "59600", "commune": "Maubeuge", "type": "t2",
        "categorie": "prive_libre",
    }  # fmt: skip
    deux = {**saisie, **decrit, "logement": f"logement-{add_logement(monde).pk}"}
    assert c.post(adresse, deux).status_code == 422
    assert c.post(adresse, {**saisie, **decrit}).status_code == 302
    occupation = Occupation.objects.unscoped(reason="t").select_related("logement").get()
    assert (occupation.logement.adresse, str(occupation.loyer)) == ("1 rue Basse", "395.40")
    assert occupation.convention_id is None
    page = c.get(f"/occupations/{occupation.pk}/").content.decode()
    assert "Cette entrée ne nomme pas de convention" in page


def test_logement_deja_pris_entre_temps(c: Client, monde: Monde, menage: Menage) -> None:
    """Two workers, one home: the second one reads why, and keeps what was typed."""
    logement = add_logement(monde)
    add_entree(monde, add_menage(monde, nom="Petit"), logement)
    reponse = c.post(
        f"/occupations/entree/{menage.pk}/",
        {
            "logement": f"logement-{logement.pk}", "nature": "bail",
            "date_signature": "2026-11-01", "entree_le": "2026-11-05",
        },
    )  # fmt: skip
    assert reponse.status_code == 422
    assert 'value="2026-11-05"' in reponse.content.decode()


def test_correction(c: Client, monde: Monde, menage: Menage) -> None:
    occupation = add_entree(monde, menage, add_logement(monde), convention_id=None)
    adresse = f"/occupations/{occupation.pk}/corriger/"
    saisie = {
        "nature": "bail", "date_signature": "2026-09-01", "entree_le": "2026-09-01",
        "convention": monde.convention.pk, "est_relogement": "on", "loyer": "480",
        "charges": "35", "motif": "Convention oubliée", "version": "1",
    }  # fmt: skip
    assert c.post(adresse, {**saisie, "motif": ""}).status_code == 422
    page = c.post(adresse, saisie, follow=True).content.decode()
    assert monde.convention.reference in page


def test_liste_et_export(c: Client, monde: Monde, menage: Menage) -> None:
    add_entree(monde, menage, add_logement(monde))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "Lefèvre" in c.get("/occupations/").content.decode()
        return len(queries)

    count()  # what a first request alone reads
    before = count()
    for i in range(6):
        logement = add_logement(monde, adresse=f"{i} rue Basse")
        add_entree(monde, add_menage(monde, nom=f"Nom{i}"), logement, entree_le=date(2026, 10, 1))
    assert count() == before < 25
    assert "Nom5" in c.get("/occupations/").content.decode()
    assert "Nom5" not in c.get("/occupations/?q=lefevre").content.decode()
    assert "Aucune entrée ne correspond" in c.get("/occupations/?q=xyz").content.decode()
    csv = b"".join(export(c, "occupations", "?q=lefevre").streaming_content)
    assert csv.decode("utf-8-sig").count("\n") == 2
