"""The life of an offer (domain inventory, C7): found, visited, kept or set aside, taken."""

from collections.abc import Iterable
from typing import Any

from cariatide.parc.statuts import ROLES_PARC, StatutOffre
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition


def _organisation(offre: Any) -> Iterable[int]:
    return (offre.logement.organisation_id,)


def has_proprietaire(offre: Any, ctx: Contexte) -> str | None:
    """A home is taken from somebody: the owner of that day is known."""
    if ctx.donnees.get("has_proprietaire"):
        return None
    return "Enregistrez d’abord le propriétaire du logement."


S = StatutOffre
_ROLES = frozenset(str(r) for r in ROLES_PARC)
CYCLE_OFFRE = Lifecycle(
    "offre",
    StatutOffre,
    initial=S.REPEREE,
    finaux={S.ECARTEE, S.CAPTEE},
    transitions=[
        Transition(
            "visiter",
            "Enregistrer la visite",
            frozenset({S.REPEREE}),
            S.VISITEE,
            _ROLES,
            organisation=_organisation,
        ),
        Transition(
            "retenir",
            "Retenir l’offre",
            frozenset({S.VISITEE}),
            S.RETENUE,
            _ROLES,
            organisation=_organisation,
        ),
        Transition(
            "capter",
            "Capter le logement",
            frozenset({S.RETENUE}),
            S.CAPTEE,
            _ROLES,
            gardes=(has_proprietaire,),
            organisation=_organisation,
        ),
        Transition(
            "ecarter",
            "Écarter l’offre",
            frozenset({S.REPEREE, S.VISITEE, S.RETENUE}),
            S.ECARTEE,
            _ROLES,
            organisation=_organisation,
        ),
    ],
)
