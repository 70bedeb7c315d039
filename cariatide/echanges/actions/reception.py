"""Reading a file and judging its lines: nothing of the domain is written."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from cariatide.echanges.actions.commun import lock_lot, record_lot, require_mandat, tell
from cariatide.echanges.models import CorrespondanceImport, LigneImport, LotImport
from cariatide.echanges.ports import (
    ChampImport,
    LigneLue,
    Verdict,
    Verificateur,
    importables,
)
from cariatide.echanges.queries import find_entetes_connus
from cariatide.echanges.rules import match_headers, missing_fields
from cariatide.echanges.statuts import StatutLigne, StatutLot
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.masse import chunks, insert_columns
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.lecture import read_table
from cariatide.socle.tableurs.table import Table


@dataclass(frozen=True)
class Fichier:
    """What the sender uploaded."""

    nom: str
    contenu: bytes


class ColonnesIntrouvables(ErreurMetier):
    """Required columns that no header of the file brings; the person may point at them."""

    def __init__(self, manquantes: Sequence[str], entetes: Sequence[str]) -> None:
        self.manquantes = tuple(manquantes)
        self.entetes = tuple(h for h in dict.fromkeys(entetes) if h)
        absent = ", ".join(manquantes)
        seen = ", ".join(f"« {h} »" for h in self.entetes)[:600] or "aucun"
        super().__init__(
            f"Colonnes introuvables : {absent}. En-têtes lus : {seen}.",
            {"fichier": f"Colonnes introuvables : {absent}."},
        )


@dataclass(frozen=True)
class _Source:
    """The lines of a file and where each field stands in them."""

    lot: LotImport
    columns: Mapping[str, int]
    lignes: Iterable[tuple[int, Sequence[str]]]
    total: int


@transaction.atomic
def receive_lot(
    *,
    perimetre: Perimetre,
    genre: str,
    fichier: Fichier,
    options: Mapping[str, str],
    correspondance: Mapping[str, str] | None = None,
) -> LotImport:
    """Read a file in its own process and check every line.

    correspondance: header by field code, when the person matched them by hand; kept for the
    sender. Raises FichierRefuse or ErreurMetier, in words, and then keeps nothing.
    """
    mandat = require_mandat(perimetre)
    importable = importables.get(genre)
    known = {**find_entetes_connus(perimetre, genre), **(correspondance or {})}
    verificateur = importable.open(options, perimetre)
    expected = [s for c in importable.champs for s in (c.libelle, *c.synonymes)]
    tell(perimetre, "lecture", 0, 0)
    table = read_table(
        fichier.contenu, fichier.nom, entetes_attendus=[*expected, *filter(None, known.values())]
    )
    columns = _match(table.libelles, importable.champs, known)
    lot = _build_lot(perimetre, mandat.organisation_id, genre, fichier, table, options)
    lot.correspondance = _remember(lot, columns, correspondance)
    lot.save(force_insert=True)
    lignes = ((ligne.numero, ligne.cellules) for ligne in table.donnees())
    source = _Source(lot, columns, lignes, len(table.rows))
    count = _judge(perimetre, source, verificateur)
    if not count:
        raise ErreurMetier("Ce fichier ne contient aucune ligne à importer.", {"fichier": "Vide."})
    record_lot(perimetre, mandat, lot, "import.verifie", count)
    return lot


@transaction.atomic
def match_lot(*, perimetre: Perimetre, lot_id: int, correspondance: Mapping[str, str]) -> LotImport:
    """Match the columns of a checked batch otherwise, and judge its lines again.

    correspondance: header by field code, empty for a field that no column brings.
    """
    lot = lock_lot(perimetre, lot_id)
    if lot.statut != StatutLot.VERIFIE:
        raise ActeRefuse("Ce fichier n’attend plus de vérification : sa lecture ne change plus.")
    mandat = require_mandat(perimetre, lot.organisation_id)
    importable = importables.get(lot.genre)
    verificateur = importable.open(lot.options, perimetre)
    columns = _match(lot.entetes, importable.champs, correspondance)
    lot.correspondance = _remember(lot, columns, correspondance)
    lot.save(update_fields=["correspondance"])
    found = LigneImport.objects.visible_to(perimetre).filter(lot_id=lot.pk)
    lignes = list(found.order_by("numero").values_list("numero", "cellules"))
    found.delete()
    count = _judge(perimetre, _Source(lot, columns, lignes, len(lignes)), verificateur)
    record_lot(perimetre, mandat, lot, "import.verifie", count)
    return lot


def _match(
    entetes: Sequence[str], champs: Sequence[ChampImport], known: Mapping[str, str]
) -> dict[str, int]:
    columns = match_headers(entetes, champs, known)
    missing = missing_fields(champs, columns)
    if missing:
        raise ColonnesIntrouvables(missing, entetes)
    return columns


def _build_lot(
    perimetre: Perimetre,
    organisation_id: int,
    genre: str,
    fichier: Fichier,
    table: Table,
    options: Mapping[str, str],
) -> LotImport:
    return LotImport(
        genre=genre,
        organisation_id=organisation_id,
        auteur=perimetre.utilisateur,
        fichier=fichier.nom[-200:],
        sha256=hashlib.sha256(fichier.contenu).hexdigest(),
        format=table.format,
        feuille=table.feuille[:120],
        entetes=list(table.libelles),
        options=dict(options),
        avertissements=list(table.avertissements),
    )


def _remember(
    lot: LotImport, columns: Mapping[str, int], by_hand: Mapping[str, str] | None
) -> dict[str, str]:
    """The header of each field, kept for the next file of this sender."""
    headers = {code: lot.entetes[i] for code, i in columns.items()}
    none = {code: "" for code, header in (by_hand or {}).items() if not header}
    CorrespondanceImport.objects.update_or_create(
        organisation_id=lot.organisation_id, genre=lot.genre, defaults={"champs": none | headers}
    )
    return headers


def _judge(perimetre: Perimetre, source: _Source, verificateur: Verificateur) -> int:
    """Write every line with its verdict, slice by slice; returns how many."""
    seen: set[str] = set()
    count = 0
    for part in chunks(source.lignes):
        lignes = [
            LigneLue(numero, {code: cells[i].strip() for code, i in source.columns.items()})
            for numero, cells in part
        ]
        verdicts = verificateur.check(lignes)
        _insert_lines(source.lot, part, verdicts, seen)
        count += len(part)
        tell(perimetre, "verification", count, max(source.total, count))
    return count


def _key(lot: LotImport, cle: str) -> str:
    text = f"{lot.genre}|{lot.organisation_id}|{cle}"
    return hashlib.sha256(text.encode()).hexdigest()


def find_done(cles: Sequence[str]) -> set[str]:
    """Those of the keys that are integrated already, by any file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle FROM echanges_ligneimport WHERE statut = 'integree' AND cle = ANY(%s)",
            [list(cles)],
        )
        return {cle for (cle,) in cursor.fetchall()}


