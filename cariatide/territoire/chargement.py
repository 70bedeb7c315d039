"""Load the facts of the territory into the database: staged by COPY, then merged. Idempotent.

All of France in a few seconds; used by the tests' template, the demonstration and each upgrade.
Keys of rows already there never change, since other apps refer to them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from cariatide.socle.normalisation import normalise
from cariatide.territoire import extraction, fichiers

# Two loads at once would wait for each other's rows in a different order.
VERROU = 7_201_001

MERGES = (
    """
    INSERT INTO territoire_region (code, nom, chef_lieu)
    SELECT code, nom, chef_lieu FROM arrivee_regions
    ON CONFLICT (code) DO UPDATE SET nom = excluded.nom, chef_lieu = excluded.chef_lieu
    """,
    """
    INSERT INTO territoire_departement (code, nom, region_id, chef_lieu)
    SELECT code, nom, region, chef_lieu FROM arrivee_departements
    ON CONFLICT (code) DO UPDATE
    SET nom = excluded.nom, region_id = excluded.region_id, chef_lieu = excluded.chef_lieu
    """,
    """
    INSERT INTO territoire_arrondissement (code, nom, departement_id, chef_lieu)
    SELECT code, nom, departement, chef_lieu FROM arrivee_arrondissements
    ON CONFLICT (code) DO UPDATE
    SET nom = excluded.nom, departement_id = excluded.departement_id,
        chef_lieu = excluded.chef_lieu
    """,
    """
    INSERT INTO territoire_epci (code, nom, nature, en_vigueur)
    SELECT code, nom, nature, true FROM arrivee_epci
    ON CONFLICT (code) DO UPDATE
    SET nom = excluded.nom, nature = excluded.nature, en_vigueur = true
    """,
    """
    UPDATE territoire_epci e SET en_vigueur = false
    WHERE en_vigueur AND NOT EXISTS (SELECT 1 FROM arrivee_epci a WHERE a.code = e.code)
    """,
    "{communes} WHERE a.rattachement = '' ORDER BY a.code {conflit}",
    "{communes} WHERE a.rattachement <> '' ORDER BY a.code, a.type {conflit}",
    """
    UPDATE territoire_commune c SET en_vigueur = false
    WHERE en_vigueur AND NOT EXISTS (
        SELECT 1 FROM arrivee_communes a WHERE a.code = c.code AND a.type = c.type)
    """,
    "DELETE FROM territoire_evenementcommune",
    """
    INSERT INTO territoire_evenementcommune
        (ancien_code, ancien_nom, nom_normalise, nature, commune_id,
         date_effet, present_au, absent_au)
    SELECT a.ancien_code, a.ancien_nom, a.normalise, a.nature, c.id,
           nullif(a.date_effet, '')::date, nullif(a.present_au, '')::date,
           nullif(a.absent_au, '')::date
    FROM arrivee_evenements a
    JOIN territoire_commune c ON c.code = a.code AND c.type = 'actuelle'
    ORDER BY a.ancien_code, a.nature, c.id, a.date_effet, a.present_au
    """,
    """
    INSERT INTO territoire_zonagecommune (commune_id, zonage, zone, code_source, du, source)
    SELECT c.id, a.zonage, a.zone, a.code_source, a.du::date, a.source
    FROM arrivee_zones a
    JOIN territoire_commune c ON c.code = a.code AND c.type = 'actuelle'
    ORDER BY c.id, a.zonage, a.code_source
    ON CONFLICT (commune_id, zonage, code_source, du) DO UPDATE
    SET zone = excluded.zone, source = excluded.source
    """,
    # A later table closes the zones of the one before it, for the communes it speaks of.
    """
    UPDATE territoire_zonagecommune z SET au = s.au
    FROM (
        SELECT z1.id, min(z2.du) - 1 AS au
        FROM territoire_zonagecommune z1
        LEFT JOIN territoire_zonagecommune z2
            ON z2.commune_id = z1.commune_id AND z2.zonage = z1.zonage AND z2.du > z1.du
        GROUP BY z1.id
    ) s
    WHERE s.id = z.id AND z.au IS DISTINCT FROM s.au
    """,
)
COMMUNES = """
    INSERT INTO territoire_commune
        (code, type, nom, nom_normalise, departement_id, arrondissement_id, epci_id, population,
         siren, rattachement_id, codes_postaux, millesime, en_vigueur)
    SELECT a.code, a.type, a.nom, a.normalise, a.departement, nullif(a.arrondissement, ''),
           nullif(a.epci, ''), nullif(a.population, '')::int, a.siren, r.id,
           string_to_array(a.codes_postaux, ' '), %(millesime)s, true
    FROM arrivee_communes a
    LEFT JOIN territoire_commune r ON r.code = a.rattachement AND r.type = 'actuelle'
"""
CONFLIT = """
    ON CONFLICT (code, type) DO UPDATE
    SET nom = excluded.nom, nom_normalise = excluded.nom_normalise,
        departement_id = excluded.departement_id,
        arrondissement_id = excluded.arrondissement_id, epci_id = excluded.epci_id,
        population = excluded.population, siren = excluded.siren,
        rattachement_id = excluded.rattachement_id, codes_postaux = excluded.codes_postaux,
        millesime = excluded.millesime, en_vigueur = true
"""
# Tables searched by name get one more column, filled here rather than kept in the files.
NORMALISES = {"communes": "nom", "evenements": "ancien_nom"}


class EditionPlusAncienne(ValueError):
    """The database already holds a later edition of the geographic code."""


@dataclass(frozen=True)
class Bilan:
    """What was loaded: the edition of the geographic code, and the rows by table."""

    millesime: int
    lignes: dict[str, int]


def load_territoire(dossier: Path = fichiers.DONNEES, using: str = "default") -> Bilan:
    """Merge the facts of a folder into the database, in one transaction."""
    millesime = int(fichiers.read_manifeste(dossier)["millesime"])
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        cursor.execute("SELECT max(millesime) FROM territoire_commune WHERE en_vigueur")
        loaded = cursor.fetchone()[0]
        if loaded and loaded > millesime:
            raise EditionPlusAncienne(
                f"La base contient déjà le code officiel géographique {loaded} : "
                f"l’édition {millesime} ne peut pas la remplacer."
            )
        lignes = {nom: _stage(cursor, dossier, nom) for nom in extraction.ENTETES}
        for merge in MERGES:
            sql = merge.replace("{communes}", COMMUNES).replace("{conflit}", CONFLIT)
            cursor.execute(sql, {"millesime": millesime} if "%(" in sql else None)
        for nom in extraction.ENTETES:
            cursor.execute(f"DROP TABLE arrivee_{nom}")
        cursor.execute("ANALYZE territoire_commune, territoire_zonagecommune")
    return Bilan(millesime, lignes)


def _stage(cursor: Any, dossier: Path, nom: str) -> int:
    columns = list(extraction.ENTETES[nom])
    if nom in NORMALISES:
        columns.append("normalise")
    declared = ", ".join(f"{c} text NOT NULL" for c in columns)
    cursor.execute(f"CREATE TEMP TABLE arrivee_{nom} ({declared})")
    n = 0
    with cursor.copy(f"COPY arrivee_{nom} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in _rows(fichiers.read_table(dossier, nom), nom):
            copy.write_row(row)
            n += 1
    cursor.execute(f"ANALYZE arrivee_{nom}")
    return n


def _rows(rows: Iterable[dict[str, str]], nom: str) -> Iterator[list[str]]:
    named = NORMALISES.get(nom)
    for row in rows:
        yield [*row.values(), normalise(row[named])] if named else [*row.values()]
