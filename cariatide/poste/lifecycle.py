"""The life of a batch: prepared, its file made, posted; given up as long as it is not posted."""

from typing import Any

from cariatide.poste.rules import ROLES_POSTE
from cariatide.poste.statuts import VIVANTS
from cariatide.poste.statuts import StatutLot as S
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition

_ROLES = frozenset(str(r) for r in ROLES_POSTE)


def _organisation(lot: Any) -> tuple[int]:
    return (lot.organisation_id,)


def has_fichier(lot: Any, ctx: Contexte) -> str | None:
    """What was never printed was not posted."""
    if ctx.donnees.get("fichier", True):
        return None
    return "Le fichier de ce lot a été effacé : annulez le lot, et préparez-en un autre."


CYCLE = Lifecycle(
    "lot_postal",
    S,
    initial=S.EN_PREPARATION,
    finaux={S.POSTE, S.ANNULE},
    transitions=[
        Transition(
            "finir", "Fichier prêt", frozenset({S.EN_PREPARATION}), S.PRET, frozenset()
        ),
        Transition(
            "echouer", "Fichier impossible", frozenset({S.EN_PREPARATION}), S.IMPOSSIBLE,
            frozenset(),
        ),
        Transition(
            "poster", "Noter le lot posté", frozenset({S.PRET}), S.POSTE, _ROLES,
            (has_fichier,), _organisation,
        ),
        Transition(
            "annuler", "Annuler le lot", frozenset(VIVANTS), S.ANNULE, _ROLES,
            organisation=_organisation,
        ),
    ],
)  # fmt: skip