def _insert_lines(
    lot: LotImport,
    part: Sequence[tuple[int, Sequence[str]]],
    verdicts: Sequence[Verdict],
    seen: set[str],
) -> None:
    """Lines with their verdict; one already integrated, or repeated in the file, is not taken."""
    cles = [_key(lot, v.cle) for v in verdicts]
    done = find_done(cles)
    statuts, motifs = [], []
    for verdict, cle in zip(verdicts, cles, strict=True):
        statut, dits = StatutLigne.VALIDE, list(verdict.motifs)
        if cle in done:
            statut, dits = StatutLigne.DEJA, ["Cette ligne est déjà importée."]
        elif cle in seen:
            statut, dits = StatutLigne.DEJA, ["Cette ligne répète une ligne du fichier."]
        elif dits:
            statut = StatutLigne.REJETEE
        else:
            seen.add(cle)
        statuts.append(statut)
        motifs.append(dits + list(verdict.avertissements))
    insert_columns(
        LigneImport,
        len(verdicts),
        {
            "numero": [v.numero for v in verdicts],
            "statut": statuts,
            "cle": cles,
            "libelle": [v.libelle[:200] for v in verdicts],
            "cellules": [list(cells) for _, cells in part],
            "donnees": [dict(v.donnees) for v in verdicts],
            "motifs": motifs,
        },
        lot_id=lot.pk,
    )
