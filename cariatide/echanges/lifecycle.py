"""The life of a batch: checked, then integrated, then possibly cancelled as a whole."""

from typing import Any

from cariatide.echanges.ports import ROLES_IMPORT
from cariatide.echanges.rules import is_stale
from cariatide.echanges.statuts import StatutLot
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition


def is_recent(lot: Any, ctx: Contexte) -> str | None:
    """Guard: the lines are still kept."""
    if is_stale(lot.recu_le.date(), ctx.perimetre.jour):
        return "Ce fichier a été reçu il y a trop longtemps : envoyez-le de nouveau."
    return None


CYCLE = Lifecycle(
    "lot_import",
    StatutLot,
    initial=StatutLot.VERIFIE,
    finaux={StatutLot.ANNULE},
    transitions=[
        Transition(
            "integrer",
            "Intégrer les lignes valides",
            frozenset({StatutLot.VERIFIE}),
            StatutLot.INTEGRE,
            roles=frozenset(ROLES_IMPORT),
            gardes=(is_recent,),
            organisation=lambda lot: (lot.organisation_id,),
        ),
        Transition(
            "annuler",
            "Annuler l’import",
            frozenset({StatutLot.VERIFIE, StatutLot.INTEGRE}),
            StatutLot.ANNULE,
            roles=frozenset(ROLES_IMPORT),
            organisation=lambda lot: (lot.organisation_id,),
        ),
    ],
)
