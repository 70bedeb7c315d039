"""States × transitions of every registered life: refused from elsewhere, and to anybody else."""

from datetime import date
from typing import Any
from unittest.mock import MagicMock

import pytest

from cariatide.partenaires.rules import NIVEAU_MAX
from cariatide.partenaires.statuts import Role
from cariatide.socle.cycles import cycles
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre, perimetre_systeme

JOUR = date(2026, 11, 22)
ORGANISATION = 7
CAS = [(cycle, transition) for cycle in cycles for transition in cycle.transitions.values()]
NOMS = [f"{cycle.nom}.{transition.nom}" for cycle, transition in CAS]
cas = pytest.mark.parametrize(("cycle", "transition"), CAS, ids=NOMS)


def perimetre(*roles: str) -> Perimetre:
    return Perimetre(
        utilisateur_id=1,
        utilisateur="Essai",
        jour=JOUR,
        mandats=tuple(
            MandatEnVigueur(i, ORGANISATION, "Essai", role, role, NIVEAU_MAX[Role(role)])
            for i, role in enumerate(roles)
        ),
    )


def objet(cycle: Lifecycle, statut: str) -> Any:
    """An object in that state; what an organisation function reads is a stand-in."""
    faux = MagicMock(name=cycle.nom)
    faux.statut = statut
    return faux


def anywhere(transition: Transition) -> Transition:
    """The same transition without its guards, in any organisation."""
    return Transition(
        transition.nom,
        transition.libelle,
        transition.sources,
        transition.cible,
        transition.roles,
        organisation=None,
    )


def test_les_cycles_sont_enregistres() -> None:
    codes = {nom for nom, _ in cycles.items()}
    assert {"saisine", "seance", "passage", "mesure", "bilan", "travaux"} <= codes
    assert len(CAS) > 50


@cas
def test_les_roles_existent(cycle: Lifecycle, transition: Transition) -> None:
    assert transition.roles <= set(Role.values), "a role that nobody can hold"
    assert transition.libelle[0].isupper() and not transition.libelle.endswith(".")


@cas
def test_refusee_depuis_tout_autre_etat(cycle: Lifecycle, transition: Transition) -> None:
    autres = [s for s in cycle.statuts.values if s not in transition.sources]
    for statut in autres:
        un = objet(cycle, statut)
        ctx = Contexte(perimetre(*Role.values), JOUR)
        motif = cycle.refusal(transition, un, ctx)
        assert motif and cycle.statuts(statut).label in motif
        with pytest.raises(ActeRefuse):
            cycle.apply(un, transition.nom, ctx)
        assert un.statut == statut, "a refused act assigns nothing"
        assert transition.nom not in {e.transition.nom for e in cycle.evaluate(un, ctx)}


@cas
def test_refusee_sans_le_role(cycle: Lifecycle, transition: Transition) -> None:
    autres = [r for r in Role.values if r not in transition.roles]
    for statut in sorted(transition.sources):
        for qui in (perimetre(), perimetre(*autres)):
            un = objet(cycle, statut)
            motif = cycle.refusal(transition, un, Contexte(qui, JOUR))
            assert motif == f"Votre rôle ne permet pas l’acte « {transition.libelle} »."
            with pytest.raises(ActeRefuse):
                cycle.apply(un, transition.nom, Contexte(qui, JOUR))
            assert un.statut == statut


@cas
def test_le_systeme_ne_fait_que_ce_qui_n_a_pas_de_role(
    cycle: Lifecycle, transition: Transition
) -> None:
    ctx = Contexte(perimetre_systeme("essai", JOUR), JOUR)
    for statut in sorted(transition.sources):
        motif = cycle.refusal(anywhere(transition), objet(cycle, statut), ctx)
        assert (motif is None) == (not transition.roles)


@cas
def test_ouverte_au_role_depuis_sa_source(cycle: Lifecycle, transition: Transition) -> None:
    """Without guards nor organisation, each role listed opens it from each source."""
    for statut in sorted(transition.sources):
        for role in transition.roles:
            ctx = Contexte(perimetre(role), JOUR)
            assert cycle.refusal(anywhere(transition), objet(cycle, statut), ctx) is None


@pytest.mark.parametrize("cycle", list(cycles), ids=lambda c: c.nom)
def test_etats_finaux_sans_sortie(cycle: Lifecycle) -> None:
    for statut in cycle.finaux:
        ctx = Contexte(perimetre(*Role.values), JOUR)
        assert list(cycle.evaluate(objet(cycle, statut), ctx)) == []
    assert cycle.to_mermaid().startswith("stateDiagram-v2\n  [*] --> " + cycle.initial)
