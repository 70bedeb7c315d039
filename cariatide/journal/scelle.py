"""The journal sealed in a chain of hashes by the worker, in batches: no writer waits.

The content is hashed by the database from the stored row; each seal hashes its content with the
seal before it. Between the write and the seal (seconds), the row is protected by what the role of
the application may not do: change or delete it. verifie_journal reads everything again.
"""
# ruff: noqa: S608  the tables and columns of the queries are those named here

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from cariatide.journal.actions import record_evenement
from cariatide.journal.models import Chaine, TeteDeChaine
from cariatide.socle.perimetre import perimetre_systeme

PAQUET = 1_000
CAVIARDE = "journal.caviarde"
ORIGINE = b"\x00" * 32
_VERROU = 7_301_952
_INSTANT = "to_char(horodatage AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
# Table of each chain, and what of its rows is sealed: everything.
_TABLES = {
    Chaine.ACTES: (
        "journal_evenement",
        f"id, nom, {_INSTANT}, acteur_id, acteur, organisation_id, organisation, role, objet_type,"
        " objet_id, libelle, menage_id, niveau, donnees",
    ),
    Chaine.CONSULTATIONS: (
        "journal_consultation",
        f"id, {_INSTANT}, acteur_id, acteur, organisation, role, objet_type, objet_id, libelle,"
        " menage_id, niveau, route, motif",
    ),
}


@dataclass(frozen=True)
class Rupture:
    """The first row that is not what was sealed."""

    chaine: str
    rang: int
    objet_id: int
    raison: str

    def __str__(self) -> str:
        return f"{self.chaine}, maillon {self.rang}, ligne {self.objet_id} : {self.raison}"


def _hash(chaine: Chaine, sel: str) -> str:
    """SQL: the hash of the salt and of the content of one row."""
    return f"sha256({sel} || convert_to(jsonb_build_array({_TABLES[chaine][1]})::text, 'UTF8'))"


def chain(precedent: bytes, rang: int, objet_id: int, contenu: bytes) -> bytes:
    """The seal of one row, from the seal before it."""
    return hashlib.sha256(precedent + f"{rang}:{objet_id}:".encode() + contenu).digest()


def seal() -> int:
    """Seal a batch of each chain; returns how many rows. One worker at a time, the others pass."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_VERROU])
        if not cursor.fetchone()[0]:
            return 0
        return sum(_seal_batch(cursor, chaine) for chaine in Chaine)


def seal_all() -> None:
    """Seal whatever waits, in the caller's transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_VERROU])
        for chaine in Chaine:
            while _seal_batch(cursor, chaine):
                pass


def _seal_batch(cursor: Any, chaine: Chaine) -> int:
    table = _TABLES[chaine][0]
    cursor.execute(
        "WITH prises AS (DELETE FROM journal_attentescelle WHERE id IN ("
        " SELECT id FROM journal_attentescelle WHERE chaine = %s ORDER BY id LIMIT %s)"
        " RETURNING id, objet_id),"
        " sels AS MATERIALIZED (SELECT id AS rang, objet_id AS pk,"
        "  uuid_send(gen_random_uuid()) AS sel FROM prises)"
        f" SELECT s.pk, s.sel, {_hash(chaine, 's.sel')} FROM sels s"
        f" JOIN {table} t ON t.id = s.pk ORDER BY s.rang",
        [chaine.value, PAQUET],
    )
    rows = [(pk, bytes(sel), bytes(contenu)) for pk, sel, contenu in cursor.fetchall()]
    if not rows:
        return 0
    dernier, precedent = read_tete(cursor, chaine)
    values = []
    for rang, (objet_id, sel, contenu) in enumerate(rows, dernier + 1):
        precedent = chain(precedent, rang, objet_id, contenu)
        values.append((chaine.value, rang, objet_id, sel, contenu, precedent))
    cursor.execute(
        "INSERT INTO journal_maillon (chaine, rang, objet_id, sel, contenu, empreinte)"
        " SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[],"
        " %s::bytea[])",
        [list(colonne) for colonne in zip(*values, strict=True)],
    )
    return len(rows)


def read_tete(cursor: Any, chaine: str) -> tuple[int, bytes]:
    """Rank and hash of the last seal; (0, zeros) when nothing is sealed."""
    cursor.execute(
        "SELECT rang, empreinte FROM journal_maillon WHERE chaine = %s ORDER BY rang DESC LIMIT 1",
        [chaine],
    )
    row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, ORIGINE)


