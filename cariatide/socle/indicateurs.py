"""The port of indicators: a domain declares what it counts, observatoire computes and explains.

An indicator gives one SELECT, its facts. Value, monthly and yearly series, breakdowns, completeness
and the rows behind the number all come from that one statement, so they cannot disagree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cariatide.socle.ports import Registre


class Agregat(StrEnum):
    """How the facts make the value."""

    DISTINCT = "distinct"  # number of distinct keys
    MEDIANE = "mediane"  # median of `valeur`


class Sens(StrEnum):
    """Which way is better; it belongs to the use of an indicator, never to the measure itself."""

    HAUSSE = "hausse"
    BAISSE = "baisse"
    NEUTRE = "neutre"


@dataclass(frozen=True)
class Requete:
    """A SELECT with its parameters (%s style)."""

    sql: str
    params: Sequence[object] = ()


@dataclass(frozen=True)
class Indicateur:
    """One indicator. The code never changes meaning; a change of definition raises `version`.

    faits(debut, fin) selects the facts of the closed interval, with exactly the columns of
    COLONNES: jour date, cle text (what is counted once), menage_id bigint or null, commune_id
    bigint or null (that of the dwelling), convention_id, organisation_id (who acted),
    commanditaire_id, axe text, origine text (kind of the prescriber), objet_type text, objet_id
    bigint, libelle text,
    valeur numeric or null, complet boolean (false: a field needed is missing, the row is shown and
    counted in the completeness, not in the value).
    objectif: unit of the agreements' targets (partenaires.UniteObjectif) that the value is compared
    with, or "".
    """

    code: str
    libelle: str
    definition: str
    unite: str
    sens: Sens
    source: str
    version: int
    agregat: Agregat
    faits: Callable[[date, date], Requete]
    ventilations: tuple[str, ...] = ("axe", "commune", "epci", "origine")
    objectif: str = ""
    domaine: str = ""


COLONNES = (
    "jour", "cle", "menage_id", "commune_id", "convention_id", "organisation_id",
    "commanditaire_id", "axe", "origine", "objet_type", "objet_id", "libelle", "valeur", "complet",
)  # fmt: skip

indicateurs: Registre[Indicateur] = Registre("Indicateurs")
