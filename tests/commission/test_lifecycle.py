"""Every state by every act, for the session and for the case."""

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cariatide.commission.lifecycle import CYCLE_PASSAGE, CYCLE_SEANCE
from cariatide.commission.rules import EtatQuorum, RegleDeQuorum
from cariatide.commission.statuts import StatutPassage, StatutSeance
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

LE = date(2026, 11, 24)
SEANCE = {
    "convoquer": {"planifiee"},
    "replanifier": {"convoquee"},
    "ouvrir": {"convoquee"},
    "clore": {"ouverte"},
    "annuler": {"planifiee", "convoquee"},
}
PASSAGE = {
    "examiner": {"inscrit"},
    "suspendre": {"en_cours"},
    "decider": {"inscrit", "en_cours", "decide", "ajourne"},
    "ajourner": {"inscrit", "en_cours", "decide", "ajourne"},
    "reporter": {"inscrit", "en_cours"},
}


@dataclass
class Objet:
    statut: str
    le: date = LE
    instance: Any = field(default_factory=lambda: SimpleNamespace(secretariat_id=7))
    seance: Any = None


def perimetre(role: str = Role.SECRETARIAT, organisation_id: int = 7) -> Perimetre:
    mandat = MandatEnVigueur(1, organisation_id, "Département", role, "", Niveau.FACTUEL)
    return Perimetre(1, "Dora", LE, (mandat,))


DONNEES = {
    "votants": 3,
    "regle": RegleDeQuorum("aucun"),
    "restants": 0,
    "motif": "Salle indisponible",
    "quorum": EtatQuorum(2, 2, 3),
}


def attempt(cycle: Any, objet: Objet, acte: str, qui: Perimetre, **donnees: Any) -> bool:
    try:
        cycle.apply(objet, acte, Contexte(qui, LE, DONNEES | donnees))
    except ActeRefuse:
        return False
    return True


@pytest.mark.parametrize("acte", SEANCE)
@pytest.mark.parametrize("statut", StatutSeance.values)
def test_session(acte: str, statut: str) -> None:
    objet = Objet(statut)
    done = attempt(CYCLE_SEANCE, objet, acte, perimetre())
    assert done is (statut in SEANCE[acte])
    target = CYCLE_SEANCE.transitions[acte].cible
    assert objet.statut == (target if done else statut)


@pytest.mark.parametrize("acte", PASSAGE)
@pytest.mark.parametrize("statut", StatutPassage.values)
def test_case(acte: str, statut: str) -> None:
    objet = Objet(statut, seance=Objet(StatutSeance.OUVERTE))
    assert attempt(CYCLE_PASSAGE, objet, acte, perimetre()) is (statut in PASSAGE[acte])


@pytest.mark.parametrize("statut", StatutSeance.values)
def test_a_case_leaves_an_agenda_before_the_session_only(statut: str) -> None:
    objet = Objet(StatutPassage.INSCRIT, seance=Objet(statut))
    possible = statut in ("planifiee", "convoquee")
    assert attempt(CYCLE_PASSAGE, objet, "retirer", perimetre()) is possible


@pytest.mark.parametrize("statut", ["planifiee", "convoquee", "close", "annulee"])
def test_nothing_is_decided_outside_an_open_session(statut: str) -> None:
    for acte in PASSAGE:
        for source in PASSAGE[acte]:
            objet = Objet(source, seance=Objet(statut))
            assert not attempt(CYCLE_PASSAGE, objet, acte, perimetre())


@pytest.mark.parametrize(
    "qui",
    [perimetre(role) for role in Role if role != Role.SECRETARIAT]
    + [perimetre(organisation_id=8), Perimetre(1, "Ève", LE)],
)
def test_only_the_secretariat_of_the_instance_acts(qui: Perimetre) -> None:
    for acte, sources in SEANCE.items():
        for source in sources:
            assert not attempt(CYCLE_SEANCE, Objet(source), acte, qui)
    for acte, sources in PASSAGE.items():
        for source in sources:
            objet = Objet(source, seance=Objet(StatutSeance.OUVERTE))
            assert not attempt(CYCLE_PASSAGE, objet, acte, qui)


@pytest.mark.parametrize(
    ("statut", "acte", "donnees", "le"),
    [
        ("planifiee", "convoquer", {"votants": 0}, LE),
        ("planifiee", "convoquer", {"regle": None}, LE),
        ("planifiee", "convoquer", {}, date(2026, 11, 23)),
        ("convoquee", "ouvrir", {}, date(2026, 11, 25)),
        ("ouverte", "clore", {"restants": 1}, LE),
        ("planifiee", "annuler", {"motif": " "}, LE),
    ],
)
def test_guards_of_the_session(statut: str, acte: str, donnees: dict[str, Any], le: date) -> None:
    assert not attempt(CYCLE_SEANCE, Objet(statut, le), acte, perimetre(), **donnees)


def test_guard_of_quorum() -> None:
    objet = Objet(StatutPassage.EN_COURS, seance=Objet(StatutSeance.OUVERTE))
    for quorum in (None, EtatQuorum(2, 1, 3)):
        assert not attempt(CYCLE_PASSAGE, objet, "decider", perimetre(), quorum=quorum)
