"""The port of alerts: each domain declares its rules, and the set of cases that they concern.

A rule asks for whole sets: its query gives every case of the platform at once, with the delay of
each organisation inside it (`Reglages.limite`). Nothing here runs a query.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    F,
    IntegerChoices,
    IntegerField,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from cariatide.alertes.rules import shift
from cariatide.alertes.statuts import Responsable
from cariatide.bareme.rules import ValeurDatee
from cariatide.socle.access import ModeleProtege, RequeteProtegee
from cariatide.socle.ports import Registre

Ligne = Mapping[str, Any]


class Gravite(IntegerChoices):
    """In the order of the lists: the most serious first."""

    HAUTE = 1, "Haute"
    MOYENNE = 2, "Moyenne"
    BASSE = 3, "Basse"


@dataclass(frozen=True)
class Reglage:
    """What one organisation set of a rule, or what holds for those that set nothing.

    valeur None: nobody fixed the delay, the rule is silent there. escalade None: never.
    """

    active: bool
    valeur: ValeurDatee | None
    responsable: str
    escalade: int | None

    @property
    def parle(self) -> bool:
        return self.active and self.valeur is not None


@dataclass(frozen=True)
class Reglages:
    """The settings of one rule on a day, for every organisation."""

    jour: date
    commun: Reglage
    propres: Mapping[int, Reglage] = field(default_factory=dict)

    @property
    def parle(self) -> bool:
        return self.commun.parle or any(r.parle for r in self.propres.values())

    def of(self, organisation_id: int | None) -> Reglage:
        return self.propres.get(organisation_id or 0, self.commun)

    def limite(self, organisation: str, sens: int = -1) -> Combinable:
        """The day that the delay reaches from today, back (-1) or forward (1), for the
        organisation of the row; NULL where the rule is silent, so that no comparison holds.
        """

        def day(reglage: Reglage) -> date | None:
            if not reglage.parle or reglage.valeur is None:
                return None
            return shift(self.jour, reglage.valeur, sens)

        return self.by_organisation(organisation, day, DateField())

    def nombre(self, organisation: str) -> Combinable:
        """The number set for the organisation of the row; NULL where the rule is silent."""

        def number(reglage: Reglage) -> int | None:
            return reglage.valeur.entier if reglage.parle and reglage.valeur else None

        return self.by_organisation(organisation, number, IntegerField())

    def by_organisation(
        self, organisation: str, lit: Callable[[Reglage], Any], sortie: Any
    ) -> Combinable:
        commun = Cast(Value(lit(self.commun)), sortie)
        cas = [
            When(**{organisation: pk}, then=Cast(Value(lit(reglage)), sortie))
            for pk, reglage in sorted(self.propres.items())
        ]
        return Case(*cas, default=commun, output_field=sortie) if cas else commun


class RegleAlerte(Protocol):
    """One rule.

    objet_type: of what its cases are about. responsables: who may answer for it, the first by
    default. parametre: the dated value of `bareme` that it follows. fermable: somebody may close
    an alert with a reason while its cause lasts. phrase: what is wrong, with {depuis}.
    """

    libelle: str
    phrase: str
    aide: str
    gravite: Gravite
    objet_type: str
    responsables: tuple[Responsable, ...]
    parametre: str
    fermable: bool

    def list_cas(self, reglages: Reglages) -> QuerySet[Any]:
        """Every case of the platform, as `select_cas` shapes it."""

    def adresse(self, ligne: Ligne) -> str:
        """The page where the cause is dealt with; reads objet_id, menage_id, reference."""


@dataclass(frozen=True)
class Regle:
    """The usual way to declare one."""

    libelle: str
    phrase: str
    aide: str
    gravite: Gravite
    objet_type: str
    responsables: tuple[Responsable, ...]
    parametre: str
    cas: Callable[[Reglages], QuerySet[Any]]
    page: Callable[[Ligne], str]
    fermable: bool = True

    def list_cas(self, reglages: Reglages) -> QuerySet[Any]:
        return self.cas(reglages)

    def adresse(self, ligne: Ligne) -> str:
        return self.page(ligne)


regles_alerte: Registre[RegleAlerte] = Registre("Règles d’alerte")


def register_regles(regles: Mapping[str, RegleAlerte]) -> None:
    """Called by AppConfig.ready() of the app that declares them."""
    for code, regle in regles.items():
        regles_alerte.register(code, regle)


def every_row(modele: type[ModeleProtege]) -> RequeteProtegee:
    """Rows of everybody, for the rules and for the acts of the system on alerts."""
    rows: RequeteProtegee = modele.objects.unscoped(
        reason="calcul et suites des alertes : dates, états et références, sans contenu"
    )
    return rows


def select_cas(
    rows: QuerySet[Any],
    reglages: Reglages,
    *,
    organisation: str,
    depuis: Any,
    reference: Any,
    menage: str | None = "menage_id",
    referent: str | None = None,
    objet: str = "pk",
) -> QuerySet[Any]:
    """The columns that the computation reads, whatever the model.

    organisation: column of the organisation that answers. depuis: column or expression of the day
    that the cause dates from; another day is another cause.
    """
    rien = Cast(Value(None), BigIntegerField())

    def texte(reglage: Reglage) -> str:
        return reglage.responsable

    def escalade(reglage: Reglage) -> int | None:
        return reglage.escalade

    return rows.order_by().values(
        c_objet=F(objet),
        c_menage=F(menage) if menage else rien,
        c_organisation=F(organisation),
        c_referent=F(referent) if referent else rien,
        c_depuis=F(depuis) if isinstance(depuis, str) else depuis,
        c_reference=F(reference) if isinstance(reference, str) else reference,
        c_responsable=reglages.by_organisation(organisation, texte, CharField()),
        c_escalade=reglages.by_organisation(organisation, escalade, IntegerField()),
    )
