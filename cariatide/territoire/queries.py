"""Reads on the territory. Reference data: open to every signed-in member, without perimeter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from cariatide.socle.erreurs import ErreurMetier
from cariatide.territoire.models import (
    Arrondissement,
    Commune,
    Departement,
    Epci,
    Secteur,
    ZonageCommune,
)
from cariatide.territoire.recherche import (
    CommuneAncienne,
    CommuneExacte,
    CommuneInconnue,
    CommunesAmbigues,
    Resolution,
    communes_en_vigueur,
    filter_communes,
    resolve_commune,
    search_communes,
)
from cariatide.territoire.rules import format_date, normalise_code
from cariatide.territoire.statuts import Zonage

__all__ = [
    "CommuneAncienne",
    "CommuneExacte",
    "CommuneInconnue",
    "CommunesAmbigues",
    "PartDePopulation",
    "Resolution",
    "ZoneAmbigue",
    "ZoneInconnue",
    "communes_en_vigueur",
    "communes_of",
    "describe_commune",
    "find_millesime",
    "find_zone",
    "list_communes",
    "list_secteurs",
    "resolve_commune",
    "search_communes",
    "share_of_population",
    "summarise_departement",
]


class ZoneInconnue(ErreurMetier):
    """No source gives the zone: never replaced by a usual one."""


class ZoneAmbigue(ErreurMetier):
    """The parts of a merged commune have different zones: say which part."""

    def __init__(self, message: str, zones: dict[str, str]) -> None:
        super().__init__(message)
        self.zones = zones


# -- zones -----------------------------------------------------------------------------------


def find_zone(
    commune: Commune, zonage: Zonage, *, le: date, ancien_code: str | None = None
) -> ZonageCommune:
    """The zone of a commune on a date, with its source.

    ancien_code: the former commune the address lies in, where a merged commune has several zones.
    Raises ZoneInconnue (no source for that commune or date) or ZoneAmbigue.
    """
    rows = list(
        commune.zonages.filter(Q(au__isnull=True) | Q(au__gte=le), zonage=zonage, du__lte=le)
    )
    quoi = f"La {zonage.label[0].lower()}{zonage.label[1:]} pour {commune.libelle}"
    if not rows:
        raise ZoneInconnue(
            f"{quoi} n’est pas connue au {format_date(le)} : aucune source ne la donne."
        )
    if len(rows) == 1:
        return rows[0]
    if ancien_code:
        chosen = [r for r in rows if r.code_source == normalise_code(ancien_code)]
        if chosen:
            return chosen[0]
    zones = {r.code_source: r.zone for r in rows}
    detail = ", ".join(f"{code} : zone {zone}" for code, zone in sorted(zones.items()))
    raise ZoneAmbigue(f"{quoi} dépend de l’ancienne commune ({detail}). Précisez laquelle.", zones)


# -- pages -----------------------------------------------------------------------------------


def list_communes(
    *,
    le: date,
    q: str = "",
    departement: str = "",
    arrondissement: str = "",
    epci: str = "",
    zone_apl: str = "",
) -> QuerySet[Commune]:
    """Current communes for the page, with `habitants`, and `apl`, `abc`: the zones of the parts."""
    rows = communes_en_vigueur()
    for champ, valeur in (
        ("departement_id", departement),
        ("arrondissement_id", arrondissement),
        ("epci_id", epci),
    ):
        if valeur:
            rows = rows.filter(**{champ: valeur})
    if q:
        rows = filter_communes(rows, q)
    en_vigueur = ZonageCommune.objects.filter(Q(au__isnull=True) | Q(au__gte=le), du__lte=le)
    if zone_apl:
        with_zone = en_vigueur.filter(zonage=Zonage.APL, zone=zone_apl)
        rows = rows.filter(pk__in=with_zone.values("commune_id"))
    of_row = en_vigueur.filter(commune_id=OuterRef("pk")).order_by("zone")
    return rows.annotate(
        habitants=Coalesce("population", 0),
        apl=ArraySubquery(of_row.filter(zonage=Zonage.APL).values("zone")),
        abc=ArraySubquery(of_row.filter(zonage=Zonage.ABC).values("zone")),
    )


def summarise_departement(code: str) -> dict[str, Any]:
    """Communes and population of a département, by arrondissement and by EPCI."""
    departement = Departement.objects.select_related("region").get(pk=code)
    rows = communes_of(departement)

    def by(nom: str) -> list[dict[str, Any]]:
        grouped = rows.filter(**{f"{nom}__isnull": False}).values(intitule=F(f"{nom}__nom"))
        counted = grouped.annotate(n=Count("pk"), habitants=Sum("population")).order_by("intitule")
        return [dict(row) for row in counted]

    total = rows.aggregate(n=Count("pk"), habitants=Sum("population"))
    return {
        "departement": departement,
        "communes": total["n"],
        "population": total["habitants"] or 0,
        "arrondissements": by("arrondissement"),
        "epci": by("epci"),
    }


def describe_commune(commune: Commune) -> dict[str, Any]:
    """Zones with their source, parts and past of a commune."""
    return {
        "zones": list(commune.zonages.order_by("zonage", "-du", "code_source")),
        "parties": list(commune.parties.filter(en_vigueur=True).order_by("nom_normalise", "pk")),
        "evenements": list(commune.evenements.order_by("-date_effet", "-present_au", "pk")),
    }


def find_millesime() -> int | None:
    """Edition of the official geographic code that the database holds."""
    millesime: int | None = Commune.objects.aggregate(m=Max("millesime"))["m"]
    return millesime


# -- sectors and population ------------------------------------------------------------------


@dataclass(frozen=True)
class PartDePopulation:
    """What a set of communes covers of a reference: 84 communes, 72 % of the population.

    part: between 0 and 1, None when the reference has no known population. sans_population:
    communes of the reference whose population no source gives (left out of both sums).
    hors_reference: communes of the sector outside the reference, left out too.
    """

    communes: int
    communes_reference: int
    population: int
    population_reference: int
    sans_population: int
    hors_reference: int

    @property
    def part(self) -> Decimal | None:
        if not self.population_reference:
            return None
        return Decimal(self.population) / Decimal(self.population_reference)


def communes_of(reference: Departement | Arrondissement | Epci | Secteur) -> QuerySet[Commune]:
    rows = communes_en_vigueur()
    match reference:
        case Departement():
            return rows.filter(departement=reference)
        case Arrondissement():
            return rows.filter(arrondissement=reference)
        case Epci():
            return rows.filter(epci=reference)
        case Secteur():
            return rows.filter(secteurs=reference)


def share_of_population(
    secteur: Secteur, reference: Departement | Arrondissement | Epci | Secteur
) -> PartDePopulation:
    """The share of the reference's population that lives in the communes of the sector."""
    covered = Q(pk__in=secteur.communes.values("pk"))
    figures = communes_of(reference).aggregate(
        n=Count("pk", filter=covered),
        n_reference=Count("pk"),
        habitants=Sum("population", filter=covered),
        habitants_reference=Sum("population"),
        inconnus=Count("pk", filter=Q(population__isnull=True)),
    )
    return PartDePopulation(
        communes=figures["n"],
        communes_reference=figures["n_reference"],
        population=figures["habitants"] or 0,
        population_reference=figures["habitants_reference"] or 0,
        sans_population=figures["inconnus"],
        hors_reference=secteur.communes.count() - figures["n"],
    )


def list_secteurs(*, le: date, organisation_ids: Sequence[int] = ()) -> QuerySet[Secteur]:
    """Sectors in force on a date: the common ones and those of organisations."""
    rows = Secteur.objects.filter(
        Q(au__isnull=True) | Q(au__gte=le),
        Q(organisation_id__isnull=True) | Q(organisation_id__in=list(organisation_ids)),
        du__lte=le,
    )
    return rows.order_by("nom", "pk")
