"""The four lives: every state × transition × role, without a database."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cariatide.mesures.lifecycle import (
    CYCLE,
    CYCLE_BILAN,
    CYCLE_DIAGNOSTIC,
    CYCLE_RENOUVELLEMENT,
)
from cariatide.mesures.rules import FaitsMesure
from cariatide.partenaires.rules import NIVEAU_MAX
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte, Lifecycle
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre, perimetre_systeme

JOUR = date(2026, 11, 22)
OPERATEUR, COMMANDITAIRE, AILLEURS = 1, 2, 3
CYCLES = [CYCLE, CYCLE_BILAN, CYCLE_DIAGNOSTIC, CYCLE_RENOUVELLEMENT]
TOUT = FaitsMesure(
    has_diagnostic=True, has_objectifs=True, bilan_final_valide=True, renouvellement="",
    suivis_faits=frozenset({6, 12}), suivis_attendus=(6, 12), alerte_jours=30,
    suspension_maximale=3, decision_vaut_accord=True,
)  # fmt: skip
EQUIPE = {Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE}
CHEF = {Role.CHEF_DE_SERVICE}
FINANCEUR = {Role.FINANCEUR}

# Transition → (sources, target, roles, organisation): written apart from the table it checks.
MESURE: dict[str, tuple[set[str], str, set[Role], int]] = {
    "accorder": ({"prescrite"}, "accordee", FINANCEUR, COMMANDITAIRE),
    "accorder_en_seance": ({"prescrite"}, "accordee", EQUIPE, OPERATEUR),
    "rejeter": ({"prescrite"}, "refusee", FINANCEUR, COMMANDITAIRE),
    "proposer": ({"accordee"}, "proposee", EQUIPE, OPERATEUR),
    "adherer": ({"proposee"}, "adheree", EQUIPE, OPERATEUR),
    "dispenser": ({"accordee", "proposee"}, "adheree", CHEF, OPERATEUR),
    "refuser": ({"proposee", "adheree"}, "refusee", EQUIPE, OPERATEUR),
    "activer": ({"adheree"}, "active", EQUIPE, OPERATEUR),
    "suspendre": ({"active", "renouvelee"}, "suspendue", EQUIPE, OPERATEUR),
    "reprendre": ({"suspendue"}, "active", EQUIPE, OPERATEUR),
    "echoir": ({"active", "renouvelee"}, "bilan_du", set(), OPERATEUR),
    "demander_bilan": ({"active", "renouvelee", "suspendue"}, "bilan_du", EQUIPE, OPERATEUR),
    "renouveler": ({"bilan_du"}, "renouvelee", FINANCEUR, COMMANDITAIRE),
    "terminer": ({"bilan_du"}, "terminee", EQUIPE, OPERATEUR),
    "evaluer": ({"terminee"}, "evaluee", EQUIPE, OPERATEUR),
    "reorienter": (
        {"active", "suspendue", "bilan_du", "renouvelee"},
        "terminee",
        set(),
        OPERATEUR,
    ),
    "reorienter_avant_debut": (
        {"prescrite", "accordee", "proposee", "adheree"},
        "refusee",
        set(),
        OPERATEUR,
    ),
}
DIAGNOSTIC: dict[str, tuple[set[str], str, set[Role], int]] = {
    "proposer_rdv": ({"demande", "rdv_propose", "absence"}, "rdv_propose", EQUIPE, OPERATEUR),
    "constater_visite": ({"rdv_propose"}, "visite", EQUIPE, OPERATEUR),
    "constater_absence": ({"rdv_propose"}, "absence", EQUIPE, OPERATEUR),
    "rediger": ({"visite", "absence"}, "redige", EQUIPE, OPERATEUR),
    "valider": ({"redige"}, "valide", CHEF, OPERATEUR),
    "transmettre": ({"valide"}, "transmis", EQUIPE, OPERATEUR),
    "donner_suites": ({"transmis"}, "suites_donnees", EQUIPE, OPERATEUR),
}
BILAN: dict[str, tuple[set[str], str, set[Role], int]] = {
    "soumettre": ({"brouillon"}, "soumis", EQUIPE, OPERATEUR),
    "valider": ({"soumis"}, "valide", CHEF, OPERATEUR),
    "renvoyer": ({"soumis"}, "brouillon", CHEF, OPERATEUR),
    "transmettre": ({"valide"}, "transmis", EQUIPE, OPERATEUR),
}
RENOUVELLEMENT: dict[str, tuple[set[str], str, set[Role], int]] = {
    "valider": ({"propose"}, "valide", CHEF, OPERATEUR),
    "ecarter": ({"propose"}, "refuse", CHEF, OPERATEUR),
    "accorder": ({"valide"}, "accorde", FINANCEUR, COMMANDITAIRE),
    "refuser": ({"valide"}, "refuse", FINANCEUR, COMMANDITAIRE),
}
ATTENDUS = dict(
    zip((c.nom for c in CYCLES), (MESURE, BILAN, DIAGNOSTIC, RENOUVELLEMENT), strict=True)
)


def perimetre(role: Role, organisation_id: int) -> Perimetre:
    mandat = MandatEnVigueur(1, organisation_id, "Org", role, "", NIVEAU_MAX[role])
    return Perimetre(7, "Test", JOUR, (mandat,))


def objet(cycle: Lifecycle, statut: str) -> Any:
    mesure = SimpleNamespace(
        statut=statut, operateur_id=OPERATEUR, contrat="signe", fin_prevue=date(2026, 12, 3),
        convention=SimpleNamespace(commanditaire_id=COMMANDITAIRE),
    )  # fmt: skip
    return mesure if cycle is CYCLE else SimpleNamespace(statut=statut, mesure=mesure)


def contexte(qui: Perimetre, nom: str = "", **faits: Any) -> Contexte:
    values = TOUT.__dict__ | ({"renouvellement": "valide"} if nom == "renouveler" else {}) | faits
    return Contexte(qui, JOUR, {"faits": FaitsMesure(**values)})


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda c: c.nom)
def test_the_table_is_the_one_of_the_model(cycle: Lifecycle) -> None:
    attendu = ATTENDUS[cycle.nom]
    assert set(cycle.transitions) == set(attendu)
    for nom, (sources, cible, roles, _) in attendu.items():
        transition = cycle.transitions[nom]
        assert (set(transition.sources), transition.cible) == (sources, cible)
        assert set(transition.roles) == {str(r) for r in roles}


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda c: c.nom)
def test_every_state_transition_and_role(cycle: Lifecycle) -> None:
    done = 0
    for nom, (sources, cible, roles, organisation) in ATTENDUS[cycle.nom].items():
        for statut in cycle.statuts.values:
            for role in Role:
                cas = objet(cycle, statut)
                ctx = contexte(perimetre(role, organisation), nom)
                if statut in sources and role in roles:
                    assert cycle.apply(cas, nom, ctx) is not None
                    assert cas.statut == cible
                    done += 1
                else:
                    with pytest.raises(ActeRefuse):
                        cycle.apply(cas, nom, ctx)
                    assert cas.statut == statut
    assert done == sum(len(s) * len(r) for s, _, r, _ in ATTENDUS[cycle.nom].values())


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda c: c.nom)
def test_the_role_of_another_organisation_does_not_open_an_act(cycle: Lifecycle) -> None:
    for nom, (sources, _, roles, _) in ATTENDUS[cycle.nom].items():
        for role in roles:
            cas = objet(cycle, sorted(sources)[0])
            with pytest.raises(ActeRefuse, match="rôle"):
                cycle.apply(cas, nom, contexte(perimetre(role, AILLEURS), nom))


def test_only_the_system_marks_a_review_due() -> None:
    systeme = perimetre_systeme("test", JOUR)
    mesure = objet(CYCLE, "active")
    assert CYCLE.apply(mesure, "echoir", contexte(systeme)) is None
    assert mesure.statut == "bilan_du"
    for nom in set(MESURE) - {"echoir"}:
        cas = objet(CYCLE, sorted(MESURE[nom][0])[0])
        with pytest.raises(ActeRefuse):
            CYCLE.apply(cas, nom, contexte(systeme, nom))


@pytest.mark.parametrize(
    ("nom", "statut", "faits", "phrase"),
    [
        ("accorder_en_seance", "prescrite", {"decision_vaut_accord": False}, "financeur"),
        ("adherer", "proposee", {"has_objectifs": False}, "objectif"),
        ("activer", "adheree", {"has_diagnostic": False}, "diagnostic initial"),
        ("suspendre", "active", {"suspension_maximale": None}, "durée maximale"),
        ("renouveler", "bilan_du", {"renouvellement": ""}, "Aucun renouvellement"),
        ("renouveler", "bilan_du", {"renouvellement": "propose"}, "chef de service"),
        ("terminer", "bilan_du", {"bilan_final_valide": False}, "bilan final"),
        ("terminer", "bilan_du", {"renouvellement": "propose"}, "renouvellement attend"),
        ("terminer", "bilan_du", {"renouvellement": "valide"}, "renouvellement attend"),
        ("evaluer", "terminee", {"suivis_faits": frozenset({6})}, "12 mois"),
        ("evaluer", "terminee", {"suivis_attendus": ()}, "Aucune évaluation"),
        ("terminer", "bilan_du", {"reorientation": True}, "réorientation attend"),
        ("refuser", "proposee", {"reorientation": True}, "réorientation attend"),
        ("rejeter", "prescrite", {"reorientation": True}, "réorientation attend"),
    ],
)
def test_guards(nom: str, statut: str, faits: dict[str, Any], phrase: str) -> None:
    _, _, roles, organisation = MESURE[nom]
    ctx = contexte(perimetre(sorted(roles)[0], organisation), nom, **faits)
    with pytest.raises(ActeRefuse, match=phrase):
        CYCLE.apply(objet(CYCLE, statut), nom, ctx)


def test_no_measure_becomes_active_without_contract() -> None:
    mesure = objet(CYCLE, "adheree")
    mesure.contrat = "a_signer"
    ctx = contexte(perimetre(Role.TRAVAILLEUR_SOCIAL, OPERATEUR))
    with pytest.raises(ActeRefuse, match="contrat"):
        CYCLE.apply(mesure, "activer", ctx)
    mesure.contrat = "sans_contrat"
    CYCLE.apply(mesure, "activer", ctx)
    assert mesure.statut == "active"


def test_review_is_due_from_the_alert_on() -> None:
    for jour, due in ((date(2026, 11, 2), False), (date(2026, 11, 3), True)):
        systeme = perimetre_systeme("test", jour)
        ctx = Contexte(systeme, jour, {"faits": FaitsMesure(alerte_jours=30)})
        refus = CYCLE.refusal(CYCLE.transitions["echoir"], objet(CYCLE, "active"), ctx)
        assert (refus is None) is due


def test_without_facts_no_guard_lets_through() -> None:
    ctx = Contexte(perimetre(Role.TRAVAILLEUR_SOCIAL, OPERATEUR), JOUR)
    guarded = [(n, t) for n, t in CYCLE.transitions.items() if t.gardes and t.roles]
    assert {n for n, _ in guarded} >= {"adherer", "activer", "terminer", "suspendre", "evaluer"}
    for nom, transition in guarded:
        if Role.FINANCEUR in transition.roles:
            continue
        with pytest.raises(ActeRefuse):
            CYCLE.apply(objet(CYCLE, sorted(transition.sources)[0]), nom, ctx)
