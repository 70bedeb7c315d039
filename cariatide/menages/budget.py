"""Snapshots of a budget as they are read: the latest, the history, what changed between two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from cariatide.menages.models import LigneSituation, NatureBudget, SituationFinanciere
from cariatide.menages.rules import Budget
from cariatide.menages.statuts import CalculBudget, SensBudget
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.perimetre import Perimetre

HISTORIQUE_MAX = 200
_LOGEMENT = "dette_logement"


@dataclass(frozen=True)
class Releve:
    """One snapshot with its totals."""

    situation: SituationFinanciere
    budget: Budget
    dette_logement: Decimal | None = None


@dataclass(frozen=True)
class Ecart:
    """One line in one snapshot, the other, or both."""

    sens: str
    libelle: str
    precision: str
    avant: Decimal | None
    apres: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.apres or Decimal(0)) - (self.avant or Decimal(0))

    @property
    def nature(self) -> str:
        """What happened to the line, in a word; empty when nothing did."""
        if self.avant is None:
            return "ajoutée"
        if self.apres is None:
            return "retirée"
        return "" if self.avant == self.apres else "modifiée"


def _totals() -> dict[str, Sum]:
    def somme(**filtre: str) -> Sum:
        return Sum(
            "lignes__montant", filter=Q(**{f"lignes__nature__{k}": v for k, v in filtre.items()})
        )

    return {
        "t_ressources": somme(sens=SensBudget.RESSOURCE),
        "t_charges": somme(sens=SensBudget.CHARGE),
        "t_dettes": somme(sens=SensBudget.DETTE),
        "t_aide": somme(calcul=CalculBudget.AIDE),
        "t_loyer": somme(calcul=CalculBudget.LOYER),
        "t_locatives": somme(calcul=CalculBudget.CHARGES),
        "t_dette_logement": somme(code=_LOGEMENT),
    }


def to_releve(situation: SituationFinanciere) -> Releve:
    """A row of `read_dernier_releve` as the pages show it."""

    def lu(nom: str) -> Decimal:
        return getattr(situation, f"t_{nom}") or Decimal(0)

    aide = lu("aide")
    budget = Budget(
        ressources=lu("ressources") - aide,
        aide=aide,
        loyer=lu("loyer"),
        charges_locatives=lu("locatives"),
        charges=lu("charges"),
        dettes=lu("dettes"),
    )
    dette: Decimal | None = getattr(situation, "t_dette_logement", None)
    return Releve(situation, budget, dette)


def list_releves(perimetre: Perimetre, menage_id: int, au: date | None = None) -> list[Releve]:
    """The snapshots of a household with their totals, latest first: one query."""
    rows = _with_totals(perimetre, menage_id, au).select_related("organisation")
    return [to_releve(row) for row in rows[:HISTORIQUE_MAX]]


def find_releve(perimetre: Perimetre, menage_id: int, au: date | None = None) -> Releve | None:
    """The latest snapshot, or the latest on a day: one query; None when there is none to read."""
    return next(map(to_releve, read_dernier_releve(perimetre, menage_id, au)), None)


def read_dernier_releve(
    perimetre: Perimetre, menage_id: int, au: date | None = None
) -> QuerySet[SituationFinanciere]:
    """The latest snapshot with its totals, not yet read: at most one row, for `to_releve`."""
    return _with_totals(perimetre, menage_id, au)[:1]


def _with_totals(
    perimetre: Perimetre, menage_id: int, au: date | None
) -> QuerySet[SituationFinanciere]:
    found = SituationFinanciere.objects.visible_to(perimetre).filter(menage_id=menage_id)
    if au is not None:
        found = found.filter(le__lte=au)
    rows: QuerySet[SituationFinanciere] = found.annotate(**_totals()).order_by("-le", "-pk")
    return rows


def find_derniere(perimetre: Perimetre, menage_id: int) -> int:
    """The last snapshot written, whatever its date: what a new one must have read. 0 if none."""
    found = SituationFinanciere.objects.visible_to(perimetre).filter(menage_id=menage_id)
    pk: int | None = found.order_by("-pk").values_list("pk", flat=True).first()
    return pk or 0


def list_lignes(perimetre: Perimetre, situation_id: int) -> list[LigneSituation]:
    """The lines of one snapshot, in the order of the reference list."""
    rows = (
        LigneSituation.objects.visible_to(perimetre)
        .filter(situation_id=situation_id)
        .select_related("nature")
        .order_by("nature__ordre", "pk")
    )
    return list(rows)


def list_natures(jour: date) -> list[NatureBudget]:
    """The natures in use on a day."""
    return list(NatureBudget.objects.filter(en_vigueur(jour)).order_by("ordre", "pk"))


def compare_lignes(avant: Iterable[LigneSituation], apres: Iterable[LigneSituation]) -> list[Ecart]:
    """Line by line, what stands in each. Lines of one nature and one precision are one line."""
    cotes = (_sums(avant), _sums(apres))
    cles = sorted({*cotes[0], *cotes[1]})
    return [
        Ecart(sens, libelle, precision, cotes[0].get(cle), cotes[1].get(cle))
        for cle in cles
        for _, sens, libelle, precision in [cle]
    ]


def _sums(lignes: Iterable[LigneSituation]) -> dict[tuple[int, str, str, str], Decimal]:
    found: dict[tuple[int, str, str, str], Decimal] = {}
    for ligne in lignes:
        nature = ligne.nature
        cle = (nature.ordre, nature.sens, nature.libelle, ligne.precision)
        found[cle] = found.get(cle, Decimal(0)) + ligne.montant
    return found
