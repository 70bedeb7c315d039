"""The life of works (domain inventory, C8): studied, financed, done, let."""

from collections.abc import Iterable
from typing import Any

from cariatide.amelioration.rules import (
    has_cout,
    has_occupation,
    is_production,
    plan_covers_cout,
)
from cariatide.amelioration.statuts import ROLES_TRAVAUX, StatutOperation
from cariatide.socle.lifecycle import Garde, Lifecycle, Transition


def _operateur(operation: Any) -> Iterable[int]:
    return (operation.organisation_id,)


def _acte(nom: str, libelle: str, sources: set[str], cible: str, *gardes: Garde) -> Transition:
    roles = frozenset(str(r) for r in ROLES_TRAVAUX)
    return Transition(nom, libelle, frozenset(sources), cible, roles, gardes, _operateur)


S = StatutOperation
CYCLE = Lifecycle(
    "travaux",
    StatutOperation,
    initial=S.ETUDIEE,
    # Completed works for a household that stays go no further: the guard of « louer » says so.
    finaux={S.LOUEE, S.ABANDONNEE},
    transitions=[
        _acte(
            "financer",
            "Constater le financement",
            {S.ETUDIEE},
            S.FINANCEE,
            has_cout,
            plan_covers_cout,
        ),
        _acte("commencer", "Commencer les travaux", {S.FINANCEE}, S.EN_TRAVAUX, plan_covers_cout),
        _acte("achever", "Constater l’achèvement", {S.EN_TRAVAUX}, S.ACHEVEE),
        _acte(
            "louer",
            "Constater la mise en location",
            {S.ACHEVEE},
            S.LOUEE,
            is_production,
            has_occupation,
        ),
        _acte(
            "abandonner",
            "Abandonner l’opération",
            {S.ETUDIEE, S.FINANCEE, S.EN_TRAVAUX},
            S.ABANDONNEE,
        ),
    ],
)
