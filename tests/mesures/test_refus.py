"""An act closed on a diagnosis, a review or a renewal is said before its form is filled."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.mesures import actions
from cariatide.mesures.actions.suivi import DonneesObjectif
from cariatide.mesures.models import Renouvellement
from tests.distribution import JOUR
from tests.mesures.conftest import Fabrique, reload

pytestmark = pytest.mark.django_db
FERME = "Cet acte n’est pas ouvert pour le moment"


@pytest.fixture(autouse=True)
def jour() -> Iterator[None]:
    with time_machine.travel(JOUR, tick=False):
        yield


def see(c: Any, nom: str, pk: int) -> tuple[int, bool, str]:
    """Status, whether the act is closed, text of the page; a closed act asks nothing."""
    reponse = c.get(reverse(f"mesures:{nom}", args=[pk]))
    ferme = FERME in reponse.text
    assert ferme == ("data-formulaire" not in reponse.text)
    assert reponse.status_code == (409 if ferme else 200)
    return reponse.status_code, ferme, reponse.text


def closed(c: Any, noms: set[str], pk: int) -> set[str]:
    return {nom for nom in noms if see(c, nom, pk)[1]}


DIAGNOSTIC = {
    "diagnostic_proposer_rdv", "diagnostic_constater_visite", "diagnostic_constater_absence",
    "diagnostic_texte", "diagnostic_transmettre", "diagnostic_donner_suites",
}  # fmt: skip


def test_a_diagnosis_by_its_state(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.adheree()
    monde = fabrique.monde
    with client_de(monde.alice) as c:
        assert see(c, "diagnostic_nouveau", mesure.pk)[0] == 200
        diagnostic = fabrique.diagnostic_redige(mesure)
        assert "Un diagnostic est déjà en cours" in see(c, "diagnostic_nouveau", mesure.pk)[2]
        assert closed(c, DIAGNOSTIC, diagnostic.pk) == DIAGNOSTIC - {"diagnostic_texte"}
        with fabrique.au_nom_de("chef") as perimetre:
            actions.validate_diagnostic(perimetre=perimetre, diagnostic_id=diagnostic.pk)
        assert closed(c, DIAGNOSTIC, diagnostic.pk) == DIAGNOSTIC - {"diagnostic_transmettre"}
        assert "son texte ne change plus" in see(c, "diagnostic_texte", diagnostic.pk)[2]
        assert see(c, "diagnostic_nouveau", mesure.pk)[0] == 200
        version = reload(diagnostic).version
        reponse = c.post(
            reverse("mesures:diagnostic_texte", args=[diagnostic.pk]),
            {"logement": "Autre chose", "version": str(version)},
        )
    assert reponse.status_code == 409
    assert "Autre chose" in reponse.text, "what was typed can still be copied"
    assert reload(diagnostic).version == version


BILAN = {"bilan_rediger", "bilan_transmettre"}


def test_a_review_by_its_state(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.adheree()
    monde = fabrique.monde
    with client_de(monde.alice) as c, client_de(monde.chef) as chef:
        assert "(état" in see(c, "bilan_nouveau", mesure.pk)[2]
        fabrique.diagnostic_redige(mesure)
        with fabrique.au_nom_de("alice") as perimetre:
            actions.activate_mesure(perimetre=perimetre, mesure_id=mesure.pk, debut=JOUR)
            assert see(c, "bilan_nouveau", mesure.pk)[0] == 200
            bilan = actions.create_bilan(
                perimetre=perimetre, mesure_id=mesure.pk, type_="intermediaire", le=JOUR
            )
        assert "déjà en préparation" in see(c, "bilan_nouveau", mesure.pk)[2]
        assert closed(c, BILAN, bilan.pk) == {"bilan_transmettre"}
        assert see(chef, "bilan_renvoyer", bilan.pk)[1]
    mesure = fabrique.bilan_du(nom="Petit")
    bilan = fabrique.bilan_valide(mesure, "final")
    with client_de(monde.alice) as c:
        assert closed(c, BILAN, bilan.pk) == {"bilan_rediger"}
        with fabrique.au_nom_de("alice") as perimetre:
            actions.transmit_bilan(
                perimetre=perimetre, bilan_id=bilan.pk, destinataires="le financeur"
            )
        # Another version, for another recipient, stays open.
        assert closed(c, BILAN, bilan.pk) == {"bilan_rediger"}


def test_a_renewal_by_its_state(fabrique: Fabrique, client_de: Any) -> None:
    monde = fabrique.monde
    active = fabrique.active(nom="Petit")
    mesure = fabrique.bilan_du()
    fabrique.bilan_valide(mesure, "final", suite="renouveler")
    with client_de(monde.alice) as c, client_de(monde.financeur) as f, client_de(monde.chef) as h:
        assert "quand le bilan de fin" in see(c, "renouveler", active.pk)[2]
        assert see(c, "renouveler", mesure.pk)[0] == 200
        with fabrique.au_nom_de("alice") as perimetre:
            propose = actions.propose_renouvellement(
                perimetre=perimetre, mesure_id=mesure.pk, mois=3, motif="Dette en cours",
                derogation="Terme passé pendant l’examen",
                objectifs=[DonneesObjectif("Solder la dette", "impayes")],
            )  # fmt: skip
        assert "déjà proposé" in see(c, "renouveler", mesure.pk)[2]
        assert see(h, "renouvellement_refuser", propose.pk)[0] == 200, "the head sets it aside"
        # Not hers before the head of service validates it.
        assert see(f, "renouvellement_accorder", propose.pk)[1]
        assert see(f, "renouvellement_refuser", propose.pk)[1]
        with fabrique.au_nom_de("chef") as perimetre:
            actions.validate_renouvellement(perimetre=perimetre, renouvellement_id=propose.pk)
        assert see(f, "renouvellement_accorder", propose.pk)[0] == 200
        assert see(f, "renouvellement_refuser", propose.pk)[0] == 200
        with fabrique.au_nom_de("financeur") as perimetre:
            actions.refuse_renouvellement(
                perimetre=perimetre, renouvellement_id=propose.pk, motif="Enveloppe épuisée"
            )
        for nom in ("renouvellement_accorder", "renouvellement_refuser"):
            assert "n’est pas possible dans l’état" in see(f, nom, propose.pk)[2], nom
            reponse = f.post(
                reverse(f"mesures:{nom}", args=[propose.pk]),
                {"le": JOUR.isoformat(), "reference": "N° 1", "motif": "Encore"},
            )
            assert reponse.status_code == 409
    assert Renouvellement.objects.unscoped(reason="test").get().motif_refus == "Enveloppe épuisée"


def test_what_is_written_with_the_household_after_the_end(
    fabrique: Fabrique, client_de: Any
) -> None:
    mesure = fabrique.active()
    visite = fabrique.visite(mesure, JOUR)
    objectif = fabrique.objectif(mesure)
    pages = {"consigner": mesure.pk, "objectif": mesure.pk, "entretien": visite.pk,
             "modifier_objectif": objectif.pk}  # fmt: skip
    with client_de(fabrique.monde.alice) as c:
        for nom, pk in pages.items():
            assert see(c, nom, pk)[0] == 200, nom
        with fabrique.au_nom_de("alice") as perimetre:
            actions.request_bilan(perimetre=perimetre, mesure_id=mesure.pk)
        fabrique.bilan_valide(mesure, "final")
        with fabrique.au_nom_de("alice") as perimetre:
            actions.terminate_mesure(
                perimetre=perimetre, mesure_id=mesure.pk, le=JOUR, issue="maintien"
            )
        for nom, pk in pages.items():
            assert "a été terminée le 22/11/2026." in see(c, nom, pk)[2], nom
        assert see(c, "referent", mesure.pk)[1]
        assert see(c, "note", mesure.pk)[0] == 200, "a personal note may still be written"
        assert see(c, "suivi", mesure.pk)[0] == 200
