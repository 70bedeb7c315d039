"""Rules and life cycle: every state × transition × role, without a database."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cariatide.commission.statuts import SensDecision
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.rules import (
    PieceAttendue,
    check_dates,
    check_le,
    check_urgence,
    count_jours,
    list_manquantes,
)
from cariatide.demandes.statuts import ROLES_OPERATEUR, ROLES_REDACTEURS, SensOrientation
from cariatide.demandes.statuts import StatutSaisine as S
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

JOUR = date(2026, 11, 22)
CCAS, DEPARTEMENT, OPERATEUR, AUTRE = 1, 2, 3, 4

SECRETARIAT = frozenset({Role.SECRETARIAT})
MISE_EN_OEUVRE = ROLES_OPERATEUR | {Role.FINANCEUR, Role.SECRETARIAT}
# transition: (sources, target, roles, an organisation that may, one that may not)
TABLE: dict[str, tuple[set[S], S, frozenset[Role], int, int]] = {
    "deposer": ({S.BROUILLON}, S.DEPOSEE, ROLES_REDACTEURS, CCAS, DEPARTEMENT),
    "recevoir": ({S.DEPOSEE}, S.RECEVABLE, SECRETARIAT, DEPARTEMENT, CCAS),
    "ecarter": ({S.DEPOSEE}, S.IRRECEVABLE, SECRETARIAT, DEPARTEMENT, CCAS),
    "orienter_provisoirement": (
        {S.DEPOSEE, S.RECEVABLE}, S.ORIENTEE_PROVISOIRE, SECRETARIAT, DEPARTEMENT, AUTRE,
    ),
    "inscrire": (
        {S.RECEVABLE, S.AJOURNEE, S.ORIENTEE_PROVISOIRE},
        S.INSCRITE, SECRETARIAT, DEPARTEMENT, AUTRE,
    ),
    "retirer": ({S.INSCRITE}, S.RECEVABLE, SECRETARIAT, DEPARTEMENT, AUTRE),
    "retirer_ajournee": ({S.INSCRITE}, S.AJOURNEE, SECRETARIAT, DEPARTEMENT, AUTRE),
    "retirer_provisoire": ({S.INSCRITE}, S.ORIENTEE_PROVISOIRE, SECRETARIAT, DEPARTEMENT, AUTRE),
    "orienter_maintien": ({S.INSCRITE}, S.ORIENTEE_MAINTIEN, SECRETARIAT, DEPARTEMENT, AUTRE),
    "orienter_relogement": ({S.INSCRITE}, S.ORIENTEE_RELOGEMENT, SECRETARIAT, DEPARTEMENT, AUTRE),
    "ajourner": ({S.INSCRITE}, S.AJOURNEE, SECRETARIAT, DEPARTEMENT, AUTRE),
    "refuser": ({S.INSCRITE}, S.REFUSEE, SECRETARIAT, DEPARTEMENT, AUTRE),
    "corriger": (
        {
            S.ORIENTEE_MAINTIEN, S.ORIENTEE_RELOGEMENT, S.AJOURNEE, S.REFUSEE,
            S.EN_MISE_EN_OEUVRE,
        },
        S.INSCRITE, SECRETARIAT, DEPARTEMENT, AUTRE,
    ),
    "mettre_en_oeuvre": (
        {S.ORIENTEE_MAINTIEN, S.ORIENTEE_RELOGEMENT},
        S.EN_MISE_EN_OEUVRE, MISE_EN_OEUVRE, OPERATEUR, CCAS,
    ),
    "demander_changement_axe": (
        {S.EN_MISE_EN_OEUVRE}, S.EN_MISE_EN_OEUVRE, ROLES_OPERATEUR, OPERATEUR, DEPARTEMENT,
    ),
    "changer_axe": ({S.EN_MISE_EN_OEUVRE}, S.EN_MISE_EN_OEUVRE, SECRETARIAT, DEPARTEMENT, AUTRE),
    "classer": (
        {S.DEPOSEE, S.RECEVABLE, S.AJOURNEE, S.ORIENTEE_PROVISOIRE},
        S.CLOSE, SECRETARIAT, DEPARTEMENT, CCAS,
    ),
    "clore": (
        {S.ORIENTEE_MAINTIEN, S.ORIENTEE_RELOGEMENT, S.EN_MISE_EN_OEUVRE},
        S.CLOSE, ROLES_OPERATEUR, OPERATEUR, DEPARTEMENT,
    ),
}  # fmt: skip
# What the guards need so that nothing but state and role decides.
DONNEES = {
    "demander_changement_axe": {"motif": "Propriétaire opposé"},
    "changer_axe": {"motif": "Accord", "reexamen": True},
    "corriger": {"correction": True},
}
AJOURNEE, PROVISOIRE = {"ajournements": 1}, {"provisoire_le": JOUR}
CHAMPS: dict[str, dict[str, Any]] = {
    "retirer_ajournee": AJOURNEE,
    "retirer_provisoire": PROVISOIRE,
    "corriger": PROVISOIRE,
}


@dataclass
class Cas:
    """A saisine as the guards read it."""

    statut: str
    redaction_id: int = CCAS
    instance_id: int | None = 1
    convention_id: int | None = 1
    information_menage_le: date | None = JOUR
    urgence: bool = True
    provisoire_le: date | None = None
    ajournements: int = 0
    decision_sens: str = "maintien"

    instance = SimpleNamespace(secretariat_id=DEPARTEMENT)
    convention = SimpleNamespace(operateur_id=OPERATEUR, commanditaire_id=DEPARTEMENT)
    convention_suivie = None


def ctx(role: Role, organisation: int, **donnees: Any) -> Contexte:
    mandat = MandatEnVigueur(1, organisation, "Org", role, role.label, Niveau.FACTUEL)
    return Contexte(Perimetre(1, "Quelqu’un", JOUR, (mandat,)), JOUR, donnees)


def test_the_table_of_this_test_is_the_cycle() -> None:
    assert {t.nom: (set(t.sources), t.cible) for t in CYCLE.transitions.values()} == {
        nom: (sources, cible) for nom, (sources, cible, *_) in TABLE.items()
    }
    assert CYCLE.finaux == {S.IRRECEVABLE, S.CLOSE}


@pytest.mark.parametrize("nom", sorted(TABLE))
@pytest.mark.parametrize("statut", sorted(S))
def test_each_transition_opens_to_its_roles_and_states_only(nom: str, statut: str) -> None:
    sources, cible, roles, organisation, ailleurs = TABLE[nom]
    donnees = DONNEES.get(nom, {})
    for role in Role:
        for where in (organisation, ailleurs):
            cas = Cas(statut, **CHAMPS.get(nom, {}))
            expected = statut in sources and role in roles and where == organisation
            if expected:
                CYCLE.apply(cas, nom, ctx(role, where, **donnees))
                assert cas.statut == cible
            else:
                with pytest.raises(ActeRefuse):
                    CYCLE.apply(cas, nom, ctx(role, where, **donnees))
                assert cas.statut == statut


@pytest.mark.parametrize(
    ("nom", "statut", "champs", "donnees", "raison"),
    [
        ("deposer", S.BROUILLON, {"information_menage_le": None}, {}, "informé"),
        ("deposer", S.BROUILLON, {"instance_id": None}, {}, "Aucune instance"),
        ("recevoir", S.DEPOSEE, {}, {"manquantes": ["Bail"]}, "Une pièce obligatoire manque"),
        ("recevoir", S.DEPOSEE, {}, {"manquantes": ["A", "B"]}, "2 pièces obligatoires manquent"),
        ("ecarter", S.DEPOSEE, {}, {"motif": "  "}, "motif"),
        ("orienter_provisoirement", S.DEPOSEE, {"urgence": False}, {}, "urgente"),
        ("orienter_provisoirement", S.DEPOSEE, {}, {"axe": "ailleurs", "motif": "x"}, "l’axe"),
        ("orienter_provisoirement", S.DEPOSEE, PROVISOIRE, {}, "déjà reçu"),
        ("retirer", S.INSCRITE, AJOURNEE, {}, "déjà été examinée"),
        ("retirer_ajournee", S.INSCRITE, {}, {}, "n’a pas été ajournée"),
        ("retirer_provisoire", S.INSCRITE, {}, {}, "pas d’orientation provisoire"),
        ("retirer_provisoire", S.INSCRITE, PROVISOIRE | AJOURNEE, {}, "pas d’orientation"),
        ("refuser", S.INSCRITE, {}, {"motif": ""}, "motif"),
        ("changer_axe", S.EN_MISE_EN_OEUVRE, {}, {}, "Aucun changement d’axe"),
        ("classer", S.DEPOSEE, {}, {"issue": "", "motif": "x"}, "se termine"),
        ("corriger", S.REFUSEE, {}, {}, "avant la clôture"),
        ("corriger", S.EN_MISE_EN_OEUVRE, {}, {"correction": True}, "mise en œuvre a commencé"),
    ],
)
def test_guards_say_why(
    nom: str, statut: str, champs: dict[str, Any], donnees: dict[str, Any], raison: str
) -> None:
    role = Role.PRESCRIPTEUR if nom == "deposer" else Role.SECRETARIAT
    where = CCAS if nom == "deposer" else DEPARTEMENT
    with pytest.raises(ActeRefuse, match=raison):
        CYCLE.apply(Cas(statut, **champs), nom, ctx(role, where, **donnees))


@pytest.mark.parametrize(
    ("sens", "donnees", "raison"),
    [
        ("relogement", {"motif": "x"}, "qu’une fois"),
        ("maintien", {"motif": "x", "reexamen": True}, "déjà demandé"),
        ("maintien", {"motif": " "}, "motif"),
    ],
)
def test_the_axis_changes_once(sens: str, donnees: dict[str, Any], raison: str) -> None:
    cas = Cas(S.EN_MISE_EN_OEUVRE, decision_sens=sens)
    with pytest.raises(ActeRefuse, match=raison):
        CYCLE.apply(cas, "demander_changement_axe", ctx(Role.CHEF_DE_SERVICE, OPERATEUR, **donnees))


def test_senses_are_those_of_the_commission() -> None:
    assert set(SensOrientation.values) == set(SensDecision.values)


# -- rules -------------------------------------------------------------------------------------


def test_missing_pieces_are_the_required_ones_not_received() -> None:
    pieces = [
        PieceAttendue("Identité", True, JOUR),
        PieceAttendue("Bail", True),
        PieceAttendue("Avis d’imposition", False),
    ]
    assert list_manquantes(pieces) == ["Bail"]


@pytest.mark.parametrize(
    ("saisine", "information", "champs"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), set()),
        (date(2026, 11, 23), date(2026, 11, 22), {"date_saisine"}),
        (date(2026, 11, 20), None, {"information_menage_le"}),
        (date(2026, 11, 23), date(2026, 12, 1), {"date_saisine", "information_menage_le"}),
    ],
)
def test_dates_of_a_saisine(saisine: date, information: date | None, champs: set[str]) -> None:
    if not champs:
        check_dates(saisine, information, JOUR)
        return
    with pytest.raises(ErreurMetier) as refus:
        check_dates(saisine, information, JOUR)
    assert set(refus.value.champs) == champs


def test_an_urgency_has_a_reason() -> None:
    check_urgence(False, "")
    check_urgence(True, "Péril")
    with pytest.raises(ErreurMetier):
        check_urgence(True, "  ")


@pytest.mark.parametrize("le", [date(2026, 11, 23), date(2026, 10, 31)])
def test_an_end_lies_between_the_saisine_and_today(le: date) -> None:
    check_le(JOUR, JOUR, date(2026, 11, 1))
    with pytest.raises(ErreurMetier):
        check_le(le, JOUR, date(2026, 11, 1))


def test_days_between_two_dates() -> None:
    assert count_jours(date(2026, 2, 27), date(2026, 3, 2)) == 3
    assert count_jours(None, JOUR) is None


def test_a_reoriented_case_is_closed_by_who_carries_it_on() -> None:
    """The agreement asked for stays; its operator no longer answers for the case."""
    cas = Cas(statut=S.EN_MISE_EN_OEUVRE)
    cas.convention_suivie = SimpleNamespace(operateur_id=AUTRE)  # type: ignore[assignment]
    clore = CYCLE.transitions["clore"]
    assert CYCLE.refusal(clore, cas, ctx(Role.CHEF_DE_SERVICE, OPERATEUR, issue="relais"))
    assert CYCLE.refusal(clore, cas, ctx(Role.CHEF_DE_SERVICE, AUTRE, issue="relais")) is None
