"""Pages of reorientations: who opens what, what each shows, refusals in words, list and export."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.mesures.models import Mesure, Reorientation
from cariatide.socle.pages.journee import blocs
from tests.distribution import JOUR
from tests.fichiers import export
from tests.mesures.conftest import Fabrique, reload
from tests.mesures.reorientations import EXPOSE, Ailleurs, fresh

pytestmark = pytest.mark.django_db
FERME = "Cet acte n’est pas ouvert pour le moment"
EQUIPE = {"alice", "collegue", "chef"}


@pytest.fixture(autouse=True)
def jour() -> Iterator[None]:
    with time_machine.travel(JOUR, tick=False):
        yield


@pytest.fixture
def ailleurs(fabrique: Fabrique) -> Ailleurs:
    return Ailleurs(fabrique)


def url(nom: str, pk: int) -> str:
    return reverse(f"mesures:{nom}", args=[pk])


def saisie(ailleurs: Ailleurs, **options: Any) -> dict[str, Any]:
    d = ailleurs.donnees()
    return {
        "convention": d.convention_id, "motif": d.motif_id, "synthese": d.synthese,
        "expose": d.expose, "avis_menage": "accord", "avis_le": JOUR.isoformat(), **options,
    }  # fmt: skip


def test_demander_depuis_la_mesure(ailleurs: Ailleurs, client_de: Any) -> None:
    mesure = ailleurs.active()
    monde = ailleurs.monde
    with client_de(monde.alice) as c:
        assert "Demander une réorientation" in c.get(url("detail", mesure.pk)).text
        page = c.get(url("reorienter", mesure.pk)).text
        assert "Conseil départemental de test. La mesure se poursuit" in page
        assert "Toits d’ailleurs · ASLL-AUTRE" in page
        vide = c.post(url("reorienter", mesure.pk), saisie(ailleurs, synthese=""))
        assert vide.status_code == 422 and EXPOSE in vide.text
        tout = saisie(ailleurs, version=reload(mesure).version)
        reponse = c.post(url("reorienter", mesure.pk), tout, follow=True)
        assert "qui en décide est averti." in reponse.text
        assert EXPOSE in reponse.text
        detail = c.get(url("detail", mesure.pk)).text
        assert "Vers Toits d’ailleurs" in detail and "Demander une réorientation" not in detail
        encore = c.get(url("reorienter", mesure.pk))
        assert encore.status_code == 409 and "déjà demandée" in encore.text
    with client_de(monde.collegue) as c:
        assert "Le référent de la mesure" in c.get(url("reorienter", mesure.pk)).text


def test_qui_ouvre_quoi(ailleurs: Ailleurs, client_de: Any) -> None:
    demande = ailleurs.demande(ailleurs.active())
    actes = {"accepter": {"financeur"}, "refuser": {"financeur"}, "renvoyer": {"financeur"},
             "retirer": EQUIPE, "completer": EQUIPE}  # fmt: skip
    for qui in ("alice", "chef", "financeur", "dora", "bob", "prescripteur", "technicien"):
        with client_de(ailleurs.monde.personnes[qui]) as c:
            page = c.get(url("reorientation", demande.pk))
            assert page.status_code == 200, qui
            assert (EXPOSE in page.text) == (qui in EQUIPE), qui
            for acte, ouvrent in actes.items():
                reponse = c.get(url(f"reorientation_{acte}", demande.pk))
                ouvert = 409 if acte == "completer" else 200
                assert reponse.status_code == (ouvert if qui in ouvrent else 403), (qui, acte)
                assert (FERME in reponse.text) == (reponse.status_code == 409)
    with client_de(ailleurs.monde.collegue) as c:
        # Of the team, not the référent: the page says so before anything is typed.
        assert url("reorientation_retirer", demande.pk) not in c.get(
            url("reorientation", demande.pk)
        ).text  # fmt: skip
        ferme = c.get(url("reorientation_retirer", demande.pk))
        assert ferme.status_code == 409 and "Le référent de la mesure" in ferme.text
    for qui in ("charlie", "chef_autre"):
        with client_de(ailleurs.monde.personnes[qui]) as c:
            assert c.get(url("reorientation", demande.pk)).status_code == 404
    with client_de() as c:
        assert c.get(url("reorientation", demande.pk)).status_code == 302


def test_accepter_depuis_les_decisions_attendues(ailleurs: Ailleurs, client_de: Any) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    financeur = ailleurs.fabrique.jour("financeur")
    (ligne,) = blocs.get("mesures.financeur").lignes(financeur)
    assert (ligne.titre, ligne.url) == (
        "Réorientation à décider", url("reorientation", demande.pk),
    )  # fmt: skip
    with client_de(ailleurs.monde.financeur) as c:
        assert ligne.url in c.get(reverse("mesures:decisions")).text
        sans = c.post(url("reorientation_accepter", demande.pk), {"motif": ""})
        assert sans.status_code == 422
        moitie = {"motif": "Situation conforme", "duree_mois": "6", "version": demande.version}
        assert "Indiquez l’intensité" in c.post(
            url("reorientation_accepter", demande.pk), moitie
        ).text  # fmt: skip
        tout = moitie | {"intensite": "moyenne"}
        reponse = c.post(url("reorientation_accepter", demande.pk), tout, follow=True)
        assert "les deux équipes et le prescripteur sont avertis" in reponse.text
        deux = c.post(url("reorientation_accepter", demande.pk), tout)
        assert deux.status_code == 409
        assert "À reprendre" in reponse.text and "Terme de la mesure" in reponse.text
        ancienne = c.get(url("detail", mesure.pk)).text
    nouvelle = fresh(Reorientation, demande.pk).nouvelle
    assert reload(nouvelle).statut == "accordee"
    assert f'Se poursuit par la mesure <a href="{url("detail", nouvelle.pk)}"' in ancienne
    assert "Réorientée le 22/11/2026" in ancienne and "droit commun" not in ancienne
    with client_de(ailleurs.monde.personnes["chef_autre"]) as c:
        page = c.get(url("detail", nouvelle.pk)).text
        assert f'À la suite de la mesure <a href="{url("detail", mesure.pk)}"' in page
        assert EXPOSE in c.get(url("reorientation", demande.pk)).text
        assert "Évaluer après la fin" not in c.get(url("detail", mesure.pk)).text
    assert Mesure.objects.unscoped(reason="test").filter(precedente_id=mesure.pk).count() == 1


def test_renvoyer_completer_retirer(ailleurs: Ailleurs, client_de: Any) -> None:
    demande = ailleurs.demande(ailleurs.active())
    with client_de(ailleurs.monde.financeur) as c:
        sans = c.post(url("reorientation_renvoyer", demande.pk), {"motif": " "})
        assert sans.status_code == 422 and "Ce qui manque" in sans.text
        envoi = {"motif": "Quel logement ?", "version": demande.version}
        c.post(url("reorientation_renvoyer", demande.pk), envoi)
    with client_de(ailleurs.monde.alice) as c:
        page = c.get(url("reorientation_completer", demande.pk)).text
        assert "À compléter" in page and "Quel logement" in page and EXPOSE in page
        complete = saisie(ailleurs, synthese="Un T2 suffit.", version=2)
        c.post(url("reorientation_completer", demande.pk), complete)
        assert fresh(Reorientation, demande.pk).statut == "demandee"
        # Who decides reads what it was sent back for, on the page; and what it is, above each act.
        assert "Renvoyée pour" in c.get(url("reorientation", demande.pk)).text
        assert "Un T2 suffit." in c.get(url("reorientation_retirer", demande.pk)).text
        perimee = {"motif": "Le ménage reste", "version": 1}
        assert c.post(url("reorientation_retirer", demande.pk), perimee).status_code == 409
        reponse = c.post(
            url("reorientation_retirer", demande.pk), perimee | {"version": 3}, follow=True
        )
        assert "la mesure se poursuit." in reponse.text
        assert "Le ménage reste" in reponse.text


def test_la_liste_filtre_et_s_exporte(
    ailleurs: Ailleurs, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    demande = ailleurs.demande(ailleurs.active(), avis_menage="refus")
    refusee = ailleurs.demande(ailleurs.active(nom="Moreau"))
    ailleurs.acte("financeur", "reject_reorientation", refusee, motif="Trop tôt")
    adresse = reverse("mesures:reorientations")
    with client_de(ailleurs.monde.financeur) as c:
        page = c.get(adresse).text
        assert "Lefèvre" in page and "Moreau" in page and "Pas d’accord" in page
        assert "Conseil départemental de test" in page
        for requete, vus in (
            ("statut=a_decider", {"Lefèvre"}), ("statut=refusee", {"Moreau"}),
            ("q=Moreau", {"Moreau"}), (f"q={demande.mesure.reference}", {"Lefèvre"}),
            ("dispositif=avdl", set()), ("depuis=2027-01-01", set()), ("statut=?", set()),
            (f"motif={demande.motif_id}", {"Lefèvre", "Moreau"}),
        ):  # fmt: skip
            texte = c.get(f"{adresse}?{requete}").text
            trouves = {n for n in ("Lefèvre", "Moreau") if f">{n}</a>" in texte}
            assert trouves == vus or requete == "statut=?", requete
        with django_assert_max_num_queries(15):
            c.get(adresse)
        lignes = b"".join(export(c, "reorientations").streaming_content).decode("utf-8-sig")
        assert "Un autre dispositif répond mieux à la situation" in lignes
        assert EXPOSE not in lignes and demande.synthese not in lignes
    with client_de(ailleurs.monde.charlie) as c:
        assert "Lefèvre" not in c.get(adresse).text
