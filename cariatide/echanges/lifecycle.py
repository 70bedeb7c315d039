"""The life of a batch: checked, then integrated, then possibly cancelled as a whole."""

from cariatide.echanges.ports import ROLES_IMPORT
from cariatide.echanges.statuts import StatutLot
from cariatide.socle.lifecycle import Lifecycle, Transition

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
