"""The engine: one statement of facts gives the value, the series, the breakdowns and the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.db.models.expressions import RawSQL

from cariatide.menages.acces import links_of
from cariatide.observatoire.rules import Periode, month_ends
from cariatide.observatoire.statuts import Ventilation
from cariatide.partenaires.models import Objectif
from cariatide.socle.indicateurs import Agregat, Indicateur
from cariatide.socle.perimetre import Niveau, Perimetre

LIGNES_PAR_PAGE = 100
SANS_LIBELLE = "Non renseigné"


@dataclass(frozen=True)
class Filtre:
    """Which facts are kept: those of one agreement, of one commune, or all."""

    convention_id: int | None = None
    commune_id: int | None = None


@dataclass(frozen=True)
class Resultat:
    """A value and what explains it.

    completude: share (0 to 1) of the source rows that hold every field needed; None without rows.
    """

    valeur: Decimal | None
    numerateur: Decimal | None
    denominateur: Decimal | None
    lignes: int
    completude: Decimal | None


_VALEUR = {
    Agregat.DISTINCT: "count(DISTINCT cle) FILTER (WHERE complet)",
    Agregat.MEDIANE: (
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY valeur)"
        " FILTER (WHERE complet AND valeur IS NOT NULL)"
    ),
}
_COLONNE = {
    Ventilation.AXE: "f.axe",
    Ventilation.COMMUNE: "c.nom",
    Ventilation.EPCI: "e.nom",
    Ventilation.ORIGINE: "f.origine",
}
_PLACES = """LEFT JOIN territoire_commune c ON c.id = f.commune_id
 LEFT JOIN territoire_epci e ON e.code = c.epci_id"""


def _facts(
    indicateur: Indicateur, debut: date, fin: date, filtre: Filtre
) -> tuple[str, list[object]]:
    """`WITH f AS (…)` of the facts kept, and its parameters."""
    requete = indicateur.faits(debut, fin)
    params: list[object] = [*requete.params]
    sql = f"WITH faits AS ({requete.sql}), f AS (SELECT * FROM faits"  # noqa: S608  our own SQL
    conditions = []
    if filtre.convention_id is not None:
        conditions.append("convention_id = %s")
        params.append(filtre.convention_id)
    if filtre.commune_id is not None:
        conditions.append("commune_id = %s")
        params.append(filtre.commune_id)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"{sql}{where}) ", params


def _run(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _decimal(valeur: Any) -> Decimal | None:
    return None if valeur is None else Decimal(str(valeur))


def compute(indicateur: Indicateur, periode: Periode, filtre: Filtre | None = None) -> Resultat:
    """The value of one period: one query."""
    facts, params = _facts(indicateur, periode.debut, periode.fin, filtre or Filtre())
    row = _run(
        f"{facts} SELECT {_VALEUR[indicateur.agregat]}, count(*),"  # noqa: S608  our own SQL
        " count(*) FILTER (WHERE complet), avg(complet::int) FROM f",
        params,
    )[0]
    valeur, lignes, completes, part = row
    numerateur = _decimal(valeur) if indicateur.agregat == Agregat.DISTINCT else None
    return Resultat(
        valeur=_decimal(valeur),
        numerateur=numerateur,
        denominateur=None if numerateur is not None else _decimal(completes),
        lignes=lignes,
        completude=_decimal(part),
    )


def compute_monthly(
    indicateur: Indicateur,
    periode: Periode,
    filtre: Filtre | None = None,
    jusqu_au: date | None = None,
) -> list[Decimal | None]:
    """Cumulated value at the end of each month; None after `jusqu_au` (months to come): one query.

    A key is counted from the month of its first fact, so the last month equals the yearly value.
    """
    ends = month_ends(periode)
    facts, params = _facts(indicateur, periode.debut, periode.fin, filtre or Filtre())
    rows = _run(
        f"{facts} SELECT m.fin, {_VALEUR[indicateur.agregat]} FROM unnest(%s::date[]) AS m(fin)"  # noqa: S608
        " LEFT JOIN f ON f.jour <= m.fin GROUP BY m.fin ORDER BY m.fin",
        [*params, ends],
    )
    limit = jusqu_au or periode.fin
    return [
        _decimal(valeur) if fin <= limit or fin.replace(day=1) <= limit else None
        for fin, valeur in rows
    ]


@dataclass(frozen=True)
class Part:
    """One line of a breakdown."""

    libelle: str
    valeur: Decimal | None
    effectif: int


def break_down(
    indicateur: Indicateur, periode: Periode, ventilation: str, filtre: Filtre | None = None
) -> list[Part]:
    """The value by axis, commune, grouping or origin, the largest first: one query."""
    colonne = _COLONNE[Ventilation(ventilation)]
    facts, params = _facts(indicateur, periode.debut, periode.fin, filtre or Filtre())
    rows = _run(
        f"{facts} SELECT COALESCE(NULLIF({colonne}, ''), %s) AS libelle,"  # noqa: S608
        f" {_VALEUR[indicateur.agregat]}, count(DISTINCT cle) FILTER (WHERE complet)"
        f" FROM f {_PLACES} GROUP BY 1 ORDER BY 3 DESC, 1",
        [*params, SANS_LIBELLE],
    )
    return [Part(libelle, _decimal(valeur), effectif) for libelle, valeur, effectif in rows]


@dataclass(frozen=True)
class Ligne:
    """One fact behind the number, as the reader may see it."""

    jour: date
    libelle: str
    commune: str
    axe: str
    origine: str
    menage_id: int | None
    objet_type: str
    objet_id: int
    valeur: Decimal | None
    complet: bool


@dataclass(frozen=True)
class Lignes:
    """The rows within the perimeter, and how many are outside of it."""

    visibles: list[Ligne]
    total: int
    hors_perimetre: int
    page: int
    pages: int


def _visible(perimetre: Perimetre) -> tuple[str, list[object]]:
    """SQL condition: a household's row by its links, a home's by the parties of its agreement."""
    if not any(m.niveau_max >= Niveau.FACTUEL for m in perimetre.mandats):
        return "false", []
    sql, params = (
        links_of(perimetre, Niveau.FACTUEL)
        .filter(menage_id=RawSQL("f.menage_id", ()))
        .order_by()
        .values_list("menage_id")
        .query.sql_with_params()
    )
    organisations = list(perimetre.organisations_at(Niveau.FACTUEL))
    return (
        f"(EXISTS ({sql}) OR (menage_id IS NULL AND"
        " (organisation_id = ANY(%s) OR commanditaire_id = ANY(%s))))",
        [*params, organisations, organisations],
    )


def list_lignes(
    perimetre: Perimetre,
    indicateur: Indicateur,
    periode: Periode,
    filtre: Filtre | None = None,
    page: int = 1,
) -> Lignes:
    """Facts behind the number, latest first: a count and a page, two queries.

    The rows of a period are few and frozen: pages are numbered.
    """
    facts, params = _facts(indicateur, periode.debut, periode.fin, filtre or Filtre())
    visible, more = _visible(perimetre)
    total, seen = _run(
        f"{facts} SELECT count(*), count(*) FILTER (WHERE {visible}) FROM f",  # noqa: S608
        [*params, *more],
    )[0]
    pages = max(1, -(-seen // LIGNES_PAR_PAGE))
    page = min(max(page, 1), pages)
    rows = _run(
        f"{facts} SELECT f.jour, f.libelle, COALESCE(c.nom, ''), f.axe, f.origine, f.menage_id,"  # noqa: S608
        f" f.objet_type, f.objet_id, f.valeur, f.complet FROM f {_PLACES} WHERE {visible}"
        " ORDER BY f.jour DESC, f.objet_type, f.objet_id DESC LIMIT %s OFFSET %s",
        [*params, *more, LIGNES_PAR_PAGE, (page - 1) * LIGNES_PAR_PAGE],
    )
    return Lignes(
        visibles=[Ligne(*row) for row in rows],
        total=total,
        hors_perimetre=total - seen,
        page=page,
        pages=pages,
    )


@dataclass(frozen=True)
class Cible:
    """Yearly target: the sum of the agreements concerned."""

    minimum: int | None
    maximum: int | None


def find_cible(indicateur: Indicateur, periode: Periode, filtre: Filtre | None = None) -> Cible:
    """Target of the agreements in force during the period for the unit of this indicator."""
    if not indicateur.objectif:
        return Cible(None, None)
    found = Objectif.objects.filter(
        unite=indicateur.objectif,
        convention__du__lte=periode.fin,
        convention__au__gte=periode.debut,
    )
    if filtre and filtre.convention_id is not None:
        found = found.filter(convention_id=filtre.convention_id)
    if found.filter(maximum__isnull=True).exists():
        return Cible(found.aggregate(m=Sum("minimum"))["m"], None)
    sums = found.aggregate(minimum=Sum("minimum"), maximum=Sum("maximum"))
    return Cible(sums["minimum"], sums["maximum"])
