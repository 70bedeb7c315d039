"""In session: examine, decide, correct, carry over; two secretaries at once."""

import threading

import pytest
from django.db import connection

from cariatide.commission.actions.agenda import inscribe_passages
from cariatide.commission.actions.decisions import (
    give_avis,
    postpone_passages,
    record_decision,
    start_passage,
    suspend_passage,
)
from cariatide.commission.actions.seances import (
    LignePresence,
    close_seance,
    record_presences,
)
from cariatide.commission.models import AvisMembre, Decision, Seance
from cariatide.commission.rules import RegleDeQuorum
from cariatide.commission.statuts import SensDecision, StatutPassage
from cariatide.journal.models import Evenement
from cariatide.menages.models import FaitParcours
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.commission.fabrique import (
    MOTIF,
    TYPE,
    FauxDossiers,
    add_dossier,
    add_instance,
    cases,
    decide,
    demain,
    hold,
    hold_with,
    inscribe,
    plan,
    register_faux,
)
from tests.distribution import JOUR, Monde, build_monde

pytestmark = pytest.mark.django_db


@pytest.fixture
def seance(monde: Monde, faux: FauxDossiers) -> Seance:
    """Open today, three cases on its agenda, two of its three members present."""
    return hold_with(monde, faux, "Carlier", "Okafor", "Petit")


def test_decision_reaches_its_case_the_journal_and_the_parcours(
    monde: Monde, faux: FauxDossiers, seance: Seance
) -> None:
    first, second, _ = cases(monde, seance)
    decision = decide(monde, first, conditions="- Signer le contrat\n", suivant=True)
    assert (decision.sens, decision.le, decision.auteur) == ("relogement", JOUR, "Dora Michel")
    prise = faux.dossiers[first.objet_id].decisions[0]
    assert (prise.sens, prise.motif, prise.seance_id) == ("relogement", MOTIF, seance.pk)
    assert faux.dossiers[first.objet_id].etat == "decide"
    first.refresh_from_db()
    assert first.statut == StatutPassage.DECIDE
    second.refresh_from_db()
    assert second.statut == StatutPassage.EN_COURS
    evenement = Evenement.objects.get(nom="decision.prise")
    assert evenement.menage_id == first.menage_id
    assert evenement.role == "secretariat"
    fait = FaitParcours.objects.visible_to(monde.perimetre("dora")).latest("id")
    assert (fait.titre, fait.date) == ("Décision : relogement", JOUR)


@pytest.mark.parametrize("sens", SensDecision.values)
def test_a_decision_without_reason_is_refused(monde: Monde, seance: Seance, sens: str) -> None:
    passage = cases(monde, seance)[0]
    with pytest.raises(ErreurMetier) as caught:
        decide(monde, passage, sens, motif="   ")
    assert "motif" in caught.value.champs
    assert not Decision.objects.visible_to(monde.perimetre("dora")).exists()


def test_unknown_direction_and_conditions_of_a_refusal(monde: Monde, seance: Seance) -> None:
    passage = cases(monde, seance)[0]
    with pytest.raises(ErreurMetier) as caught:
        decide(monde, passage, "accord")
    assert "sens" in caught.value.champs
    with pytest.raises(ErreurMetier) as caught:
        decide(monde, passage, "refus", conditions="Revenir")
    assert "conditions" in caught.value.champs


def test_without_quorum_a_case_is_seen_but_not_decided(monde: Monde, seance: Seance) -> None:
    record_presences(
        perimetre=monde.perimetre("dora"),
        seance_id=seance.pk,
        lignes=[LignePresence(monde.ccas.pk, "absent")],
    )
    passage = cases(monde, seance)[0]
    start_passage(perimetre=monde.perimetre("dora"), passage_id=passage.pk)
    for sens in SensDecision.values:
        with pytest.raises(ActeRefuse, match="quorum n’est pas atteint : il manque un membre"):
            decide(monde, passage, sens)
    record_presences(
        perimetre=monde.perimetre("dora"),
        seance_id=seance.pk,
        lignes=[LignePresence(monde.ccas.pk, "pouvoir", pouvoir_a_id=monde.prefecture.pk)],
    )
    assert decide(monde, passage).sens == "relogement"


def test_a_refusal_of_the_owner_cancels_everything(
    monde: Monde, faux: FauxDossiers, seance: Seance
) -> None:
    faux.refuse = "La saisine est close."
    passage = cases(monde, seance)[0]
    with pytest.raises(ActeRefuse, match="close"):
        decide(monde, passage)
    passage.refresh_from_db()
    assert (passage.statut, passage.version) == (StatutPassage.INSCRIT, 1)
    assert not Decision.objects.visible_to(monde.perimetre("dora")).exists()


