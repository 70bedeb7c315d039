"""Pages of the post: what waits, the preview, one batch for two clicks, what the journal keeps."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.journal.models import Consultation
from cariatide.menages.models import Rattachement
from cariatide.poste.models import Envoi, FichierLot, LotPostal
from cariatide.poste.statuts import StatutLot
from tests.distribution import JOUR, Monde
from tests.fichiers import export
from tests.poste.fabrique import letter, post, prepare

pytestmark = pytest.mark.django_db
PREPARER, LISTE = reverse("poste:preparer"), reverse("poste:liste")


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def lots() -> Any:
    return LotPostal.objects.unscoped(reason="test")


def key_of(html: str) -> str:
    found = re.search(r'name="envoi" value="([^"]+)"', html)
    assert found
    return found[1]


def test_the_list_says_what_waits_and_why_it_stays_out(monde: Monde, client_de: Any) -> None:
    bon = letter(monde, titre="Rendez-vous du 3 décembre")
    sans = letter(monde, "Sans", rue=("À remettre par le référent du ménage",))
    with client_de(monde.chef) as c:
        html = c.get(LISTE).content.decode()
        assert bon.reference in html and sans.reference in html and "Maubeuge" in html
        assert "Sans adresse postale" in html
        filtre = c.get(LISTE, {"q": "decembre"}).content.decode()
        assert bon.reference in filtre and sans.reference not in filtre
        assert f"{PREPARER}?q=decembre" in filtre
        assert "Aucun courrier ne correspond" in c.get(LISTE, {"etat": "envoye"}).content.decode()
        csv = b"".join(export(c, "courriers-a-poster").streaming_content).decode("utf-8-sig")
    tete, *lignes = csv.splitlines()
    assert tete.startswith("Courrier;Référence;Ménage;Commune imprimée")
    assert len(lignes) == 2 and "Sans adresse postale" in csv and "22/11/2026" in csv


def test_its_queries_do_not_grow_with_the_letters(
    monde: Monde, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    for rang in range(3):
        letter(monde, f"Nom{rang}")
    with client_de(monde.chef) as c:
        c.get(LISTE)
        with django_assert_max_num_queries(14):
            c.get(LISTE)


def test_two_clicks_make_one_batch(monde: Monde, client_de: Any) -> None:
    un, deux = letter(monde), letter(monde, "Nguyen")
    with client_de(monde.chef) as c:
        html = c.get(PREPARER).content.decode()
        assert html.count("checked") == 2 and "Lefèvre" in html
        envoi = {"envoi": key_of(html), "documents": [un.pk], "recto_verso": "on"}
        faits = [c.post(PREPARER, envoi) for _ in range(2)]
        assert [r.status_code for r in faits] == [302, 302]
        lot = lots().get()
        assert {r["Location"] for r in faits} == {reverse("poste:lot", args=[lot.pk])}
        assert (lot.nombre, lot.recto_verso) == (1, True)
        pris = c.post(PREPARER, {"documents": [un.pk]})
        assert pris.status_code == 422 and "n’est plus à poster" in pris.content.decode()
        rien = c.post(PREPARER, {})
        assert rien.status_code == 422 and lots().count() == 1
        c.post(PREPARER, {"documents": [deux.pk]})
        assert lots().count() == 2
        assert c.get(PREPARER).status_code == 409, "nothing is left to post"


def test_a_batch_from_its_file_to_a_letter_that_comes_back(monde: Monde, client_de: Any) -> None:
    document = letter(monde)
    lot = prepare(monde, document)
    page = reverse("poste:lot", args=[lot.pk])
    with client_de(monde.chef) as c:
        html = c.get(page).content.decode()
        assert (
            document.reference in html and "Noter le lot posté" in html and "Annuler le lot" in html
        )
        fichier = c.get(reverse("poste:telecharger", args=[lot.pk]))
        assert fichier.content.startswith(b"%PDF") and "no-store" in fichier["Cache-Control"]
        assert f"lot-postal-{lot.reference}.pdf" in fichier["Content-Disposition"]
        lue = Consultation.objects.filter(route="poste:telecharger").get()
        assert (lue.menage_id, lue.objet_id) == (document.menage_id, document.pk)
        poster = reverse("poste:poster", args=[lot.pk])
        assert f"brouillons/lotpostal-{lot.pk}-poster/" in c.get(poster).content.decode()
        demain = (JOUR + timedelta(days=1)).isoformat()
        envoi = {"version": lot.version, "le": demain, "mode": "simple"}
        assert "à venir" in c.post(poster, envoi).content.decode()
        vieux = c.post(poster, {**envoi, "le": JOUR.isoformat(), "version": 1})
        assert vieux.status_code == 409
        assert c.post(poster, {**envoi, "le": JOUR.isoformat()}).status_code == 302
        assert c.get(poster).status_code == 409
        assert c.get(reverse("poste:annuler", args=[lot.pk])).status_code == 409
        courrier = Envoi.objects.unscoped(reason="test").get()
        retour = reverse("poste:noter_retour", args=[courrier.pk])
        assert c.get(retour).status_code == 200
        assert c.post(retour, {"motif": "npai", "le": JOUR.isoformat()}).status_code == 302
        assert c.get(retour).status_code == 409
        assert "N’habite pas" in c.get(page).content.decode()
        a_part = reverse("poste:noter_envoi", args=[document.pk])
        assert "Déjà revenu" in c.get(a_part).content.decode()
        assert c.post(a_part, {"mode": "main_propre", "le": JOUR.isoformat()}).status_code == 302
        assert c.get(a_part).status_code == 409
        remis = Envoi.objects.unscoped(reason="test").get(mode="main_propre")
        ferme = reverse("poste:noter_retour", args=[remis.pk])
        html = c.get(LISTE, {"etat": "envoye"}).content.decode()
        assert document.reference in html and ferme not in html, "what was handed over stays"
        dossier = c.get(reverse("menages:detail", args=[document.menage_id])).content.decode()
    for titre in ("Courrier posté", "Courrier revenu", "Courrier remis"):
        assert titre in dossier, titre


def test_given_up_from_its_page(monde: Monde, client_de: Any) -> None:
    lot = prepare(monde, letter(monde))
    annuler = reverse("poste:annuler", args=[lot.pk])
    with client_de(monde.chef) as c:
        assert c.get(annuler).status_code == 200
        assert c.post(annuler, {"version": lot.version}).status_code == 302
        assert "annulé" in c.get(reverse("poste:lot", args=[lot.pk])).content.decode()
        assert c.get(reverse("poste:telecharger", args=[lot.pk])).status_code == 404
        assert lot.reference in c.get(reverse("poste:lots")).content.decode()
    assert lots().get().statut == StatutLot.ANNULE


@pytest.mark.parametrize(
    ("qui", "statut"), [("charlie", 403), ("alice", 403), ("dora", 404), ("dpo", 403), ("eve", 403)]
)
def test_a_batch_of_another_organisation(
    monde: Monde, client_de: Any, qui: str, statut: int
) -> None:
    lot = post(monde, prepare(monde, letter(monde)))
    with client_de(getattr(monde, qui)) as c:
        for nom in ("lot", "telecharger", "poster", "annuler"):
            adresse = reverse(f"poste:{nom}", args=[lot.pk])
            assert c.get(adresse).status_code == statut, nom
    assert not Consultation.objects.filter(route__startswith="poste:").exists()


def test_a_letter_out_of_the_perimeter_closes_the_file(monde: Monde, client_de: Any) -> None:
    """The file is read by who reads each of its letters."""
    un, deux = letter(monde), letter(monde, "Nguyen")
    lot = prepare(monde, un, deux)
    Rattachement.objects.filter(menage_id=deux.menage_id).delete()
    with client_de(monde.chef) as c:
        refus = c.get(reverse("poste:telecharger", args=[lot.pk]))
        html = c.get(reverse("poste:lot", args=[lot.pk])).content.decode()
    assert refus.status_code == 409 and b"%PDF" not in refus.content
    assert "Nguyen" not in html and "Une de ses lettres n’est plus" in html
    assert FichierLot.objects.unscoped(reason="test").exists()
