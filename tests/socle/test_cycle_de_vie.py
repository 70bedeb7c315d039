"""The table of a life: who may do an act, on what, under which guard; the rest is closed."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db.models import TextChoices

from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte, CycleInvalide, Lifecycle, Transition
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre, perimetre_systeme
from tests.distribution import JOUR


class Etat(TextChoices):
    OUVERT = "ouvert", "Ouvert"
    FERME = "ferme", "Fermé"
    VIEUX = "vieux", "Vieux"


@dataclass
class Objet:
    statut: str = "ouvert"
    organisation_id: int = 10


def garde(objet: Any, ctx: Contexte) -> str | None:
    return None if ctx.donnees.get("cle") else "Il manque la clé."


FERMER = Transition(
    "fermer", "Fermer", frozenset({Etat.OUVERT}), Etat.FERME, frozenset({"chef"}), (garde,),
    lambda o: (o.organisation_id,),
)  # fmt: skip
SORTIR = Transition("sortir", "Sortir", frozenset({Etat.OUVERT}), Etat.FERME, frozenset({"chef"}))
VIEILLIR = Transition("vieillir", "Vieillir", frozenset({Etat.FERME}), Etat.VIEUX, frozenset())
CYCLE = Lifecycle(
    "essai", Etat, initial="ouvert", finaux={"vieux"}, transitions=[FERMER, SORTIR, VIEILLIR]
)


def contexte(role: str, organisation: int = 10, **donnees: Any) -> Contexte:
    mandat = MandatEnVigueur(1, organisation, "O", role, role, Niveau.FACTUEL)
    return Contexte(Perimetre(1, "Essai", JOUR, (mandat,)), JOUR, donnees)


SYSTEME = Contexte(perimetre_systeme("essai", JOUR), JOUR)


@pytest.mark.parametrize(
    ("ctx", "avant", "refus"),
    [
        (contexte("chef", cle=1), "ouvert", None),
        (contexte("chef"), "ouvert", "clé"),
        (contexte("chef", cle=1), "ferme", "n’est pas possible dans l’état « Fermé »"),
        (contexte("agent", cle=1), "ouvert", "rôle"),
        (contexte("chef", 20, cle=1), "ouvert", "rôle"),
        (Contexte(Perimetre(1, "Personne", JOUR), JOUR, {"cle": 1}), "ouvert", "rôle"),
        (SYSTEME, "ouvert", "rôle"),
    ],
)
def test_un_acte_a_ses_conditions(ctx: Contexte, avant: str, refus: str | None) -> None:
    objet = Objet(avant)
    if refus is None:
        mandat = CYCLE.apply(objet, "fermer", ctx)
        assert objet.statut == "ferme"
        assert mandat is ctx.perimetre.mandats[0]
        return
    with pytest.raises(ActeRefuse, match=refus):
        CYCLE.apply(objet, "fermer", ctx)
    assert objet.statut == avant


def test_chaque_garde_est_demandee_chaque_organisation_aussi() -> None:
    """The first guard that lets pass is not the last; the second organisation may act."""
    gardes = (lambda objet, ctx: None, lambda objet, ctx: "Seconde garde.")
    fermer = replace(FERMER, gardes=gardes, organisation=lambda objet: (99, 10))
    cycle = Lifecycle(
        "essai_gardes", Etat, initial="ouvert", finaux={"vieux"},
        transitions=[fermer, SORTIR, VIEILLIR],
    )  # fmt: skip
    assert cycle.refusal(fermer, Objet(), contexte("chef")) == "Seconde garde."
    mandat = cycle.find_mandat(fermer, Objet(), contexte("chef"))
    assert mandat is not None and mandat.organisation_id == 10


def test_sans_organisation_le_role_suffit() -> None:
    assert CYCLE.apply(Objet(), "sortir", contexte("chef", 99)) is not None


def test_l_acte_du_systeme_n_est_a_personne() -> None:
    assert CYCLE.apply(Objet("ferme"), "vieillir", SYSTEME) is None
    for ctx in (contexte("chef"), Contexte(Perimetre(1, "Personne", JOUR), JOUR)):
        with pytest.raises(ActeRefuse, match="rôle"):
            CYCLE.apply(Objet("ferme"), "vieillir", ctx)


def names(ctx: Contexte, objet: Objet) -> dict[str, bool]:
    return {e.transition.nom: e.is_open for e in CYCLE.evaluate(objet, ctx)}


def test_une_page_ne_montre_que_ce_qui_concerne() -> None:
    assert names(contexte("chef", cle=1), Objet()) == {"fermer": True, "sortir": True}
    assert names(contexte("chef"), Objet()) == {"fermer": False, "sortir": True}
    assert names(contexte("chef", 20), Objet()) == {"sortir": True}
    assert names(contexte("agent"), Objet()) == {}
    assert names(contexte("agent"), Objet("ferme")) == {"vieillir": False}
    assert names(SYSTEME, Objet()) == {"fermer": False, "sortir": False}
    assert names(SYSTEME, Objet("ferme")) == {"vieillir": True}


@pytest.mark.parametrize(
    ("transitions", "finaux", "faute"),
    [
        ([FERMER, FERMER, VIEILLIR], {"vieux"}, "même nom"),
        ([FERMER], {"vieux", "ferme"}, "inatteignables"),
        ([FERMER, VIEILLIR], {"vieux", "ferme"}, "impasses"),
        (
            [FERMER, Transition("x", "X", frozenset({"nulle_part"}), Etat.VIEUX, frozenset())],
            {"vieux"},
            "inconnus",
        ),
    ],
)
def test_une_table_fausse_se_voit_a_l_import(
    transitions: list[Transition], finaux: set[str], faute: str
) -> None:
    with pytest.raises(CycleInvalide, match=faute):
        Lifecycle("essai", Etat, initial="ouvert", finaux=finaux, transitions=transitions)


ROUVRIR = Transition("rouvrir", "Rouvrir", frozenset({Etat.FERME}), Etat.OUVERT, frozenset())
EN_ROND = [
    Transition("a", "A", frozenset({Etat.FERME}), Etat.VIEUX, frozenset()),
    Transition("b", "B", frozenset({Etat.VIEUX}), Etat.FERME, frozenset()),
]


def test_une_table_juste_passe_meme_avec_un_retour() -> None:
    cycle = Lifecycle(
        "essai", Etat, initial="ouvert", finaux={"vieux"}, transitions=[FERMER, ROUVRIR, VIEILLIR]
    )
    assert set(cycle.transitions) == {"fermer", "rouvrir", "vieillir"}


def test_des_etats_qui_ne_menent_qu_a_eux_memes_ne_sont_pas_atteints() -> None:
    rester = Transition("rester", "Rester", frozenset({Etat.OUVERT}), Etat.OUVERT, frozenset())
    with pytest.raises(CycleInvalide, match="inatteignables"):
        Lifecycle("essai", Etat, initial="ouvert", finaux=set(), transitions=[rester, *EN_ROND])
