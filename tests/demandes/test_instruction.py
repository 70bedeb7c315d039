"""Acts of the secretariat: pieces, admissibility, emergency, end before a decision."""

from datetime import timedelta

import pytest

from cariatide.demandes import actions
from cariatide.demandes.models import Orientation, Saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.demandes.conftest import Depose, avance, pieces_of, reload
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
DANS_QUINZE_JOURS = JOUR + timedelta(days=15)


def _request(monde: Monde, saisine: Saisine, *codes: str, qui: str = "dora", **options: object):  # type: ignore[no-untyped-def]
    valeurs = {"attendue_le": DANS_QUINZE_JOURS, "codes": codes} | options
    return actions.request_pieces(perimetre=monde.perimetre(qui), saisine_id=saisine.pk, **valeurs)


def test_missing_pieces_are_asked_for_with_a_delay_then_received(
    monde: Monde, depose: Depose
) -> None:
    saisine = depose(pieces_recues=["identite", "composition"])
    _request(monde, saisine, "ressources", "occupation", "identite")
    pieces = pieces_of(saisine)
    assert {c for c, p in pieces.items() if p.demandee_le == JOUR} == {"ressources", "occupation"}
    echeance = Echeance.objects.unscoped(reason="test").get()
    assert (echeance.due_le, echeance.organisation_id, echeance.utilisateur_id) == (
        DANS_QUINZE_JOURS, monde.ccas.pk, monde.prescripteur.pk,
    )  # fmt: skip
    prescripteur = monde.perimetre("prescripteur")
    for code in ("ressources", "occupation"):
        actions.receive_piece(
            perimetre=prescripteur, saisine_id=saisine.pk, piece_id=pieces[code].pk, recue_le=JOUR
        )
    echeance.refresh_from_db()
    assert echeance.statut == "faite"
    noms = list(Evenement.objects.order_by("id").values_list("nom", flat=True))
    assert noms[-3:] == [
        "saisine.pieces_demandees", "saisine.piece_recue", "saisine.pieces_completes",
    ]  # fmt: skip
    assert avance(monde, saisine, "recevable").recevable_le == JOUR


def test_a_saisine_without_its_pieces_is_not_admissible(monde: Monde, depose: Depose) -> None:
    saisine = depose(pieces_recues=["identite", "composition", "ressources"])
    with pytest.raises(ActeRefuse, match="Bail, quittance"):
        avance(monde, saisine, "recevable")
    assert reload(saisine).statut == StatutSaisine.DEPOSEE


def test_a_piece_noted_by_mistake_is_taken_back(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    piece = pieces_of(saisine)["identite"]
    actions.receive_piece(
        perimetre=monde.perimetre("dora"), saisine_id=saisine.pk, piece_id=piece.pk, recue_le=None
    )
    assert pieces_of(saisine)["identite"].recue_le is None


@pytest.mark.parametrize(
    ("options", "champ"),
    [
        ({"attendue_le": JOUR - timedelta(days=1)}, "attendue_le"),
        ({"codes": ()}, "pieces"),
        ({"codes": ("identite",)}, "pieces"),
    ],
)
def test_a_request_of_pieces_is_checked(
    monde: Monde, depose: Depose, options: dict[str, object], champ: str
) -> None:
    with pytest.raises(ErreurMetier) as refus:
        _request(monde, depose(), **options)
    assert champ in refus.value.champs


def test_pieces_are_of_that_saisine_not_in_the_future_and_not_for_others(
    monde: Monde, depose: Depose
) -> None:
    une, autre = depose(nom="Un"), depose(nom="Deux")
    dora = monde.perimetre("dora")
    with pytest.raises(Introuvable):
        actions.receive_piece(
            perimetre=dora, saisine_id=une.pk, recue_le=JOUR,
            piece_id=pieces_of(autre)["identite"].pk,
        )  # fmt: skip
    with pytest.raises(ErreurMetier):
        actions.receive_piece(
            perimetre=dora, saisine_id=une.pk, recue_le=JOUR + timedelta(days=1),
            piece_id=pieces_of(une)["identite"].pk,
        )  # fmt: skip
    with pytest.raises(ActeRefuse):
        actions.receive_piece(
            perimetre=monde.perimetre("alice"), saisine_id=une.pk, recue_le=JOUR,
            piece_id=pieces_of(une)["identite"].pk,
        )  # fmt: skip
    with pytest.raises(ActeRefuse):
        _request(monde, une, "imposition", qui="prescripteur")


def test_an_inadmissible_saisine_keeps_its_reason_and_leaves_the_operator(
    monde: Monde, depose: Depose
) -> None:
    saisine = depose()
    actions.declare_irrecevable(
        perimetre=monde.perimetre("dora"), saisine_id=saisine.pk, motif="Hors du département.",
        version=saisine.version,
    )  # fmt: skip
    saisine = reload(saisine)
    assert (saisine.statut, saisine.irrecevable_le, saisine.motif_irrecevabilite) == (
        "irrecevable", JOUR, "Hors du département.",
    )  # fmt: skip
    demain = monde.perimetre("alice", JOUR + timedelta(days=1))
    assert not Saisine.objects.visible_to(demain).exists()
    with pytest.raises(ActeRefuse):
        _request(monde, saisine, "imposition")


def test_two_secretaries_do_not_both_act(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    dora, version = monde.perimetre("dora"), saisine.version
    actions.declare_recevable(perimetre=dora, saisine_id=saisine.pk, version=version)
    with pytest.raises(ConflitDeVersion):
        actions.declare_irrecevable(
            perimetre=dora, saisine_id=saisine.pk, motif="Non", version=version
        )
    assert reload(saisine).statut == StatutSaisine.RECEVABLE


def test_an_emergency_is_directed_at_once_and_only_if_urgent(monde: Monde, depose: Depose) -> None:
    with pytest.raises(ActeRefuse, match="urgente"):
        avance(monde, depose(nom="Calme"), "provisoire")
    saisine = avance(monde, depose(urgence=True, motif_urgence="Plafond effondré"), "provisoire")
    assert (saisine.statut, saisine.provisoire_le, saisine.provisoire_sens) == (
        "orientee_provisoire", JOUR, "relogement",
    )  # fmt: skip
    orientation = Orientation.objects.unscoped(reason="test").get()
    assert orientation.provisoire is True
    assert orientation.auteur == "Dora Michel, par délégation"


def test_a_request_without_object_is_closed_with_its_issue(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    dora = monde.perimetre("dora")
    with pytest.raises(ErreurMetier) as refus:
        actions.dismiss_saisine(
            perimetre=dora, saisine_id=saisine.pk, issue="inconnue", motif="x", version=2
        )
    assert "issue" in refus.value.champs
    actions.dismiss_saisine(
        perimetre=dora, saisine_id=saisine.pk, issue="demenagement",
        motif="Parti chez sa sœur.", version=saisine.version,
    )  # fmt: skip
    saisine = reload(saisine)
    assert (saisine.statut, saisine.issue, saisine.close_le, saisine.decidee_le) == (
        "close", "demenagement", JOUR, None,
    )  # fmt: skip
