"""The life of an alert under the hands of people; the daily job alone ends or brings it back."""

from typing import Any

from cariatide.alertes.statuts import ROLES_DES_ALERTES, StatutAlerte
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition

S = StatutAlerte


def _organisation(alerte: Any) -> tuple[int]:
    return (alerte.organisation_id,)


def may_close(alerte: Any, ctx: Contexte) -> str | None:
    """Some causes only end by being dealt with."""
    if not alerte.fermable:
        return "Cette alerte se ferme d’elle-même quand sa cause prend fin."
    return None


def may_give_back(alerte: Any, ctx: Contexte) -> str | None:
    if ctx.perimetre.utilisateur_id != alerte.prise_par_id and not any(
        m.equipe and m.organisation_id == alerte.organisation_id for m in ctx.perimetre.mandats
    ):
        return "La personne qui l’a prise en charge, ou le chef de service, peut la rendre."
    return None


def _acte(nom: str, libelle: str, sources: set[str], cible: str, *gardes: Any) -> Transition:
    return Transition(
        nom, libelle, frozenset(sources), cible, ROLES_DES_ALERTES, gardes, _organisation
    )


CYCLE = Lifecycle(
    "alerte",
    StatutAlerte,
    initial=S.OUVERTE,
    finaux={S.CLOSE},
    transitions=[
        _acte("prendre", "Prendre en charge", {S.OUVERTE}, S.PRISE),
        _acte("laisser", "Rendre", {S.PRISE}, S.OUVERTE, may_give_back),
        _acte("reporter", "Reporter", {S.OUVERTE, S.PRISE}, S.REPORTEE),
        _acte("reprendre", "Reprendre dès aujourd’hui", {S.REPORTEE}, S.OUVERTE),
        _acte("clore", "Clore avec un motif", {S.OUVERTE, S.PRISE, S.REPORTEE}, S.CLOSE, may_close),
    ],
)
