"""The saisine before the real engine of sessions: agenda, decision, correction, postponement."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from cariatide.commission.actions.agenda import inscribe_passages, remove_passage
from cariatide.commission.actions.decisions import postpone_passages, record_decision
from cariatide.commission.actions.seances import DonneesSeance, close_seance, plan_seance
from cariatide.commission.models import Instance, Passage, Seance
from cariatide.demandes.actions import deposit_saisine
from cariatide.demandes.models import Saisine
from cariatide.demandes.queries import build_fiche
from cariatide.menages.models import FaitParcours
from cariatide.socle.contexte import ouvre_transaction
from tests.commission.fabrique import add_instance, hold
from tests.demandes.conftest import Depose, avance, donnees_saisine, reload
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
MOTIF = "Logement trop petit, aucun agrandissement possible."


@pytest.fixture
def tenue(monde: Monde) -> Iterator[tuple[Monde, Instance]]:
    """An instance with members and a quorum, in the secretary's transaction."""
    with ouvre_transaction(monde.perimetre("dora")):
        yield monde, add_instance(monde)


def recevable(monde: Monde, nom: str = "Marchetti") -> Saisine:
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        saisine = deposit_saisine(perimetre=perimetre, donnees=donnees_saisine(monde, nom=nom))
    return avance(monde, saisine, "recevable")


def plan(monde: Monde, instance: Instance, dans: int = 0) -> Seance:
    return plan_seance(
        perimetre=monde.perimetre("dora"),
        instance_id=instance.pk,
        donnees=DonneesSeance(le=JOUR + timedelta(days=dans), heure=time(9, 30), lieu="Salle"),
    )


def inscribe(monde: Monde, seance: Seance, saisine: Saisine) -> Passage:
    [passage] = inscribe_passages(
        perimetre=monde.perimetre("dora"),
        seance_id=seance.pk,
        dossiers=[("demandes.saisine", saisine.pk)],
    )
    return passage


def decide(monde: Monde, passage: Passage, sens: str) -> None:
    passage = Passage.objects.find_visible(monde.perimetre("dora"), passage.pk)
    record_decision(
        perimetre=monde.perimetre("dora"), passage_id=passage.pk, version=passage.version,
        sens=sens, motif=MOTIF,
    )  # fmt: skip


def test_from_the_agenda_to_a_corrected_decision(tenue: tuple[Monde, Instance]) -> None:
    monde, instance = tenue
    saisine = recevable(monde)
    seance = plan(monde, instance)
    assert not Saisine.objects.visible_to(monde.perimetre("membre")).exists()
    passage = inscribe(monde, seance, saisine)
    assert reload(saisine).statut == "inscrite"
    assert Saisine.objects.visible_to(monde.perimetre("membre")).exists()
    hold(monde, seance)
    decide(monde, passage, "refus")
    assert reload(saisine).statut == "refusee"
    decide(monde, passage, "relogement")
    decidee = reload(saisine)
    assert (decidee.statut, decidee.decidee_le) == ("orientee_relogement", JOUR)
    fiche = build_fiche(monde.perimetre("dora"), saisine.pk)
    assert [o.sens for o in fiche.orientations] == ["relogement"]
    titres = [f.titre for f in fiche.faits]
    assert "Décision corrigée en séance : relogement" in titres
    assert "Inscrit à l’ordre du jour du 22/11/2026" in titres


def test_each_step_of_a_session_is_one_line_of_the_parcours(
    tenue: tuple[Monde, Instance],
) -> None:
    monde, instance = tenue
    saisine = recevable(monde)
    lignes = FaitParcours.objects.unscoped(reason="test").filter(menage_id=saisine.menage_id)
    before = lignes.count()
    seance = plan(monde, instance)
    passage = inscribe(monde, seance, saisine)
    assert lignes.count() == before + 1
    hold(monde, seance)
    decide(monde, passage, "maintien")
    assert lignes.count() == before + 2


def test_what_is_not_examined_or_postponed_enters_the_next_session(
    tenue: tuple[Monde, Instance],
) -> None:
    monde, instance = tenue
    ajournee, reportee = recevable(monde, "Ajournee"), recevable(monde, "Reportee")
    seance = plan(monde, instance)
    passages = [inscribe(monde, seance, s) for s in (ajournee, reportee)]
    hold(monde, seance)
    decide(monde, passages[0], "ajournement")
    postpone_passages(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    assert (reload(ajournee).statut, reload(reportee).statut) == ("ajournee", "recevable")
    close_seance(perimetre=monde.perimetre("dora"), seance_id=seance.pk)
    suivante = plan(monde, instance, dans=30)
    assert {reload(s).statut for s in (ajournee, reportee)} == {"inscrite"}
    passage = Passage.objects.visible_to(monde.perimetre("dora")).get(
        seance=suivante, objet_id=ajournee.pk
    )
    remove_passage(
        perimetre=monde.perimetre("dora"), passage_id=passage.pk, motif="À compléter avant."
    )
    assert reload(ajournee).statut == "ajournee"


def test_an_emergency_is_on_the_agenda_of_the_session_already_planned(
    monde: Monde, depose: Depose, instance: Instance
) -> None:
    """The nearest one, and only once; the orientation is carried out meanwhile."""
    plan(monde, instance, 20)
    proche = plan(monde, instance, 7)
    saisine = avance(monde, depose(urgence=True, motif_urgence="Péril"), "provisoire")
    assert saisine.statut == "inscrite"
    [passage] = Passage.objects.unscoped(reason="test").filter(objet_id=saisine.pk)
    assert (passage.seance_id, passage.sens_provisoire) == (proche.pk, "relogement")
    assert avance(monde, saisine, "mise_en_oeuvre").mise_en_oeuvre_le == JOUR


def test_an_emergency_enters_the_next_session_as_soon_as_it_is_planned(
    monde: Monde, depose: Depose, instance: Instance
) -> None:
    saisine = avance(monde, depose(urgence=True, motif_urgence="Péril"), "provisoire")
    calme = avance(monde, depose(nom="Calme"), "recevable")
    assert saisine.statut == "orientee_provisoire"
    seance = plan(monde, instance, 7)
    passages = Passage.objects.unscoped(reason="test").filter(seance_id=seance.pk)
    assert [(p.objet_id, p.sens_provisoire) for p in passages] == [(saisine.pk, "relogement")]
    assert reload(saisine).statut == "inscrite"
    assert reload(calme).statut == "recevable"
