"""Diagnosis and review: content by level, validation, documents by recipient."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import read_contexte
from cariatide.menages.models import FaitParcours
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesBilan
from cariatide.mesures.models import (
    Bilan,
    BilanContenu,
    DiagnosticSante,
    DiagnosticSocial,
    DiagnosticSocialContenu,
    Intervention,
    Mesure,
    Objectif,
)
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from tests.distribution import JOUR
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db
SECRET = "Suivi psychiatrique en cours"
SOCIAL = "Le couple se sépare"


def diagnostic(fabrique: Fabrique, mesure: Mesure) -> DiagnosticSocial:
    with fabrique.au_nom_de("alice") as perimetre:
        return actions.request_diagnostic(
            perimetre=perimetre, mesure_id=mesure.pk, motif="Initial", le=JOUR
        )


def test_a_diagnosis_step_by_step(fabrique: Fabrique) -> None:
    mesure = fabrique.accordee()
    pk = diagnostic(fabrique, mesure).pk
    with fabrique.au_nom_de("alice") as p:
        with pytest.raises(ActeRefuse, match="déjà en cours"):
            actions.request_diagnostic(perimetre=p, mesure_id=mesure.pk, motif="Bis", le=JOUR)
        with pytest.raises(ActeRefuse):
            actions.record_visite(perimetre=p, diagnostic_id=pk, le=JOUR)
        actions.propose_rdv(perimetre=p, diagnostic_id=pk, rdv_le=JOUR)
        actions.record_absence(perimetre=p, diagnostic_id=pk, le=JOUR)
        actions.propose_rdv(perimetre=p, diagnostic_id=pk, rdv_le=JOUR)
        with pytest.raises(ErreurMetier) as refus:
            actions.record_visite(perimetre=p, diagnostic_id=pk, le=date(2026, 5, 3))
        assert set(refus.value.champs) == {"le"}
        actions.record_visite(perimetre=p, diagnostic_id=pk, le=JOUR, duree_minutes=90)
        with pytest.raises(ErreurMetier) as refus:
            actions.finish_diagnostic(perimetre=p, diagnostic_id=pk)
        assert set(refus.value.champs) == {"preconisations"}
        actions.write_diagnostic(
            perimetre=p, diagnostic_id=pk, sante=SECRET,
            sections={"composition": SOCIAL, "preconisations": "- Ouvrir les droits\n- Appeler"},
        )  # fmt: skip
        actions.finish_diagnostic(perimetre=p, diagnostic_id=pk)
        with pytest.raises(ActeRefuse, match="rôle"):
            actions.validate_diagnostic(perimetre=p, diagnostic_id=pk)
    found = reload(DiagnosticSocial(pk=pk))
    assert (found.statut, found.tentatives, found.visite_le) == ("redige", 1, JOUR)
    presences = Intervention.objects.unscoped(reason="test").filter(mesure=mesure)
    assert sorted(presences.values_list("presence", flat=True)) == ["absent", "present"]
    with fabrique.au_nom_de("chef") as p:
        actions.validate_diagnostic(perimetre=p, diagnostic_id=pk)
        with pytest.raises(ActeRefuse, match="ne change plus"):
            actions.write_diagnostic(perimetre=p, diagnostic_id=pk, sections={"logement": "x"})
    with fabrique.au_nom_de("alice") as p:
        document = actions.issue_diagnostic(
            perimetre=p, diagnostic_id=pk, destinataires="CCAS de test"
        )
        texte = str(read_contexte(p, document))
        actions.record_suites(perimetre=p, diagnostic_id=pk, suites="Dossier ouvert")
    assert SOCIAL in texte
    assert "Ouvrir les droits" in texte
    assert SECRET not in texte
    assert document.niveau == 2
    assert reload(found).statut == "suites_donnees"


def test_sections_and_health_are_read_by_level(fabrique: Fabrique) -> None:
    mesure = fabrique.accordee()
    pk = fabrique.diagnostic_redige(mesure, JOUR).pk
    with fabrique.au_nom_de("alice") as p:
        actions.write_diagnostic(perimetre=p, diagnostic_id=pk, sections={}, sante=SECRET)
    for qui, social, sante in (
        ("alice", 1, 1), ("collegue", 1, 0), ("chef", 1, 1), ("technicien", 0, 0),
        ("financeur", 0, 0),
    ):  # fmt: skip
        with fabrique.au_nom_de(qui) as p:
            assert DiagnosticSocialContenu.objects.visible_to(p).count() == social
            assert DiagnosticSante.objects.visible_to(p).count() == sante
    with fabrique.au_nom_de("collegue") as p, pytest.raises(ActeRefuse, match="réservée"):
        actions.write_diagnostic(perimetre=p, diagnostic_id=pk, sections={}, sante="x")
    with fabrique.au_nom_de("alice") as p:
        actions.write_diagnostic(perimetre=p, diagnostic_id=pk, sections={}, sante="")
        assert not DiagnosticSante.objects.visible_to(p).exists()


def bilan(fabrique: Fabrique, mesure: Mesure, type_: str = "intermediaire") -> Bilan:
    with fabrique.au_nom_de("alice") as p:
        return actions.create_bilan(perimetre=p, mesure_id=mesure.pk, type_=type_, le=JOUR)


def test_a_review_is_prefilled_from_the_visits(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    fabrique.visite(mesure, date(2026, 6, 2), note="Budget\nrevu ensemble", personnelle="secret")
    fabrique.visite(mesure, date(2026, 7, 2), presence="absent")
    found = bilan(fabrique, mesure)
    with fabrique.au_nom_de("alice") as p:
        texte = BilanContenu.objects.visible_to(p).get(bilan=found).actions_menees
    assert "02/06/2026, Visite à domicile : Budget revu ensemble" in texte
    assert "02/07/2026, Visite à domicile, ménage absent" in texte
    assert "secret" not in texte
    assert found.du == DECISION
    with pytest.raises(ActeRefuse, match="déjà en préparation"):
        bilan(fabrique, mesure)


def test_the_period_of_a_review_follows_the_last(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    fabrique.bilan_valide(mesure, "intermediaire", date(2026, 8, 1))
    assert bilan(fabrique, mesure).du == date(2026, 8, 2)


def test_an_incomplete_review_is_not_submitted(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    objectif = Objectif.objects.unscoped(reason="test").get(mesure=mesure).pk
    found = bilan(fabrique, mesure)

    def submit(**donnees: Any) -> str:
        with fabrique.au_nom_de("alice") as p:
            actions.write_bilan(perimetre=p, bilan_id=found.pk, donnees=DonneesBilan(**donnees))
            try:
                actions.submit_bilan(perimetre=p, bilan_id=found.pk)
            except ErreurMetier as erreur:
                return next(iter(erreur.champs), "*")
        return ""

    assert submit() == "evolution"
    assert submit(evolution="a") == "conclusion"
    assert submit(evolution="a", conclusion="b") == "suite"
    complet = {"evolution": "a", "conclusion": "b", "suite": "poursuivre"}
    assert submit(**complet) == f"atteinte_{objectif}"
    with fabrique.au_nom_de("alice") as p, pytest.raises(ErreurMetier):
        actions.write_bilan(
            perimetre=p, bilan_id=found.pk, donnees=DonneesBilan(dette_actuelle=Decimal(-1))
        )
    assert submit(**complet, atteintes={objectif: 4}) == ""
    with fabrique.au_nom_de("alice") as p, pytest.raises(ActeRefuse, match="préparation"):
        actions.write_bilan(perimetre=p, bilan_id=found.pk, donnees=DonneesBilan())


def test_validation_sends_the_degrees_to_the_objectives(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    found = fabrique.bilan_valide(mesure, "intermediaire")
    objectif = Objectif.objects.unscoped(reason="test").get(mesure=mesure)
    assert (objectif.atteinte, objectif.statut) == (3, "en_cours")
    assert (found.statut, found.valide_par) == ("valide", "Claire Chevalier")


def test_a_review_sent_back_says_why(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    found = bilan(fabrique, mesure)
    Bilan.objects.unscoped(reason="test").filter(pk=found.pk).update(statut="soumis")
    with fabrique.au_nom_de("alice") as p, pytest.raises(ActeRefuse, match="rôle"):
        actions.send_back_bilan(perimetre=p, bilan_id=found.pk, motif="x")
    with fabrique.au_nom_de("chef") as p:
        with pytest.raises(ConflitDeVersion):
            actions.send_back_bilan(perimetre=p, bilan_id=found.pk, motif="x", version=9)
        actions.send_back_bilan(perimetre=p, bilan_id=found.pk, motif="Préciser la dette")
    found = reload(found)
    assert (found.statut, found.motif_renvoi) == ("brouillon", "Préciser la dette")


@pytest.mark.parametrize("qui", ["technicien", "financeur"])
def test_the_content_of_a_review_is_level_s(fabrique: Fabrique, qui: str) -> None:
    mesure = fabrique.active()
    fabrique.bilan_valide(mesure, "intermediaire")
    with fabrique.au_nom_de(qui) as p:
        assert Bilan.objects.visible_to(p).count() == 1
        assert BilanContenu.objects.visible_to(p).count() == 0


def test_each_recipient_reads_the_parts_meant_for_them(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    found = fabrique.bilan_valide(mesure, "intermediaire")
    values = {"bilan_id": found.pk, "bailleur": "Logis de test"}
    with fabrique.au_nom_de("alice") as p:
        with pytest.raises(ErreurMetier) as refus:
            actions.issue_bilan(perimetre=p, bilan_id=found.pk, destinataires=["bailleur"])
        assert set(refus.value.champs) == {"bailleur"}
        with pytest.raises(ErreurMetier):
            actions.issue_bilan(perimetre=p, destinataires=["voisin"], **values)
        papiers = actions.issue_bilan(
            perimetre=p, destinataires=["equipe", "menage", "financeur", "bailleur"], **values
        )
        textes = [str(read_contexte(p, d)) for d in papiers]
    assert [d.niveau for d in papiers] == [2, 2, 1, 1]
    narratif, synthese = "Le loyer est repris.", "Loyer repris depuis juillet."
    assert [narratif in t for t in textes] == [True, True, False, False]
    assert [synthese in t for t in textes] == [False, False, True, True]
    assert ["Reprendre le paiement" in t for t in textes] == [True, True, True, False]
    assert "Impayés et budget" in textes[3]
    assert reload(found).statut == "transmis"
    faits = FaitParcours.objects.unscoped(reason="test").filter(domaine="documents")
    assert faits.filter(menage_id=mesure.menage_id).count() == 4
    with fabrique.au_nom_de("financeur") as p:
        seen = DocumentEmis.objects.visible_to(p).order_by("pk")
        assert list(seen.values_list("pk", flat=True)) == [papiers[2].pk, papiers[3].pk]


def test_the_contract_takes_the_objectives_and_replaces_the_last(fabrique: Fabrique) -> None:
    mesure = fabrique.proposee()
    values: dict[str, Any] = {
        "mesure_id": mesure.pk, "debut": JOUR, "frequence": "Une visite par mois",
    }  # fmt: skip
    with fabrique.au_nom_de("alice") as p, pytest.raises(ActeRefuse, match="objectif"):
        actions.issue_contrat(perimetre=p, **values)
    fabrique.objectif(mesure, JOUR)
    with fabrique.au_nom_de("alice") as p:
        with pytest.raises(ErreurMetier) as refus:
            actions.issue_contrat(perimetre=p, **(values | {"frequence": ""}))
        assert set(refus.value.champs) == {"frequence"}
        premier = actions.issue_contrat(perimetre=p, **values)
        second = actions.issue_contrat(perimetre=p, **values)
        contexte = read_contexte(p, second)
    assert (premier.niveau, second.remplace_id) == (2, premier.pk)
    assert contexte["objectifs"][0]["intitule"] == "Reprendre le paiement du loyer"
    assert contexte["duree"] == "6 mois"
    assert "3 impasse du Moulin" in contexte["menage"]
    with fabrique.au_nom_de("technicien") as p, pytest.raises(ActeRefuse):
        actions.issue_contrat(perimetre=p, **values)
