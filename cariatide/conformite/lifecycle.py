"""The life of a purge: previewed, confirmed in a second step, run by the worker."""

from typing import Any

from cariatide.conformite.rules import ROLES_CONFORMITE, check_recopie
from cariatide.conformite.statuts import StatutDemande
from cariatide.conformite.statuts import StatutPurge as S
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition

_ROLES = frozenset(str(r) for r in ROLES_CONFORMITE)


def is_recopiee(purge: Any, ctx: Contexte) -> str | None:
    """The reference is copied: nobody confirms by a slip of the hand."""
    if check_recopie(str(ctx.donnees.get("recopie", "")), purge.reference):
        return None
    return "Recopiez la référence de la purge pour la confirmer."


def is_epuisee(purge: Any, ctx: Contexte) -> str | None:
    """Every file was dealt with."""
    return "Des dossiers restent à traiter." if ctx.donnees.get("restants") else None


CYCLE = Lifecycle(
    "purge",
    S,
    initial=S.PREPAREE,
    finaux={S.TERMINEE, S.ANNULEE},
    transitions=[
        Transition(
            "confirmer", "Confirmer la purge", frozenset({S.PREPAREE}), S.CONFIRMEE, _ROLES,
            (is_recopiee,),
        ),
        Transition(
            "abandonner", "Abandonner la purge", frozenset({S.PREPAREE}), S.ANNULEE, _ROLES
        ),
        Transition(
            "terminer", "Terminer la purge", frozenset({S.CONFIRMEE}), S.TERMINEE, frozenset(),
            (is_epuisee,),
        ),
    ],
)  # fmt: skip

CYCLE_DROIT = Lifecycle(
    "demande_droit",
    StatutDemande,
    initial=StatutDemande.RECUE,
    finaux={StatutDemande.REPONDUE, StatutDemande.REJETEE},
    transitions=[
        Transition(
            "repondre",
            "Faire droit à la demande",
            frozenset({StatutDemande.RECUE}),
            StatutDemande.REPONDUE,
            _ROLES,
        ),
        Transition(
            "rejeter",
            "Rejeter la demande",
            frozenset({StatutDemande.RECUE}),
            StatutDemande.REJETEE,
            _ROLES,
        ),
    ],
)
