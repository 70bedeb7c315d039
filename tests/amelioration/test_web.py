"""Pages of works: who opens them, what they show, what they send."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cariatide.amelioration.models import FinancementTravaux, OperationTravaux
from cariatide.amelioration.queries import count_operations, list_operations
from cariatide.journal.models import Consultation
from cariatide.menages.models import Menage
from cariatide.parc.models import Logement
from tests.amelioration.exemples import add_financement, add_operation
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
    with client_de(monde.technicien) as client:
        yield client


def current(operation: OperationTravaux) -> OperationTravaux:
    return OperationTravaux.objects.unscoped(reason="test").get(pk=operation.pk)


def test_matrice(monde: Monde, menage: Menage, client_de: Any) -> None:
    logement = add_logement(monde)
    sans = add_financement(monde, add_operation(monde, logement), Decimal("12000"))
    avec = add_operation(monde, add_logement(monde, adresse="2 rue Haute"), menage=menage)
    ligne = FinancementTravaux.objects.unscoped(reason="test").get()
    ecriture = [
        f"/travaux/{sans.pk}/modifier/", f"/travaux/{sans.pk}/financement/",
        f"/travaux/{sans.pk}/financement/{ligne.pk}/",
    ]  # fmt: skip
    for qui, liste, page, avec_menage, ecrit, acte in (
        (None, 302, 302, 302, 302, 302),
        ("technicien", 200, 200, 200, 200, 200),
        ("chef", 200, 200, 200, 200, 200),
        ("alice", 200, 200, 200, 200, 403),
        ("bob", 200, 200, 404, 403, 403),
        ("financeur", 200, 200, 404, 403, 403),
        ("dora", 200, 404, 404, 403, 403),
        ("prescripteur", 200, 404, 404, 403, 403),
        ("charlie", 200, 404, 404, 404, 403),
        ("membre", 403, 403, 403, 403, 403),
        ("dpo", 403, 403, 403, 403, 403),
        ("eve", 403, 403, 403, 403, 403),
    ):
        with client_de(monde.personnes[qui] if qui else None) as c:
            assert c.get("/travaux/").status_code == liste, qui
            ouverte = {200: 200, 302: 302, 403: 404}[liste]
            assert export(c, "travaux").status_code == ouverte, qui
            assert c.get(f"/travaux/{sans.pk}/").status_code == page, qui
            assert c.get(f"/travaux/{avec.pk}/").status_code == avec_menage, qui
            assert {c.get(a).status_code for a in ecriture} == {ecrit}, qui
            assert c.get(f"/travaux/{sans.pk}/abandonner/").status_code == acte, qui
    with client_de(monde.technicien) as c:
        assert c.get(f"/travaux/{sans.pk}/financement/{ligne.pk}/retirer/").status_code == 405
        assert c.get(f"/travaux/{avec.pk}/financement/{ligne.pk}/").status_code == 404


def test_etude_depuis_un_logement(c: Client, monde: Monde) -> None:
    logement = add_logement(monde)
    adresse = f"/travaux/nouvelle/{logement.pk}/"
    assert "Ouvrir une étude de travaux" in c.get(f"/logements/{logement.pk}/").content.decode()
    saisie = {
        "convention": monde.convention.pk, "finalite": "production", "maitre_ouvrage": "communal",
        "objet": "Salle d’eau adaptée", "etudiee_le": "2026-11-02", "logement_adapte": "on",
        "cout": "15 400,50",
    }  # fmt: skip
    assert c.post(adresse, {**saisie, "fin_prevue": "2026-10-01"}).status_code == 422
    assert c.post(adresse, {**saisie, "cout": "quinze mille"}).status_code == 422
    page = c.post(adresse, saisie, follow=True).content.decode()
    operation = OperationTravaux.objects.unscoped(reason="test").get()
    assert operation.cout == Decimal("15400.50")
    assert "Le plan de financement ne couvre pas le coût" in page
    assert "Salle d’eau adaptée" in c.get(f"/logements/{logement.pk}/").content.decode()


def test_etude_pour_un_menage(client_de: Any, monde: Monde, menage: Menage) -> None:
    """The home of the household joins the stock, or is found when it is already there."""
    adresse = f"/travaux/menage/{menage.pk}/"
    with client_de(monde.alice) as c:
        assert "3 impasse du Moulin" in c.get(adresse).content.decode()
        saisie = {
            "convention": monde.convention.pk, "maitre_ouvrage": "proprietaire_occupant",
            "objet": "Chaudière", "etudiee_le": "2026-11-02", "adresse": "3 impasse du Moulin",
            "code_postal": "59600", "commune": "Maubeuge", "type": "t4",
            "categorie": "prive_libre",
        }  # fmt: skip
        # A refused study leaves no home behind.
        assert c.post(adresse, {**saisie, "etudiee_le": "2027-01-01"}).status_code == 422
        assert not Logement.objects.unscoped(reason="test").exists()
        assert c.post(adresse, saisie).status_code == 302
        operation = OperationTravaux.objects.unscoped(reason="test").get()
        assert (operation.menage_id, operation.finalite) == (menage.pk, "maintien")
        assert Consultation.objects.filter(menage_id=menage.pk).exists()
        page = c.get(f"/menages/{menage.pk}/").content.decode()
        assert "Chaudière" in page
        assert f'href="/occupations/entree/{menage.pk}/"' in page
        assert f'href="{adresse}"' in page
        loge = add_menage(monde, nom="Petit")
        logement = add_logement(monde)
        add_entree(monde, loge, logement)
        reponse = c.get(f"/travaux/menage/{loge.pk}/", follow=True)
        assert reponse.redirect_chain == [(f"/travaux/nouvelle/{logement.pk}/", 302)]
        assert "Petit" in reponse.content.decode()


def test_vie_des_travaux(c: Client, monde: Monde, menage: Menage) -> None:
    logement = add_logement(monde)
    operation = add_operation(monde, logement)
    base = f"/travaux/{operation.pk}/"
    ferme = c.get(f"{base}financer/")
    assert ferme.status_code == 409
    assert "Cet acte n’est pas ouvert pour le moment" in ferme.content.decode()
    assert f'href="{base}">Revenir au dossier' in ferme.content.decode()
    saisie = {
        "nature": "subvention", "financeur": monde.departement.pk, "sollicite": "20000",
        "version": "1",
    }  # fmt: skip
    assert c.post(f"{base}financement/", {**saisie, "accorde": "20000"}).status_code == 422
    page = c.post(f"{base}financement/", saisie, follow=True).content.decode()
    assert "Attendue" in page
    ligne = FinancementTravaux.objects.unscoped(reason="test").get()
    reponse = {**saisie, "accorde": "20000", "reponse_le": "2026-05-04", "version": "2"}
    assert c.post(f"{base}financement/{ligne.pk}/", reponse).status_code == 302
    for acte, plus in (
        ("financer", {}), ("commencer", {"fin_prevue": "2026-11-10"}),
        ("achever", {"reserves": "Joints à reprendre"}),
    ):  # fmt: skip
        saisie = {"le": "2026-06-01", "version": current(operation).version, **plus}
        assert c.post(f"{base}{acte}/", {**saisie, "le": "2027-01-01"}).status_code == 422
        assert c.post(f"{base}{acte}/", saisie).status_code == 302
    page = c.get(base).content.decode()
    assert "Joints à reprendre" in page
    assert "Aucune entrée d’un ménage n’est enregistrée" in page
    add_entree(monde, menage, logement)
    assert "est entré dans ce logement le 01/09/2026" in c.get(f"{base}louer/").content.decode()
    saisie = {"version": current(operation).version}
    page = c.post(f"{base}louer/", saisie, follow=True).content.decode()
    assert "Logement loué" in page
    assert current(operation).louee_le == date(2026, 9, 1)
    ferme = c.get(f"{base}modifier/")
    assert ferme.status_code == 409
    assert "Des travaux achevés ou abandonnés ne se modifient plus." in ferme.content.decode()


def test_modifier_retirer_abandonner(c: Client, monde: Monde) -> None:
    operation = add_financement(monde, add_operation(monde, add_logement(monde)))
    base = f"/travaux/{operation.pk}/"
    ligne = FinancementTravaux.objects.unscoped(reason="test").get()
    retirer = f"{base}financement/{ligne.pk}/retirer/"
    assert c.post(retirer, {"version": "1"}).status_code == 409
    assert c.post(retirer, {"version": "2"}).status_code == 302
    saisie = {"objet": "Toiture neuve", "maitre_ouvrage": "prive", "cout": "9000", "version": "3"}
    assert c.post(f"{base}modifier/", {**saisie, "version": "1"}).status_code == 409
    assert c.post(f"{base}modifier/", saisie).status_code == 302
    assert c.post(f"{base}abandonner/", {"le": "2026-11-20", "version": "4"}).status_code == 422
    saisie = {"le": "2026-11-20", "motif": "Vente du bien", "version": "4"}
    page = c.post(f"{base}abandonner/", saisie, follow=True).content.decode()
    assert "Vente du bien" in page


def test_le_total_accorde_de_chaque_operation(monde: Monde) -> None:
    """Two lines of one plan make one row of the list, and one of its tab."""
    deux = add_operation(monde, add_logement(monde))
    add_financement(monde, deux)
    add_financement(monde, current(deux), Decimal("1500"))
    aucune = add_operation(monde, add_logement(monde, adresse="8 rue Haute"))
    perimetre = monde.perimetre("technicien")
    rows = list_operations(perimetre, {}).values_list("pk", "total_accorde")
    assert dict(rows) == {deux.pk: Decimal("21500"), aucune.pk: None}
    assert len(rows) == sum(count_operations(perimetre, {}).values()) == 2


def test_liste_et_export(c: Client, monde: Monde) -> None:
    operation = add_operation(monde, add_logement(monde), "en_travaux", objet="Lot unique")

    def count(adresse: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "Lot unique" in c.get(adresse).content.decode()
        return len(queries)

    c.get("/travaux/")  # what a first request alone reads
    before = {a: count(a) for a in ("/travaux/", f"/travaux/{operation.pk}/")}
    for i in range(8):
        logement = add_logement(monde, adresse=f"{i} rue Basse")
        add_operation(monde, logement, "financee" if i else "etudiee", objet=f"Lot {i}")
    assert {a: count(a) for a in before} == before
    assert max(before.values()) < 28
    assert "Lot 0" not in c.get("/travaux/?statut=financee").content.decode()
    assert "Aucuns travaux ne correspondent" in c.get("/travaux/?q=xyz").content.decode()
    csv = b"".join(export(c, "travaux", "?statut=financee").streaming_content)
    assert csv.decode("utf-8-sig").count("\n") == 8
