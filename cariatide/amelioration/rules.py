"""Pure rules and guards of works; "today" is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cariatide.amelioration.statuts import Finalite
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.money import format_euros

ZERO = Decimal("0")


@dataclass(frozen=True)
class LignePlan:
    """What the rules read of one line of the financing plan."""

    sollicite: Decimal
    accorde: Decimal | None


@dataclass(frozen=True)
class Plan:
    """Totals of the financing plan against the cost.

    en_attente: asked, no answer yet. reste: what the granted sums do not cover (never negative).
    """

    cout: Decimal | None
    sollicite: Decimal
    accorde: Decimal
    en_attente: Decimal

    @property
    def reste(self) -> Decimal | None:
        return None if self.cout is None else max(self.cout - self.accorde, ZERO)

    @property
    def excedent(self) -> Decimal:
        return ZERO if self.cout is None else max(self.accorde - self.cout, ZERO)

    @property
    def part_accordee(self) -> Decimal | None:
        return None if not self.cout else min(self.accorde / self.cout, Decimal(1))


def sum_plan(cout: Decimal | None, lignes: Iterable[LignePlan]) -> Plan:
    """Totals of a financing plan."""
    lignes = list(lignes)
    return Plan(
        cout=cout,
        sollicite=sum((ligne.sollicite for ligne in lignes), ZERO),
        accorde=sum((ligne.accorde for ligne in lignes if ligne.accorde is not None), ZERO),
        en_attente=sum((ligne.sollicite for ligne in lignes if ligne.accorde is None), ZERO),
    )


@dataclass(frozen=True)
class FaitsOperation:
    """What the guards read beside the works: the plan, and the first entry after completion."""

    plan: Plan
    occupation_id: int | None = None
    entree_le: date | None = None


def _faits(ctx: Contexte) -> FaitsOperation:
    faits: FaitsOperation = ctx.donnees["faits"]
    return faits


def has_cout(operation: Any, ctx: Contexte) -> str | None:
    """Works are financed against a known cost."""
    return None if _faits(ctx).plan.cout else "Indiquez d’abord le coût des travaux."


def plan_covers_cout(operation: Any, ctx: Contexte) -> str | None:
    """Granted sums, the owner's own money included, cover the cost, and no more."""
    plan = _faits(ctx).plan
    if plan.reste:
        return (
            f"Le plan de financement ne couvre pas le coût : il manque {format_euros(plan.reste)}."
        )
    if plan.excedent:
        return f"Le plan de financement dépasse le coût de {format_euros(plan.excedent)}."
    return None


def is_production(operation: Any, ctx: Contexte) -> str | None:
    """Works for a household that stays end with their completion."""
    if operation.finalite == Finalite.PRODUCTION:
        return None
    return "Des travaux de maintien s’arrêtent à leur achèvement : le ménage était déjà là."


def has_occupation(operation: Any, ctx: Contexte) -> str | None:
    """The home is let when a household has entered it, after the completion."""
    if _faits(ctx).occupation_id is not None:
        return None
    return "Aucune entrée d’un ménage n’est enregistrée dans ce logement depuis l’achèvement."


def check_date(le: date, jour: date, champ: str, apres: date | None, quoi: str) -> None:
    """A fact is not in the future, nor before the step that it follows."""
    if le > jour:
        raise ErreurMetier(
            "Cette date est dans l’avenir.", {champ: "Cette date est dans l’avenir."}
        )
    if apres is not None and le < apres:
        message = f"Cette date précède {quoi} ({apres:%d/%m/%Y})."
        raise ErreurMetier(message, {champ: message})


def check_fin_prevue(fin_prevue: date | None, debut: date) -> None:
    """The planned end comes after the start."""
    if fin_prevue is not None and fin_prevue < debut:
        message = "La fin prévue précède le début des travaux."
        raise ErreurMetier(message, {"fin_prevue": message})