def test_correction_in_session_is_traced_and_impossible_after(
    monde: Monde, faux: FauxDossiers, seance: Seance
) -> None:
    passage = cases(monde, seance)[0]
    decide(monde, passage)
    passage.refresh_from_db()
    decide(monde, passage, "ajournement", motif="Pièces manquantes sur les ressources.")
    evenement = Evenement.objects.get(nom="decision.corrigee")
    assert evenement.donnees["avant"]["sens"] == "relogement"
    assert evenement.donnees["apres"]["sens"] == "ajournement"
    assert faux.dossiers[passage.objet_id].etat == "ajourne"
    passage.refresh_from_db()
    assert passage.statut == StatutPassage.AJOURNE
    postpone_passages(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    with pytest.raises(ActeRefuse, match="n’est pas ouverte"):
        decide(monde, passage)


def test_one_case_under_examination_at_a_time(monde: Monde, seance: Seance) -> None:
    first, second, _ = cases(monde, seance)
    start_passage(perimetre=monde.perimetre("dora"), passage_id=first.pk)
    start_passage(perimetre=monde.perimetre("dora"), passage_id=second.pk)
    assert [p.statut for p in cases(monde, seance)] == ["inscrit", "en_cours", "inscrit"]
    suspend_passage(perimetre=monde.perimetre("dora"), passage_id=second.pk)
    assert [p.statut for p in cases(monde, seance)] == ["inscrit"] * 3
    # Turning pages does not invalidate what somebody is typing.
    assert [p.version for p in cases(monde, seance)] == [1, 1, 1]


def test_the_next_case_comes_round_to_those_left_aside(monde: Monde, seance: Seance) -> None:
    third = cases(monde, seance)[2]
    decide(monde, third, suivant=True)
    assert [p.statut for p in cases(monde, seance)] == ["en_cours", "inscrit", "decide"]


def test_postponed_case_goes_to_the_next_session_by_itself(
    monde: Monde, faux: FauxDossiers, seance: Seance
) -> None:
    suivante = plan(monde, seance.instance, demain(30))
    assert cases(monde, suivante) == []
    first, second, third = cases(monde, seance)
    decide(monde, first, "ajournement", motif="Pièces manquantes sur les ressources.")
    decide(monde, second)
    postpone_passages(perimetre=monde.perimetre("dora"), seance_id=seance.pk, passage_id=third.pk)
    close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    after = cases(monde, suivante)
    assert [(p.reference, p.reporte_de_id) for p in after] == [
        (first.reference, first.pk),
        (third.reference, third.pk),
    ]
    assert faux.dossiers[first.objet_id].etat == "inscrit"
    # A third session takes nothing: they are on an agenda already.
    assert cases(monde, plan(monde, seance.instance, demain(60))) == []


def test_without_next_session_they_wait_for_the_one_that_is_planned(
    monde: Monde, seance: Seance
) -> None:
    for passage in cases(monde, seance):
        decide(monde, passage, "ajournement", motif="Pièces manquantes sur les ressources.")
    close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    suivante = plan(monde, seance.instance, demain(20))
    assert len(cases(monde, suivante)) == 3


def test_close_needs_every_case_settled(monde: Monde, seance: Seance) -> None:
    with pytest.raises(ActeRefuse, match="3 dossiers ne sont ni décidés ni reportés"):
        close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    for passage in cases(monde, seance)[:2]:
        decide(monde, passage)
    with pytest.raises(ActeRefuse, match="Un dossier n’est ni décidé ni reporté"):
        close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    decide(monde, cases(monde, seance)[2])
    closed = close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    counts = (closed.quorum_requis, closed.quorum_presents, closed.quorum_membres)
    assert counts == (2, 2, 3)


def test_second_convocation_decides_the_same_agenda_without_quorum(
    monde: Monde, faux: FauxDossiers
) -> None:
    regle = RegleDeQuorum("nombre", nombre=3, seconde_convocation=True)
    instance = add_instance(monde, quorum=regle)
    first = plan(monde, instance)
    inscribe(monde, first, add_dossier(monde, faux))
    hold(monde, first, ("prefecture",))
    postpone_passages(perimetre=monde.perimetre("dora"), seance_id=first.pk)
    close_seance(perimetre=monde.perimetre("dora"), seance_id=first.pk)
    second = plan(monde, instance, demain(8), seconde_de_id=first.pk)
    inscribe(monde, second, add_dossier(monde, faux, "Nouveau"))
    hold(monde, second, ("prefecture",))
    ancien, nouveau = cases(monde, second)
    perimetre = monde.perimetre("dora", demain(8))
    values = {"perimetre": perimetre, "version": 1, "sens": "maintien", "motif": MOTIF}
    assert record_decision(passage_id=ancien.pk, **values).sens == "maintien"
    with pytest.raises(ActeRefuse, match="première convocation"):
        record_decision(passage_id=nouveau.pk, **values)


def test_second_convocation_needs_a_failed_first(monde: Monde, seance: Seance) -> None:
    with pytest.raises(ActeRefuse, match="sans quorum"):
        plan(monde, seance.instance, demain(8), seconde_de_id=seance.pk)


def test_provisional_orientation_is_ratified(monde: Monde, faux: FauxDossiers) -> None:
    add_dossier(monde, faux, urgent=True, provisoire="relogement")
    planned = plan(monde, add_instance(monde))
    [passage] = cases(monde, planned)
    assert (passage.urgent, passage.sens_provisoire) == (True, "relogement")
    hold(monde, planned)
    decide(monde, passage)
    fait = FaitParcours.objects.visible_to(monde.perimetre("dora")).latest("id")
    assert fait.titre == "Orientation provisoire ratifiée : relogement"


def test_only_the_secretariat_decides(monde: Monde, seance: Seance) -> None:
    passage = cases(monde, seance)[0]
    values = {"passage_id": passage.pk, "version": 1, "sens": "refus", "motif": MOTIF}
    with pytest.raises(ActeRefuse, match="secrétariat"):
        record_decision(perimetre=monde.perimetre("membre"), **values)
    for qui in ("alice", "charlie", "eve", "bob"):
        with pytest.raises((Introuvable, ActeRefuse)):
            record_decision(perimetre=monde.perimetre(qui), **values)
    passage.refresh_from_db()
    assert passage.statut == StatutPassage.INSCRIT


def test_a_member_gives_an_opinion_before_the_decision(monde: Monde, seance: Seance) -> None:
    passage = cases(monde, seance)[0]
    perimetre = monde.perimetre("membre")
    values = {"perimetre": perimetre, "passage_id": passage.pk}
    with pytest.raises(ErreurMetier, match="s’explique"):
        give_avis(organisation_id=monde.prefecture.pk, sens="reserve", **values)
    with pytest.raises(ActeRefuse, match="ne siège pas"):
        give_avis(organisation_id=monde.ccas.pk, sens="favorable", **values)
    give_avis(organisation_id=monde.prefecture.pk, sens="favorable", **values)
    give_avis(organisation_id=monde.prefecture.pk, sens="reserve", texte="Voir la dette", **values)
    avis = AvisMembre.objects.visible_to(perimetre).get()
    assert (avis.sens, avis.texte) == ("reserve", "Voir la dette")
    decide(monde, passage)
    with pytest.raises(ActeRefuse, match="un avis ne se donne plus"):
        give_avis(organisation_id=monde.prefecture.pk, sens="favorable", **values)


def test_stale_version_is_a_conflict(monde: Monde, seance: Seance) -> None:
    passage = cases(monde, seance)[0]
    decide(monde, passage, "maintien")
    with pytest.raises(ConflitDeVersion, match="Comparez"):
        decide(monde, passage, "refus", version=1)
    assert Decision.objects.visible_to(monde.perimetre("dora")).get().sens == "maintien"


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_deciding_at_once_one_wins() -> None:
    monde = build_monde()
    with register_faux() as faux:
        planned = plan(monde, add_instance(monde))
        inscribe(monde, planned, add_dossier(monde, faux))
        opened = hold(monde, planned)
        passage = cases(monde, opened)[0]
        perimetre = monde.perimetre("dora")
        barrier, results = threading.Barrier(2), []

        def secretary(sens: str) -> None:
            try:
                barrier.wait(60)
                record_decision(
                    perimetre=perimetre, passage_id=passage.pk, version=1, sens=sens, motif=MOTIF
                )
                results.append(sens)
            except ConflitDeVersion:
                results.append("conflit")
            finally:
                connection.close()

        threads = [threading.Thread(target=secretary, args=(s,)) for s in ("maintien", "refus")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(results) == 2
        assert results.count("conflit") == 1
        decision = Decision.objects.visible_to(perimetre).get()
        assert decision.sens in results
        assert len(faux.dossiers[passage.objet_id].decisions) == 1


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_inscribing_the_same_case_one_wins() -> None:
    monde = build_monde()
    with register_faux() as faux:
        instance = add_instance(monde)
        planned = plan(monde, instance)
        dossier = add_dossier(monde, faux)
        perimetre = monde.perimetre("dora")
        barrier, results = threading.Barrier(2), []

        def secretary() -> None:
            try:
                barrier.wait(60)
                inscribe_passages(
                    perimetre=perimetre,
                    seance_id=planned.pk,
                    dossiers=[(TYPE, dossier.menage_id)],
                )
                results.append("inscrit")
            except ErreurMetier:
                results.append("refus")
            finally:
                connection.close()

        threads = [threading.Thread(target=secretary) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert sorted(results) == ["inscrit", "refus"]
        assert len(cases(monde, planned)) == 1
