"""The life of a reorientation: every state × transition × role, without a database."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cariatide.mesures.lifecycle import CYCLE, CYCLE_REORIENTATION
from cariatide.mesures.rules_reorientation import check_destination, refuse_demande
from cariatide.mesures.statuts import StatutReorientation
from cariatide.partenaires.rules import NIVEAU_MAX
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre, perimetre_systeme

JOUR = date(2026, 11, 22)
OPERATEUR, COMMANDITAIRE, SECRETARIAT, AILLEURS = 1, 2, 3, 4
EQUIPE = {Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE}
OUVERTES = {"demandee", "renvoyee"}
# Transition → (sources, target, roles, organisation, in session): apart from what it checks.
TABLE: dict[str, tuple[set[str], str, set[Role], int, bool]] = {
    "accepter": ({"demandee"}, "acceptee", {Role.FINANCEUR}, COMMANDITAIRE, False),
    "refuser": ({"demandee"}, "refusee", {Role.FINANCEUR}, COMMANDITAIRE, False),
    "renvoyer": ({"demandee"}, "renvoyee", {Role.FINANCEUR}, COMMANDITAIRE, False),
    "completer": ({"renvoyee"}, "demandee", EQUIPE, OPERATEUR, False),
    "retirer": (OUVERTES, "retiree", EQUIPE, OPERATEUR, True),
    "accepter_en_seance": ({"demandee"}, "acceptee", {Role.SECRETARIAT}, SECRETARIAT, True),
    "refuser_en_seance": ({"demandee"}, "refusee", {Role.SECRETARIAT}, SECRETARIAT, True),
    "ajourner_en_seance": ({"demandee"}, "demandee", {Role.SECRETARIAT}, SECRETARIAT, True),
    "corriger_en_seance": (
        {"acceptee", "refusee"}, "demandee", {Role.SECRETARIAT}, SECRETARIAT, True,
    ),
}  # fmt: skip


def perimetre(role: Role, organisation_id: int) -> Perimetre:
    mandat = MandatEnVigueur(1, organisation_id, "Org", role, "", NIVEAU_MAX[role])
    return Perimetre(7, "Test", JOUR, (mandat,))


def demande(statut: str, en_seance: bool, **options: Any) -> Any:
    valeurs = {
        "mesure": SimpleNamespace(
            operateur_id=OPERATEUR,
            referent_id=7,
            convention=SimpleNamespace(commanditaire_id=COMMANDITAIRE),
        ),
        "instance_id": 9 if en_seance else None,
        "instance": SimpleNamespace(secretariat_id=SECRETARIAT) if en_seance else None,
        "passage_id": None,
        "nouvelle_id": None,
    }
    return SimpleNamespace(statut=statut, **(valeurs | options))


def test_the_table_is_whole() -> None:
    assert set(CYCLE_REORIENTATION.transitions) == set(TABLE)


@pytest.mark.parametrize("nom", TABLE)
def test_every_state_and_role(nom: str) -> None:
    sources, cible, roles, organisation, en_seance = TABLE[nom]
    for statut in StatutReorientation.values:
        for role in Role:
            for chez in (organisation, AILLEURS):
                cas, ctx = demande(statut, en_seance), Contexte(perimetre(role, chez), JOUR)
                if statut in sources and role in roles and chez == organisation:
                    CYCLE_REORIENTATION.apply(cas, nom, ctx)
                    assert cas.statut == cible
                else:
                    with pytest.raises(ActeRefuse):
                        CYCLE_REORIENTATION.apply(cas, nom, ctx)
                    assert cas.statut == statut


@pytest.mark.parametrize(
    ("nom", "role", "organisation", "options", "phrase"),
    [
        ("accepter", Role.FINANCEUR, COMMANDITAIRE, {"en_seance": True}, "décide cette"),
        ("refuser", Role.FINANCEUR, COMMANDITAIRE, {"en_seance": True}, "en séance"),
        ("renvoyer", Role.FINANCEUR, COMMANDITAIRE, {"en_seance": True}, "en séance"),
        ("retirer", Role.CHEF_DE_SERVICE, OPERATEUR, {"en_seance": True, "passage_id": 4}, "ordre"),
        (
            "corriger_en_seance", Role.SECRETARIAT, SECRETARIAT,
            {"en_seance": True, "nouvelle_id": 5, "statut": "acceptee"}, "est en effet",
        ),
    ],
)  # fmt: skip
def test_guards(
    nom: str, role: Role, organisation: int, options: dict[str, Any], phrase: str
) -> None:
    cas = demande(**({"statut": "demandee"} | options))
    with pytest.raises(ActeRefuse, match=phrase):
        CYCLE_REORIENTATION.apply(cas, nom, Contexte(perimetre(role, organisation), JOUR))


def test_a_colleague_neither_completes_nor_gives_up() -> None:
    ctx = Contexte(perimetre(Role.TRAVAILLEUR_SOCIAL, OPERATEUR), JOUR)
    for nom, statut in (("completer", "renvoyee"), ("retirer", "demandee")):
        cas = demande(statut, False)
        cas.mesure.referent_id = 8
        with pytest.raises(ActeRefuse, match="Le référent de la mesure"):
            CYCLE_REORIENTATION.apply(cas, nom, ctx)
        cas.mesure.referent_id = None
        CYCLE_REORIENTATION.apply(cas, nom, ctx)


def test_without_a_body_no_secretariat_decides() -> None:
    cas = demande("demandee", False)
    ctx = Contexte(perimetre(Role.SECRETARIAT, SECRETARIAT), JOUR)
    with pytest.raises(ActeRefuse):
        CYCLE_REORIENTATION.apply(cas, "accepter_en_seance", ctx)


def test_a_measure_goes_on_elsewhere_only_by_an_accepted_request() -> None:
    systeme = perimetre_systeme("test", JOUR)
    mesure = SimpleNamespace(statut="active", operateur_id=OPERATEUR)
    with pytest.raises(ActeRefuse, match="Aucune réorientation n’est acceptée"):
        CYCLE.apply(mesure, "reorienter", Contexte(systeme, JOUR))
    CYCLE.apply(mesure, "reorienter", Contexte(systeme, JOUR, {"reorientation_acceptee": True}))
    assert mesure.statut == "terminee"


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({}, ""),
        ({"statut": "terminee", "cloture": JOUR}, "terminée le 22/11/2026"),
        ({"ouverte": True}, "déjà demandée"),
        ({"renouvellement": "valide"}, "renouvellement attend"),
        ({"mise_en_oeuvre": False}, "ratifié"),
    ],
)
def test_when_a_request_is_refused(options: dict[str, Any], phrase: str) -> None:
    valeurs: dict[str, Any] = {
        "statut": "active", "cloture": None, "ouverte": False, "renouvellement": "",
        "mise_en_oeuvre": True,
    }  # fmt: skip
    refus = refuse_demande(**(valeurs | options))
    assert (phrase in refus) if phrase else refus == ""


def test_elsewhere_is_elsewhere() -> None:
    dates: dict[str, Any] = {"du": JOUR, "au": JOUR, "reference": "X"}
    check_destination(memes=False, jour=JOUR, **dates)
    with pytest.raises(ErreurMetier, match="ceux de la mesure"):
        check_destination(memes=True, jour=JOUR, **dates)
    with pytest.raises(ErreurMetier, match="pas en vigueur"):
        check_destination(memes=False, jour=date(2026, 11, 23), **dates)
