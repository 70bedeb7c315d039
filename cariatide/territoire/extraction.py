"""From the published packages to our own facts: pure functions over what was read.

Why our own files: the packages weigh tens of megabytes, and most of it is of no use here. What is
kept are facts (codes, names, figures, dates), each with the source that `donnees/SOURCES.md` names.

Dates are never deduced beyond what a source says. The history that version 0.7 of the package
publishes (1943-2019) gives dates of effect; later changes are only bounded by two editions of the
geographic code: present in one (`present_au`), absent from the next (`absent_au`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from cariatide.socle.normalisation import normalise
from cariatide.territoire.statuts import NatureEvenement, TypeCommune, Zonage

Row = tuple[str, ...]
Json = list[dict[str, Any]]

TYPES = {
    "commune-actuelle": TypeCommune.ACTUELLE,
    "commune-deleguee": TypeCommune.DELEGUEE,
    "commune-associee": TypeCommune.ASSOCIEE,
    "arrondissement-municipal": TypeCommune.ARRONDISSEMENT_MUNICIPAL,
}
ENTETES: dict[str, Row] = {
    "regions": ("code", "nom", "chef_lieu"),
    "departements": ("code", "nom", "region", "chef_lieu"),
    "arrondissements": ("code", "nom", "departement", "chef_lieu"),
    "epci": ("code", "nom", "nature"),
    "communes": (
        "code", "type", "nom", "departement", "arrondissement", "epci", "population", "siren",
        "rattachement", "codes_postaux",
    ),
    "evenements": (
        "ancien_code", "ancien_nom", "nature", "code", "date_effet", "present_au", "absent_au",
    ),
    "zones": ("code", "zonage", "zone", "code_source", "du", "source"),
}  # fmt: skip


class SourceInattendue(ValueError):
    """A published file does not have the shape this module was written for."""


@dataclass(frozen=True)
class FichierZones:
    """A published table of zones: which columns to read, since when it holds."""

    colonne: str
    separateur: str
    du: str
    source: str


ZONAGES: dict[str, FichierZones] = {
    Zonage.APL: FichierZones(
        "Zonage", ",", "2011-09-14", "openfisca-france, 20110914_zonage.csv"
    ),
    Zonage.ABC: FichierZones(
        "Zone en vigueur depuis le 5 juillet 2024", ";", "2024-07-05",
        "openfisca-france, zonage-abc-juillet-2024.csv",
    ),
}  # fmt: skip


@dataclass
class Editions:
    """Earlier editions of the geographic code: year → what the package listed that year."""

    communes: dict[int, Json] = field(default_factory=dict)
    historique: Json = field(default_factory=list)

    def noms_actuels(self, annee: int) -> dict[str, str]:
        return noms_actuels(self.communes[annee])

    def rattachements(self, annee: int) -> dict[str, str]:
        """Delegated or associated code → the commune it belonged to that year."""
        return {c["code"]: c["chefLieu"] for c in self.communes[annee] if "chefLieu" in c}


def noms_actuels(communes: Json) -> dict[str, str]:
    return {c["code"]: c["nom"] for c in communes if c["type"] == "commune-actuelle"}


def rows_of_communes(communes: Json, epci: Json) -> list[Row]:
    epci_of = {m["code"]: e["code"] for e in epci for m in e["membres"]}
    rows: list[Row] = []
    for c in communes:
        if c["type"] not in TYPES:
            raise SourceInattendue(f"Type de commune inconnu : {c['type']!r} ({c['code']}).")
        rattachement = c.get("chefLieu") or c.get("commune") or ""
        rows.append((
            c["code"], TYPES[c["type"]].value, c["nom"], c["departement"],
            c.get("arrondissement", ""),
            epci_of.get(c["code"], "") if not rattachement else "",
            str(c.get("population", "")), c.get("siren", ""), rattachement,
            " ".join(sorted(c.get("codesPostaux", []))),
        ))  # fmt: skip
    return sorted(rows)


def successors(communes: Json) -> dict[str, str]:
    """Former code → current commune.

    Today's attachment of a delegated or associated commune wins over the list of former codes,
    which does not follow a commune that left one group for another.
    """
    current = noms_actuels(communes)
    found: dict[str, str] = {}
    for c in communes:
        for ancien in c.get("anciensCodes", []):
            if ancien in found or ancien in current:
                raise SourceInattendue(f"Ancien code ambigu : {ancien}.")
            found[ancien] = c["code"]
    for c in communes:
        if "chefLieu" in c and c["code"] not in current:
            found[c["code"]] = c["chefLieu"]
    return found


def _fin_de_commune(historique: Json) -> dict[str, dict[str, Any]]:
    """Code → the last dated end of that commune in the published history."""
    ends: dict[str, dict[str, Any]] = {}
    for h in historique:
        if h["type"] == "COM" and h.get("dateFin", "") > ends.get(h["code"], {}).get("dateFin", ""):
            ends[h["code"]] = h
    return ends


def _bornes(code: str, editions: Editions, presents: Mapping[int, Mapping[str, str]]) -> Row:
    """The two editions between which a code ceased to be a commune; empty when not seen."""
    annees = sorted(presents)
    for avant, apres in pairwise(annees):
        if code in presents[avant] and code not in presents[apres]:
            return presents[avant][code], f"{avant}-01-01", f"{apres}-01-01"
    return "", "", ""


def _cessations(communes: Json, editions: Editions, presents: Any) -> list[Row]:
    ends = _fin_de_commune(editions.historique)
    rows: list[Row] = []
    noms = {c["code"]: c["nom"] for c in communes if "chefLieu" in c}
    for ancien, code in successors(communes).items():
        nom, present_au, absent_au = _bornes(ancien, editions, presents)
        date_effet, nature = "", NatureEvenement.FUSION.value
        if not present_au and ancien in ends:
            date_effet = ends[ancien]["dateFin"]
            nom = ends[ancien]["nom"]
            if ends[ancien]["raisonFin"].startswith("changement de département"):
                nature = NatureEvenement.CHANGEMENT_DE_CODE.value
        nom = nom or noms.get(ancien, "")
        rows.append((ancien, nom, nature, code, date_effet, present_au, absent_au))
    return rows


def _retablissements(current: Mapping[str, str], editions: Editions, presents: Any) -> list[Row]:
    rows: list[Row] = []
    by_id = {h["id"]: h for h in editions.historique}
    for h in editions.historique:
        before = by_id.get(h.get("predecesseur", ""), {})
        if h["type"] != "COM" or h["code"] not in current or before.get("type", "COM") == "COM":
            continue
        pole = before["pole"].removeprefix("COM-").split("@")[0]
        if pole != h["code"]:
            nom = by_id[before["pole"]]["nom"] if before["pole"] in by_id else ""
            rows.append((pole, nom, NatureEvenement.RETABLISSEMENT.value, h["code"],
                         h["dateDebut"], "", ""))  # fmt: skip
    annees = sorted(presents)
    for avant, apres in pairwise(annees):
        rattachements = editions.rattachements(avant)
        for code in presents[apres].keys() - presents[avant].keys():
            pole = rattachements.get(code, "")
            if code in current and pole:
                rows.append((pole, presents[avant].get(pole, ""),
                             NatureEvenement.RETABLISSEMENT.value, code, "",
                             f"{avant}-01-01", f"{apres}-01-01"))  # fmt: skip
    return rows


def _renommages(current: Mapping[str, str], editions: Editions, presents: Any) -> list[Row]:
    """Former names of communes that kept their code; spelling alone is not a former name."""
    nature = NatureEvenement.CHANGEMENT_DE_NOM.value
    rows: list[Row] = []
    for h in editions.historique:
        code = h["code"]
        if (
            h["type"] == "COM"
            and code in current
            and h.get("raisonFin") == "changement de nom"
            and normalise(h["nom"]) != normalise(current[code])
        ):
            rows.append((code, h["nom"], nature, code, h["dateFin"], "", ""))
    annees = sorted(presents)
    for avant, apres in pairwise(annees):
        for code in presents[avant].keys() & presents[apres].keys() & current.keys():
            old, new = normalise(presents[avant][code]), normalise(presents[apres][code])
            if old != new and old != normalise(current[code]):
                rows.append((code, presents[avant][code], nature, code, "",
                             f"{avant}-01-01", f"{apres}-01-01"))  # fmt: skip
    return rows


def rows_of_evenements(millesime: int, communes: Json, editions: Editions) -> list[Row]:
    current = noms_actuels(communes)
    presents = {annee: editions.noms_actuels(annee) for annee in editions.communes}
    presents[millesime] = current
    rows = _cessations(communes, editions, presents)
    rows += _retablissements(current, editions, presents)
    rows += _renommages(current, editions, presents)
    return sorted(set(rows))


def rows_of_zones(
    zonage: str, table: Mapping[str, str], communes: Json, evenements: Iterable[Row]
) -> list[Row]:
    """Zones of the communes of today, from a table that speaks of the communes of its own date.

    A merged commune whose parts have one zone takes it; with several, each part keeps its own
    (`code_source`) and the reader must name the part. A re-created commune takes the zone of the
    commune it came out of, when that one is the only answer. Nothing else is filled in.
    """
    fichier = ZONAGES[zonage]
    parts: dict[str, list[str]] = defaultdict(list)
    for ancien, code in successors(communes).items():
        parts[code].append(ancien)
    origine = {e[3]: e[0] for e in evenements if e[2] == NatureEvenement.RETABLISSEMENT}
    rows: list[Row] = []
    for code in noms_actuels(communes):
        known = {c: table[c] for c in [code, *sorted(parts[code])] if c in table}
        if not known and origine.get(code) in table:
            known = {origine[code]: table[origine[code]]}
        if len(set(known.values())) == 1:
            known = dict([next(iter(known.items()))])
        for source, zone in known.items():
            rows.append((code, zonage, zone, source, fichier.du, fichier.source))
    return sorted(rows)
