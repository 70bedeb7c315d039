"""Référent, suspension, review due, renewal, end, follow-up."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cariatide.bareme.models import ParametreLocal
from cariatide.demandes.models import Saisine
from cariatide.echeances.models import Echeance
from cariatide.menages.models import Rattachement
from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesObjectif
from cariatide.mesures.models import Mesure, Objectif, Renouvellement, SuiviPosterieur, Suspension
from cariatide.mesures.tasks import run_daily
from cariatide.partenaires.models import Organisation
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.dates import add_months
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import Niveau, perimetre_systeme
from tests.distribution import JOUR
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db
NOUVEL_OBJECTIF = DonneesObjectif("Tenir le plan d’apurement", "impayes")


def due(mesure: Mesure, code: str) -> tuple[date, str]:
    e = Echeance.objects.unscoped(reason="test").get(objet_id=mesure.pk, code=code)
    return e.due_le, e.statut


# -- référent --------------------------------------------------------------------------------


def test_a_transfer_moves_rights_and_delays(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    monde = fabrique.monde
    with fabrique.au_nom_de("collegue") as perimetre, pytest.raises(ActeRefuse, match="chef"):
        actions.assign_referent(
            perimetre=perimetre, mesure_id=mesure.pk, referent_id=monde.collegue.pk
        )
    with fabrique.au_nom_de("chef") as perimetre:
        for intrus in (monde.charlie, monde.technicien):
            with pytest.raises(ErreurMetier, match="équipe d’accompagnement"):
                actions.assign_referent(
                    perimetre=perimetre, mesure_id=mesure.pk, referent_id=intrus.pk
                )
        actions.assign_referent(
            perimetre=perimetre, mesure_id=mesure.pk, referent_id=monde.collegue.pk
        )
    niveaux = [find_niveau(fabrique.jour(q), mesure.menage_id) for q in ("alice", "collegue")]
    assert niveaux == [Niveau.SOCIAL, Niveau.CONFIDENTIEL]
    echeance = Echeance.objects.unscoped(reason="test").get(code="mesure.fin")
    assert echeance.utilisateur_id == monde.collegue.pk


def test_a_referent_hands_over_their_own_measure(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    with fabrique.au_nom_de("alice") as perimetre:
        actions.assign_referent(
            perimetre=perimetre, mesure_id=mesure.pk, referent_id=fabrique.monde.collegue.pk
        )
    assert reload(mesure).referent_id == fabrique.monde.collegue.pk


def test_a_measure_follows_a_new_decision_on_its_axis(fabrique: Fabrique, client_de: Any) -> None:
    mesure = fabrique.active()
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="Aucune"):
        actions.follow_axe(perimetre=perimetre, mesure_id=mesure.pk)
    Saisine.objects.unscoped(reason="test").filter(pk=mesure.saisine_id).update(
        decision_sens="relogement"
    )
    with client_de(fabrique.monde.alice) as c:
        page = c.get(reverse("mesures:detail", args=[mesure.pk])).text
        assert "Suivre le nouvel axe\u00a0: relogement" in page
        url = reverse("mesures:suivre_axe", args=[mesure.pk])
        assert c.post(url, {"version": str(mesure.version)}).status_code == 302
    assert reload(mesure).axe == "relogement"


# -- suspension ------------------------------------------------------------------------------


def suspend(fabrique: Fabrique, mesure: Mesure, du: date, **options: Any) -> Mesure:
    values = {"motif": "hospitalisation", "au_prevu": du + timedelta(days=30)} | options
    with fabrique.au_nom_de("alice") as perimetre:
        return actions.suspend_mesure(perimetre=perimetre, mesure_id=mesure.pk, du=du, **values)


def test_no_suspension_without_a_local_maximum(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    with pytest.raises(ActeRefuse, match="durée maximale"):
        suspend(fabrique, mesure, JOUR)


def test_suspension_and_resumption(fabrique: Fabrique) -> None:
    fabrique.fixe_suspension(3)
    mesure = fabrique.active()
    du = date(2026, 9, 1)
    with pytest.raises(ErreurMetier) as refus:
        suspend(fabrique, mesure, du, au_prevu=date(2026, 12, 2))
    assert "3 mois" in refus.value.champs["au_prevu"]
    suspend(fabrique, mesure, du)
    assert reload(mesure).statut == "suspendue"
    assert due(mesure, "mesure.reprise") == (date(2026, 10, 1), "ouverte")
    fabrique.visite(mesure, JOUR)
    with fabrique.au_nom_de("alice") as perimetre:
        with pytest.raises(ErreurMetier):
            actions.resume_mesure(perimetre=perimetre, mesure_id=mesure.pk, le=date(2026, 8, 31))
        actions.resume_mesure(perimetre=perimetre, mesure_id=mesure.pk, le=date(2026, 10, 1))
    assert reload(mesure).statut == "active"
    assert due(mesure, "mesure.reprise")[1] == "faite"
    with pytest.raises(ErreurMetier) as refus:
        suspend(fabrique, mesure, date(2026, 9, 15))
    assert set(refus.value.champs) == {"du"}
    suspend(fabrique, mesure, date(2026, 10, 1))


def test_the_database_refuses_overlapping_suspensions(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    common = {"menage_id": mesure.menage_id, "mesure": mesure, "motif": "detention"}
    Suspension.objects.create(du=date(2026, 6, 1), au_prevu=date(2026, 7, 1), **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(du=date(2026, 9, 1), au_prevu=date(2026, 9, 9), **common)


# -- review due ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jour", "statut"), [(date(2026, 10, 3), "active"), (date(2026, 10, 4), "bilan_du")]
)
def test_the_daily_job_marks_reviews_due(fabrique: Fabrique, jour: date, statut: str) -> None:
    mesure = fabrique.active(mois=6)
    assert mesure.fin_prevue == date(2026, 11, 3)
    with ouvre_transaction(perimetre_systeme("test", jour), systeme="test"):
        run_daily(jour)
        run_daily(jour)
    assert reload(mesure).statut == statut


def test_each_commanditaire_has_its_own_alert(fabrique: Fabrique) -> None:
    mesure = fabrique.active(mois=6)
    jour = date(2026, 9, 4)  # sixty days before its term
    perimetre = perimetre_systeme("test", jour)

    def fix(organisation: Organisation) -> None:
        ParametreLocal.objects.create(
            code="bilan.alerte",
            organisation_id=organisation.pk,
            valeur=60,
            du=jour,
            motif="Règlement",
        )

    with ouvre_transaction(perimetre, systeme="test"):
        fix(fabrique.monde.ccas)
        assert actions.mark_bilans_dus(jour, perimetre) == 0
        fix(mesure.convention.commanditaire)
        assert actions.mark_bilans_dus(jour, perimetre) == 1
    assert reload(mesure).statut == "bilan_du"


# -- renewal ---------------------------------------------------------------------------------


def propose(
    fabrique: Fabrique, mesure: Mesure, qui: str = "alice", **options: Any
) -> Renouvellement:
    values = {"mois": 6, "motif": "Plan en cours", "objectifs": [NOUVEL_OBJECTIF]} | options
    with fabrique.au_nom_de("alice") as perimetre:
        return actions.propose_renouvellement(perimetre=perimetre, mesure_id=mesure.pk, **values)


def grant(fabrique: Fabrique, r: Renouvellement, qui: str = "financeur", **options: Any) -> Mesure:
    values = {"le": JOUR, "reference": "N-2"} | options
    with fabrique.au_nom_de(qui) as perimetre:
        return actions.grant_renouvellement(perimetre=perimetre, renouvellement_id=r.pk, **values)


def test_a_renewal_goes_through_three_people(fabrique: Fabrique) -> None:
    mesure = fabrique.bilan_du(convention=fabrique.convention_asll(), mois=9)
    with pytest.raises(ErreurMetier) as refus:
        propose(fabrique, mesure)
    assert set(refus.value.champs) == {"bilan"}
    fabrique.bilan_valide(mesure, "intermediaire", JOUR, suite="renouveler")
    with pytest.raises(ErreurMetier) as refus:
        propose(fabrique, mesure, objectifs=[])
    assert set(refus.value.champs) == {"objectif_1"}
    renouvellement = propose(fabrique, mesure)
    assert renouvellement.fin_apres == date(2027, 8, 3)
    with pytest.raises(ActeRefuse, match="déjà proposé"):
        propose(fabrique, mesure)
    with pytest.raises(ActeRefuse):
        grant(fabrique, renouvellement)
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="rôle"):
        actions.validate_renouvellement(perimetre=perimetre, renouvellement_id=renouvellement.pk)
    with fabrique.au_nom_de("chef") as perimetre:
        actions.validate_renouvellement(perimetre=perimetre, renouvellement_id=renouvellement.pk)
    with pytest.raises(ActeRefuse, match="rôle"):
        grant(fabrique, renouvellement, qui="chef")
    grant(fabrique, renouvellement)
    found = reload(mesure)
    assert (found.statut, found.fin_prevue) == ("renouvelee", date(2027, 8, 3))
    assert due(mesure, "mesure.fin") == (date(2027, 8, 3), "ouverte")
    assert due(mesure, "mesure.bilan") == (date(2027, 8, 3), "ouverte")
    assert Objectif.objects.unscoped(reason="test").filter(renouvellement=renouvellement).exists()


def test_a_renewal_past_the_term_or_the_maximum_needs_a_derogation(fabrique: Fabrique) -> None:
    mesure = fabrique.bilan_du(convention=fabrique.convention_asll(), mois=6)
    assert mesure.fin_prevue == date(2026, 11, 3)
    fabrique.bilan_valide(mesure, "intermediaire", JOUR)
    with pytest.raises(ErreurMetier) as refus:
        propose(fabrique, mesure)
    assert "dépassé" in refus.value.champs["derogation"]
    with pytest.raises(ErreurMetier) as refus:
        propose(fabrique, mesure, mois=13)
    assert "19 mois, pour 18" in refus.value.champs["derogation"]
    renouvellement = propose(fabrique, mesure, mois=13, derogation="Hospitalisation longue")
    with fabrique.au_nom_de("chef") as perimetre:
        actions.validate_renouvellement(perimetre=perimetre, renouvellement_id=renouvellement.pk)
    grant(fabrique, renouvellement)
    assert reload(mesure).fin_prevue == date(2027, 12, 3)


def test_the_term_may_pass_while_the_funder_thinks(fabrique: Fabrique) -> None:
    mesure = fabrique.bilan_du(mois=7)
    fabrique.bilan_valide(mesure, "intermediaire", JOUR)
    renouvellement = propose(fabrique, mesure)
    with fabrique.au_nom_de("chef") as perimetre:
        actions.validate_renouvellement(perimetre=perimetre, renouvellement_id=renouvellement.pk)
    late = date(2026, 12, 10)
    with fabrique.au_nom_de("financeur", late) as perimetre:
        with pytest.raises(ErreurMetier) as refus:
            actions.grant_renouvellement(
                perimetre=perimetre, renouvellement_id=renouvellement.pk, le=late, reference="N"
            )
        assert set(refus.value.champs) == {"derogation"}
        actions.grant_renouvellement(
            perimetre=perimetre, renouvellement_id=renouvellement.pk, le=late, reference="N",
            derogation="Instruction longue",
        )  # fmt: skip
    assert reload(renouvellement).derogation == "Instruction longue"


@pytest.mark.parametrize("qui", ["chef", "financeur"])
def test_a_refused_renewal_gives_up_its_objectives(fabrique: Fabrique, qui: str) -> None:
    mesure = fabrique.bilan_du(mois=12)
    fabrique.bilan_valide(mesure, "intermediaire", JOUR)
    renouvellement = propose(fabrique, mesure)
    if qui == "financeur":
        with fabrique.au_nom_de("chef") as perimetre:
            actions.validate_renouvellement(
                perimetre=perimetre, renouvellement_id=renouvellement.pk
            )
    with fabrique.au_nom_de(qui) as perimetre:
        with pytest.raises(ErreurMetier):
            actions.refuse_renouvellement(
                perimetre=perimetre, renouvellement_id=renouvellement.pk, motif=" "
            )
        actions.refuse_renouvellement(
            perimetre=perimetre, renouvellement_id=renouvellement.pk, motif="Objectifs atteints"
        )
    assert reload(renouvellement).statut == "refuse"
    statut = Objectif.objects.unscoped(reason="test").get(renouvellement=renouvellement).statut
    assert statut == "abandonne"
    assert reload(mesure).statut == "bilan_du"
    propose(fabrique, mesure)


# -- end and follow-up -----------------------------------------------------------------------


def test_the_end_needs_a_validated_final_review(fabrique: Fabrique) -> None:
    mesure = fabrique.bilan_du()
    values = {"mesure_id": mesure.pk, "le": JOUR, "issue": "maintien"}
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="bilan final"):
        actions.terminate_mesure(perimetre=perimetre, **values)
    fabrique.bilan_valide(mesure, "final")
    with fabrique.au_nom_de("alice") as perimetre:
        with pytest.raises(ErreurMetier) as refus:
            actions.terminate_mesure(perimetre=perimetre, **(values | {"issue": "relais"}))
        assert set(refus.value.champs) == {"relais"}
        actions.terminate_mesure(perimetre=perimetre, **values)
    found = reload(mesure)
    assert (found.statut, found.terminee_le, found.issue) == ("terminee", JOUR, "maintien")
    saisine = reload(found.saisine)
    assert (saisine.statut, saisine.issue, saisine.close_le) == ("close", "maintien", JOUR)
    assert due(mesure, "mesure.fin")[1] == "faite"
    assert due(mesure, "mesure.suivi_6") == (add_months(JOUR, 6), "ouverte")
    assert due(mesure, "mesure.suivi_12") == (add_months(JOUR, 12), "ouverte")


def follow(fabrique: Fabrique, mesure: Mesure, mois: int, le: date, **options: Any) -> Mesure:
    values = {"contact": "telephone", "maintien": "oui"} | options
    with fabrique.au_nom_de("alice", le) as perimetre:
        return actions.record_suivi(
            perimetre=perimetre, mesure_id=mesure.pk, mois=mois, le=le, **values
        )


def test_follow_up_at_6_and_12_months_evaluates(fabrique: Fabrique) -> None:
    mesure = fabrique.terminee()
    with pytest.raises(ErreurMetier, match="à partir du"):
        follow(fabrique, mesure, 6, JOUR)
    six, douze = add_months(JOUR, 6), add_months(JOUR, 12)
    follow(fabrique, mesure, 6, six)
    assert reload(mesure).statut == "terminee"
    assert due(mesure, "mesure.suivi_6")[1] == "faite"
    with pytest.raises(ErreurMetier, match="déjà faite"):
        follow(fabrique, mesure, 6, six)
    follow(fabrique, mesure, 12, douze, maintien="inconnu", contact="jamais_contacte")
    assert reload(mesure).statut == "evaluee"
    found = SuiviPosterieur.objects.unscoped(reason="test").order_by("mois")
    assert list(found.values_list("mois", "maintien")) == [(6, "oui"), (12, "inconnu")]
    links = Rattachement.objects.filter(source_type="mesures.mesure", source_id=mesure.pk)
    assert {link.au for link in links} == {douze}


def test_nobody_is_called_after_a_death(fabrique: Fabrique) -> None:
    mesure = fabrique.terminee(issue="deces")
    codes = Echeance.objects.unscoped(reason="test").filter(objet_id=mesure.pk, statut="ouverte")
    assert not codes.exists()
    with pytest.raises(ErreurMetier):
        follow(fabrique, mesure, 6, add_months(JOUR, 6))


def test_a_final_review_during_a_suspension_ends_it(fabrique: Fabrique) -> None:
    fabrique.fixe_suspension()
    mesure = fabrique.active()
    suspend(fabrique, mesure, date(2026, 11, 1))
    fabrique.bilan_valide(mesure, "final")
    assert reload(mesure).statut == "bilan_du"
    assert Suspension.objects.unscoped(reason="test").get().au == JOUR


def test_state_and_dates_cannot_disagree(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    rows = Mesure.objects.unscoped(reason="test").filter(pk=mesure.pk)
    for change in (
        {"statut": "terminee"},
        {"debut": None},
        {"terminee_le": JOUR},
        {"contrat": "a_signer", "contrat_signe_le": None},
        {"contrat_signe_le": None},
        {"debut": DECISION - timedelta(days=1)},
        {"fin_prevue": DECISION},
        {"duree_mois": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
