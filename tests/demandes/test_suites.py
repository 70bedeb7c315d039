"""After the deposit: agenda, decision, emergency ratified, axis changed, carried out, closed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cariatide.commission.models import Instance
from cariatide.commission.ports import examinables
from cariatide.demandes import actions
from cariatide.demandes.models import Orientation, Reexamen, Saisine
from cariatide.demandes.queries import find_reexamen
from cariatide.demandes.statuts import StatutSaisine
from cariatide.journal.models import Evenement
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from tests.demandes.conftest import Depose, avance, decision, reload
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
URGENT = {"urgence": True, "motif_urgence": "Plafond effondré"}


@pytest.mark.parametrize(
    ("sens", "statut", "decidee"),
    [
        ("maintien", "orientee_maintien", True),
        ("relogement", "orientee_relogement", True),
        ("refus", "refusee", True),
        ("ajournement", "ajournee", False),
    ],
)
def test_a_decision_gives_state_date_history_and_event(
    monde: Monde, depose: Depose, sens: str, statut: str, decidee: bool
) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", sens)
    assert saisine.statut == statut
    assert (saisine.decidee_le, saisine.decision_sens) == ((JOUR, sens) if decidee else (None, ""))
    orientation = Orientation.objects.unscoped(reason="test").get()
    assert (orientation.sens, orientation.passage_id, orientation.provisoire) == (sens, 1, False)
    evenement = Evenement.objects.latest("id")
    assert evenement.donnees["apres"] == {"statut": statut, "sens": sens, "passage": 1}


def test_a_postponed_case_is_carried_over_then_decided(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", "ajournement")
    assert saisine.ajournements == 1
    avance(monde, saisine, "inscrite", passage=2)
    actions.leave_seance(perimetre=monde.perimetre("dora"), saisine_id=saisine.pk, passage_id=2)
    assert reload(saisine).statut == StatutSaisine.AJOURNEE
    saisine = avance(monde, saisine, "inscrite", "maintien", passage=3)
    assert saisine.statut == StatutSaisine.ORIENTEE_MAINTIEN
    assert Orientation.objects.unscoped(reason="test").count() == 2


def test_leaving_the_agenda_gives_back_the_state(monde: Monde, depose: Depose) -> None:
    dora = monde.perimetre("dora")
    for options, etape, statut in (
        ({"nom": "Un"}, "recevable", "recevable"),
        ({"nom": "Deux", **URGENT}, "provisoire", "orientee_provisoire"),
    ):
        saisine = avance(monde, depose(**options), etape, "inscrite")
        actions.leave_seance(perimetre=dora, saisine_id=saisine.pk, passage_id=1)
        assert reload(saisine).statut == statut


def test_a_refusal_ends_the_operators_reading(monde: Monde, depose: Depose) -> None:
    avance(monde, depose(), "recevable", "inscrite", "refus")
    demain = JOUR + timedelta(days=1)
    assert not Saisine.objects.visible_to(monde.perimetre("alice", demain)).exists()
    assert Saisine.objects.visible_to(monde.perimetre("prescripteur", demain)).exists()


def test_a_decision_needs_a_reason_and_the_secretariat(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite")
    with pytest.raises(ActeRefuse, match="motif"):
        actions.apply_decision(
            perimetre=monde.perimetre("dora"),
            saisine_id=saisine.pk,
            decision=decision("refus", motif=" "),
        )
    with pytest.raises(ActeRefuse, match="rôle"):
        actions.apply_decision(
            perimetre=monde.perimetre("alice"), saisine_id=saisine.pk, decision=decision("refus")
        )
    with pytest.raises(Introuvable):
        actions.apply_decision(
            perimetre=monde.perimetre("charlie"), saisine_id=saisine.pk, decision=decision("refus")
        )
    assert reload(saisine).statut == StatutSaisine.INSCRITE


@pytest.mark.parametrize("avant", ["maintien", "ajournement", "refus"])
@pytest.mark.parametrize("apres", ["relogement", "ajournement", "refus"])
def test_a_session_corrects_its_decision_before_its_close(
    monde: Monde, depose: Depose, avant: str, apres: str
) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", avant, apres)
    droite = avance(monde, depose(nom="Autre"), "recevable")
    droite = avance(monde, droite, "inscrite", apres, passage=2)
    for champ in ("statut", "decidee_le", "decision_sens", "ajournements"):
        assert getattr(saisine, champ) == getattr(droite, champ), champ
    orientation = Orientation.objects.unscoped(reason="test").get(saisine=saisine)
    assert orientation.sens == apres
    demain = monde.perimetre("alice", JOUR + timedelta(days=1))
    vue = Saisine.objects.visible_to(demain).filter(pk=saisine.pk).exists()
    assert vue is (apres != "refus")


def test_a_ratified_emergency_is_corrected_too_but_not_a_begun_measure(
    monde: Monde, depose: Depose
) -> None:
    urgente = avance(
        monde, depose(**URGENT), "provisoire", "mise_en_oeuvre", "inscrite", "relogement"
    )
    assert urgente.statut == StatutSaisine.EN_MISE_EN_OEUVRE
    assert avance(monde, urgente, "refus").statut == StatutSaisine.REFUSEE
    assert avance(monde, urgente, "maintien").statut == StatutSaisine.EN_MISE_EN_OEUVRE
    autre = avance(monde, depose(nom="Autre"), "recevable")
    autre = avance(monde, autre, "inscrite", "maintien", "mise_en_oeuvre", passage=2)
    with pytest.raises(ActeRefuse, match="La mise en œuvre a commencé"):
        avance(monde, autre, "refus", passage=2)


def test_a_session_before_the_saisine_does_not_examine_it(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable")
    with pytest.raises(ActeRefuse, match="ne peut pas l’examiner"):
        actions.enter_seance(
            perimetre=monde.perimetre("dora"), saisine_id=saisine.pk, passage_id=1,
            seance_le=saisine.date_saisine - timedelta(days=1),
        )  # fmt: skip


def test_carrying_out_twice_starts_once_and_ends_with_an_issue(
    monde: Monde, depose: Depose
) -> None:
    saisine = avance(
        monde, depose(), "recevable", "inscrite", "relogement", "mise_en_oeuvre", "mise_en_oeuvre"
    )
    assert saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE
    assert Evenement.objects.filter(nom="saisine.mise_en_oeuvre").count() == 1
    alice = monde.perimetre("alice")
    for champs in ({"issue": ""}, {"issue": "relogement", "le": JOUR + timedelta(days=1)}):
        with pytest.raises(ErreurMetier):
            actions.close_saisine(perimetre=alice, saisine_id=saisine.pk, **champs)
    saisine = avance(monde, saisine, "close", "close")
    assert (saisine.statut, saisine.issue, saisine.close_le) == ("close", "relogement", JOUR)
    assert (saisine.decidee_le, saisine.decision_sens) == (JOUR, "relogement")


def test_a_case_is_not_carried_out_before_its_decision(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable")
    with pytest.raises(ActeRefuse, match="pas possible dans l’état « Recevable »"):
        avance(monde, saisine, "mise_en_oeuvre")


@pytest.mark.parametrize(
    ("sens", "statut"),
    [("relogement", "en_mise_en_oeuvre"), ("refus", "refusee"), ("ajournement", "ajournee")],
)
def test_an_emergency_begins_at_once_and_follows_its_ratification(
    monde: Monde, depose: Depose, sens: str, statut: str
) -> None:
    saisine = avance(monde, depose(**URGENT), "provisoire", "mise_en_oeuvre")
    assert (saisine.statut, saisine.mise_en_oeuvre_le) == ("orientee_provisoire", JOUR)
    saisine = avance(monde, saisine, "inscrite", sens)
    assert saisine.statut == statut
    assert Orientation.objects.unscoped(reason="test").count() == 2


def test_the_axis_changes_by_a_new_decision_only(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", "maintien", "mise_en_oeuvre")
    alice, dora = monde.perimetre("alice"), monde.perimetre("dora")
    port = examinables.get("demandes.saisine")
    assert port.list_a_inscrire(saisine.instance_id or 0, dora) == []
    actions.request_changement_axe(
        perimetre=alice, saisine_id=saisine.pk, motif="Propriétaire opposé aux travaux.",
        version=saisine.version,
    )  # fmt: skip
    [ligne] = port.list_a_inscrire(saisine.instance_id or 0, dora)
    assert ligne.libelle == "Marchetti, changement d’axe"
    saisine = avance(monde, saisine, "inscrite", "ajournement", passage=2)
    assert saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE
    saisine = avance(monde, saisine, "inscrite", passage=3)
    assert port.list_a_inscrire(saisine.instance_id or 0, dora) == []
    refusee = avance(monde, saisine, "refus", passage=3)
    assert (refusee.statut, refusee.decision_sens) == ("en_mise_en_oeuvre", "maintien")
    saisine = avance(monde, saisine, "relogement", passage=3)
    assert (saisine.statut, saisine.decision_sens) == ("en_mise_en_oeuvre", "relogement")
    assert Reexamen.objects.unscoped(reason="test").get().accepte is True
    assert find_reexamen(alice, saisine.pk) is None
    with pytest.raises(ActeRefuse, match="qu’une fois"):
        actions.request_changement_axe(
            perimetre=alice, saisine_id=saisine.pk, motif="Encore", version=saisine.version
        )


def test_a_refused_change_of_axis_leaves_the_decision(monde: Monde, depose: Depose) -> None:
    saisine = avance(monde, depose(), "recevable", "inscrite", "maintien", "mise_en_oeuvre")
    actions.request_changement_axe(
        perimetre=monde.perimetre("alice"), saisine_id=saisine.pk, motif="x",
        version=saisine.version,
    )  # fmt: skip
    saisine = avance(monde, saisine, "inscrite", "refus", passage=2)
    assert (saisine.statut, saisine.decision_sens) == ("en_mise_en_oeuvre", "maintien")
    assert Evenement.objects.latest("id").nom == "saisine.axe_maintenu"


# -- port of commission ------------------------------------------------------------------------


def test_the_agenda_proposes_urgent_then_postponed_then_oldest(
    monde: Monde, depose: Depose, instance: Instance
) -> None:
    ancienne = depose(nom="Ancienne", date_saisine=JOUR - timedelta(days=30),
                      information_menage_le=JOUR - timedelta(days=31))  # fmt: skip
    ajournee = depose(nom="Ajournee")
    urgente = depose(nom="Urgente", **URGENT)
    depose(nom="Incomplete")
    avance(monde, ancienne, "recevable")
    avance(monde, ajournee, "recevable", "inscrite", "ajournement")
    avance(monde, urgente, "provisoire")
    lignes = examinables.get("demandes.saisine").list_a_inscrire(
        instance.pk, monde.perimetre("dora")
    )
    assert [x.libelle for x in lignes] == ["Urgente", "Ajournee", "Ancienne"]
    assert [x.ajourne for x in lignes] == [False, True, False]
    assert (lignes[0].provisoire, lignes[0].motif_urgence) == ("relogement", "Plafond effondré")
    assert lignes[2].origine == "CCAS de test"
    charlie = monde.perimetre("charlie")
    assert examinables.get("demandes.saisine").list_a_inscrire(instance.pk, charlie) == []


def test_the_synthesis_is_factual_and_within_the_perimeter(monde: Monde, depose: Depose) -> None:
    saisine = depose(pieces_recues=["identite"], **URGENT)
    port = examinables.get("demandes.saisine")
    with pytest.raises(Introuvable):
        port.synthese(saisine.pk, monde.perimetre("membre"))
    attach(
        menage_id=saisine.menage_id or 0, organisation_id=monde.prefecture.pk,
        niveau=Niveau.FACTUEL, motif=MotifRattachement.SEANCE, source=("commission.seance", 1),
        du=JOUR,
    )  # fmt: skip
    page = port.synthese(saisine.pk, monde.perimetre("membre"))
    faits = dict(page.faits)
    assert faits["Composition"] == "1 adulte, 1 enfant"
    assert faits["Commune"] == "Maubeuge (59)"
    assert faits["Motifs"] == "Logement non décent, Suroccupation"
    assert page.origine == "CCAS de test, Paul Prévost"
    assert page.alertes[0] == "Urgence : Plafond effondré"
    assert any(a.startswith("Pièces manquantes") for a in page.alertes)
    assert "séparé" not in repr(page)


def test_a_protected_address_is_in_no_synthesis(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    saisine.menage.adresse_protegee = True  # type: ignore[union-attr]
    saisine.menage.save()  # type: ignore[union-attr]
    page = examinables.get("demandes.saisine").synthese(saisine.pk, monde.perimetre("dora"))
    assert dict(page.faits)["Commune"] == "Adresse protégée"
    assert "Maubeuge" not in repr(page)


def test_the_database_refuses_a_state_without_its_date(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    every = Saisine.objects.unscoped(reason="test").filter(pk=saisine.pk)
    for champs in (
        {"statut": "orientee_maintien"},
        {"statut": "close"},
        {"statut": "irrecevable"},
        {"statut": "orientee_provisoire"},
        {"decidee_le": JOUR},
        {"information_menage_le": None},
        {"urgence": True},
        {"loyer": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            every.update(**champs)