def keep_tetes(jour: date) -> None:
    """Daily job: seal what waits, keep the heads, and say them (`courriers` writes to officers)."""
    seal_all()
    mots = []
    with connection.cursor() as cursor:
        for chaine in Chaine:
            rang, empreinte = read_tete(cursor, chaine)
            TeteDeChaine.objects.get_or_create(
                jour=jour, chaine=chaine, defaults={"rang": rang, "empreinte": empreinte}
            )
            if rang:
                mots.append(f"{chaine.label.lower()} {rang}:{empreinte.hex()[:32]}")
    record_evenement(
        "journal.empreintes",
        perimetre=perimetre_systeme("empreintes du journal", jour),
        objet_type="journal.tetedechaine",
        objet_id=0,
        libelle=", ".join(mots) or "aucune ligne",
    )


def verify(cursor: Any, chaine: Chaine, tetes: dict[int, bytes] | None = None) -> Rupture | None:
    """Read a chain again from its start; the first row that is not what was sealed.

    tetes: rank → beginning of the hash noted elsewhere, beside those kept in the database.
    """
    cursor.execute(
        "SELECT rang, empreinte FROM journal_tetedechaine WHERE chaine = %s", [chaine.value]
    )
    attendues = [(rang, bytes(e)) for rang, e in cursor.fetchall() if rang]
    attendues += list((tetes or {}).items())
    vues: dict[int, bytes] = {rang: b"" for rang, _ in attendues}
    caviardes = _read_caviardes(cursor, chaine)
    precedent, attendu = ORIGINE, 1
    for rang, objet_id, contenu, empreinte, relu in _read(cursor, chaine):
        if rang != attendu:
            return Rupture(chaine, attendu, 0, "maillon supprimé")
        if relu is not None and relu != contenu and relu == caviardes.get(objet_id):
            relu = contenu  # its personal data were erased, and a sealed event says so
        if raison := _judge(precedent, rang, objet_id, contenu, empreinte, relu):
            return Rupture(chaine, rang, objet_id, raison)
        if rang in vues:
            vues[rang] = empreinte
        precedent, attendu = empreinte, rang + 1
    for rang, empreinte in sorted(attendues):
        if not vues[rang].startswith(empreinte) or not vues[rang]:
            return Rupture(chaine, rang, 0, "empreinte conservée d’un jour différente")
    return _find_unsealed(cursor, chaine)


def _judge(
    precedent: bytes, rang: int, objet_id: int, contenu: bytes, empreinte: bytes, relu: bytes | None
) -> str:
    if relu is None:
        return "ligne supprimée"
    if relu != contenu:
        return "contenu modifié"
    if chain(precedent, rang, objet_id, contenu) != empreinte:
        return "maillon modifié"
    return ""


def _read(cursor: Any, chaine: Chaine) -> Iterator[tuple[int, int, bytes, bytes, bytes | None]]:
    """The seals in order, each with the hash of its row as it is now."""
    table, after = _TABLES[chaine][0], 0
    while True:
        cursor.execute(
            "SELECT m.rang, m.objet_id, m.contenu, m.empreinte, h.contenu"
            " FROM journal_maillon m"
            f" LEFT JOIN LATERAL (SELECT {_hash(chaine, 'm.sel')} AS contenu"
            f"  FROM {table} WHERE id = m.objet_id) h ON true"
            " WHERE m.chaine = %s AND m.rang > %s ORDER BY m.rang LIMIT %s",
            [chaine.value, after, PAQUET],
        )
        rows = cursor.fetchall()
        for rang, objet_id, contenu, empreinte, relu in rows:
            yield rang, objet_id, bytes(contenu), bytes(empreinte), bytes(relu) if relu else None
            after = rang
        if len(rows) < PAQUET:
            return


def _find_unsealed(cursor: Any, chaine: Chaine) -> Rupture | None:
    """A row that was never sealed and waits for no seal: slipped in, or its seal taken away."""
    cursor.execute(
        f"SELECT e.id FROM {_TABLES[chaine][0]} e WHERE NOT EXISTS"
        " (SELECT FROM journal_maillon m WHERE m.chaine = %s AND m.objet_id = e.id)"
        " AND NOT EXISTS (SELECT FROM journal_attentescelle a"
        "  WHERE a.chaine = %s AND a.objet_id = e.id) ORDER BY e.id LIMIT 1",
        [chaine.value, chaine.value],
    )
    row = cursor.fetchone()
    return Rupture(chaine, 0, row[0], "ligne jamais scellée") if row else None


def _read_caviardes(cursor: Any, chaine: Chaine) -> dict[int, bytes]:
    """Rows whose personal data were erased → the hash of what is left, as sealed events say it."""
    cursor.execute(
        "SELECT c.key::bigint, decode(c.value, 'hex') FROM journal_evenement e,"
        " jsonb_each_text(COALESCE(e.donnees->'apres'->%s, '{}')) c"
        " WHERE e.nom = %s ORDER BY e.id",
        [chaine.value, CAVIARDE],
    )
    return {pk: bytes(contenu) for pk, contenu in cursor.fetchall()}
