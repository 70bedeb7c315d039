"""Pages of homes and offers: who opens them, what they show, what they send."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cariatide.journal.models import Consultation
from cariatide.parc.journee import OffresAVisiter
from cariatide.parc.models import DiagnosticTechnique, Logement, OffreLogement, Propriete
from tests.distribution import JOUR, Monde
from tests.fichiers import export
from tests.parc.exemples import add_logement, add_offre, add_proprietaire

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour() -> Any:
    with time_machine.travel(JOUR):
        yield


@pytest.fixture
def c(monde: Monde, client_de: Any) -> Any:
    with client_de(monde.technicien) as client:
        yield client


def adresses(logement: Logement, offre: OffreLogement) -> list[str]:
    base = f"/logements/{logement.pk}/"
    return [
        base, f"{base}modifier/", f"{base}proprietaire/", f"{base}offre/",
        f"/offres/{offre.pk}/", f"/offres/{offre.pk}/visiter/", f"/offres/{offre.pk}/ecarter/",
    ]  # fmt: skip


# Their files: tests/matrices/test_listes.py.
LISTES = ["/logements/", "/offres/"]


def test_matrice(monde: Monde, client_de: Any) -> None:
    logement = add_logement(monde)
    objets = adresses(logement, add_offre(monde, logement))
    for qui, liste, objet in (
        (None, 302, 302), ("technicien", 200, 200), ("alice", 200, 200), ("chef", 200, 200),
        ("charlie", 200, 404), ("bob", 403, 403), ("prescripteur", 403, 403),
        ("membre", 403, 403), ("dpo", 403, 403), ("administratrice", 403, 403), ("eve", 403, 403),
    ):  # fmt: skip
        with client_de(monde.personnes[qui] if qui else None) as c:
            assert {c.get(a).status_code for a in LISTES} == {liste}, qui
            assert {c.get(a).status_code for a in objets} == {objet}, qui
    with client_de(monde.alice) as c:  # the diagnosis is the technician's act
        assert c.get(f"/logements/{logement.pk}/diagnostic/").status_code == 403


def test_creation(c: Client, monde: Monde) -> None:
    saisie = {
        "adresse": "5 place Verte", "code_postal": "59600", "commune": "Maubeuge",
        "type": "t2", "categorie": "prive_libre", "loyer": "410,50", "surface": "48",
    }  # fmt: skip
    refus = c.post("/logements/nouveau/", {**saisie, "commune": "Mau", "code_postal": "596"})
    assert refus.status_code == 422
    assert "Un code postal a cinq chiffres." in refus.content.decode()
    reponse = c.post("/logements/nouveau/", saisie, follow=True)
    page = reponse.content.decode()
    logement = Logement.objects.visible_to(monde.perimetre("technicien")).get()
    assert reponse.redirect_chain == [(f"/logements/{logement.pk}/", 302)]
    assert (str(logement.loyer), logement.commune_id) == ("410.50", monde.commune.pk)
    assert "5 place Verte" in page
    assert "410,50" in page
    assert "Aucun technicien n’a encore visité ce logement." in page
    doublon = c.post("/logements/nouveau/", saisie)
    assert doublon.status_code == 422
    assert logement.reference in doublon.content.decode()


def test_modification_concurrente(c: Client, monde: Monde) -> None:
    logement = add_logement(monde)
    saisie = {
        "adresse": logement.adresse, "code_postal": "59600", "commune": "Maubeuge",
        "type": "t4", "categorie": "communal", "version": "1",
    }  # fmt: skip
    adresse = f"/logements/{logement.pk}/modifier/"
    assert c.post(adresse, saisie).status_code == 302
    conflit = c.post(adresse, {**saisie, "type": "t5"})
    assert conflit.status_code == 409
    assert "entre-temps" in conflit.content.decode()
    assert c.post(adresse, {**saisie, "version": "²"}).status_code == 409
    assert Logement.objects.unscoped(reason="test").get().type == "t4"


def test_proprietaire_nouveau_ou_connu(c: Client, monde: Monde) -> None:
    logement = add_logement(monde)
    connu = add_proprietaire(monde, nom="SCI Connue", nature="sci")
    adresse = f"/logements/{logement.pk}/proprietaire/"
    for saisie in (
        {"du": "2020-01-01"},
        {"du": "2020-01-01", "proprietaire": connu.pk, "nom": "x"},
    ):
        assert c.post(adresse, {**saisie, "version": "1"}).status_code == 422
    saisie = {"du": "2019-01-01", "nature": "commune", "nom": "Commune de Test", "version": "1"}
    assert c.post(adresse, saisie).status_code == 302
    # A refused change leaves no owner behind.
    refus = c.post(adresse, {**saisie, "du": "2018-01-01", "nom": "Fantôme", "version": "2"})
    assert refus.status_code == 422
    assert "Fantôme" not in [
        p.proprietaire.nom
        for p in Propriete.objects.unscoped(reason="t").select_related("proprietaire")
    ]
    assert c.post(adresse, {"du": "2022-05-01", "proprietaire": connu.pk, "version": "2"}).url
    page = c.get(f"/logements/{logement.pk}/").content.decode()
    assert "SCI Connue" in page
    assert "du 01/01/2019 au 30/04/2022" in page
    modifier = f"/proprietaires/{connu.pk}/modifier/?logement={logement.pk}"
    assert "SCI Connue" in c.get(modifier).content.decode()
    saisie = {"nature": "sci", "nom": "SCI Renommée", "version": "1"}
    assert c.post(modifier, saisie).url == f"/logements/{logement.pk}/"


def test_diagnostic(c: Client, monde: Monde) -> None:
    logement = add_logement(monde)
    adresse = f"/logements/{logement.pk}/diagnostic/"
    assert "Non examiné" in c.get(adresse).content.decode()
    saisie = {
        "visite_le": "2026-11-20", "etat_toiture": "mauvais", "note_toiture": "Tuiles manquantes",
        "etat_gaz": "dangereux", "cout_estime": "18000",
    }  # fmt: skip
    refus = c.post(adresse, saisie)
    assert refus.status_code == 422
    assert "Dites en quoi cet élément est dangereux." in refus.content.decode()
    assert c.post(adresse, {**saisie, "note_gaz": "Odeur de gaz"}).status_code == 302
    page = c.get(f"/logements/{logement.pk}/").content.decode()
    assert "1 élément dangereux, 1 élément en mauvais état" in page
    assert "Odeur de gaz" in page
    assert DiagnosticTechnique.objects.unscoped(reason="test").get().technicien == "Théo Tisserand"


def test_vie_d_une_offre(c: Client, monde: Monde) -> None:
    logement = add_logement(monde)
    reponse = c.post(
        f"/logements/{logement.pk}/offre/",
        {"reperee_le": "2026-11-02", "convention": monde.convention.pk, "source": "Mairie"},
        follow=True,
    )
    assert "Enregistrer la visite" in reponse.content.decode()
    offre = OffreLogement.objects.unscoped(reason="test").get()
    ferme = c.get(f"/offres/{offre.pk}/capter/")
    assert ferme.status_code == 409
    assert "n’est pas possible dans l’état «\u00a0Repérée\u00a0»" in ferme.content.decode()
    assert f'href="/offres/{offre.pk}/">Revenir au dossier' in ferme.content.decode()
    for numero, acte in enumerate(("visiter", "retenir"), start=1):
        saisie = {"le": "2026-11-10", "version": numero}
        assert c.post(f"/offres/{offre.pk}/{acte}/", saisie).status_code == 302
    page = c.get(f"/offres/{offre.pk}/").content.decode()
    assert "Enregistrez d’abord le propriétaire du logement." in page
    add_proprietaire(monde, logement)
    saisie = {"le": "2026-11-12", "version": 3}
    page = c.post(f"/offres/{offre.pk}/capter/", saisie, follow=True).content.decode()
    assert "Le logement est capté" in page
    assert c.post(f"/offres/{offre.pk}/ecarter/", saisie).status_code == 409


def test_ecarter_demande_un_motif(c: Client, monde: Monde) -> None:
    offre = add_offre(monde, add_logement(monde))
    adresse = f"/offres/{offre.pk}/ecarter/"
    assert c.post(adresse, {"le": "2026-11-10", "version": 1}).status_code == 422
    saisie = {"le": "2026-11-10", "version": 1, "motif": "Trop humide"}
    assert "Trop humide" in c.post(adresse, saisie, follow=True).content.decode()


def test_listes_et_exports(c: Client, monde: Monde) -> None:
    logement = add_logement(monde)
    add_offre(monde, logement, "ecarter")
    page = c.get("/logements/?commune=Maubeuge&type=t3").content.decode()
    assert "12 rue de l’Église" in page
    assert "Écartée" in page
    assert "Aucun logement ne correspond" in c.get("/logements/?type=t6").content.decode()
    bloc = c.get("/offres/?statut=ecartee", headers={"HX-Request": "true"}).content.decode()
    assert "Loyer trop élevé" in bloc
    assert "<html" not in bloc
    csv = b"".join(export(c, "offres").streaming_content).decode("utf-8-sig")
    assert logement.reference in csv
    assert "Loyer trop élevé" in csv
    csv = b"".join(export(c, "logements").streaming_content).decode("utf-8-sig")
    assert csv.count("\n") == 2
    assert Consultation.objects.filter(libelle__startswith="Export").count() == 2


def test_le_nombre_de_requetes_ne_depend_pas_des_lignes(c: Client, monde: Monde) -> None:
    offre = add_offre(monde, add_logement(monde))

    def count(adresse: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert c.get(adresse).status_code == 200
        return len(queries)

    c.get("/logements/")  # what a first request alone reads
    before = {a: count(a) for a in ("/logements/", "/offres/", f"/offres/{offre.pk}/")}
    for i in range(12):
        add_offre(monde, add_logement(monde, adresse=f"{i} rue Basse"))
    assert {a: count(a) for a in before} == before
    assert max(before.values()) < 25


def test_ma_journee_du_technicien(monde: Monde, django_assert_num_queries: Any) -> None:
    perimetre = monde.perimetre("technicien")
    add_offre(monde, add_logement(monde), "visiter")
    a_voir = add_offre(monde, add_logement(monde, adresse="9 rue du Lac"), le=date(2026, 10, 2))
    with django_assert_num_queries(1):
        lignes = OffresAVisiter().lignes(perimetre)
    assert [(x.titre, x.url) for x in lignes] == [
        ("T3, 9 rue du Lac", f"/offres/{a_voir.pk}/visiter/")
    ]
    assert OffresAVisiter().lignes(monde.perimetre("charlie")) == []
