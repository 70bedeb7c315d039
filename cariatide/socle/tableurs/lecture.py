"""Reading a spreadsheet that somebody sent: in a child process, so that no file harms the server.

A crafted workbook of a few kilobytes can abort the process that parses it or take all its
memory. Here the worst file costs one child, and the sender gets a reason in French.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from cariatide.socle.tableurs.entetes import Entete
from cariatide.socle.tableurs.erreurs import FichierRefuse, Limites
from cariatide.socle.tableurs.table import Table

LIMITES = Limites()
_RACINE = Path(__file__).resolve().parents[3]
_SIGNAUX = {
    signal.SIGXCPU: "delai",
    signal.SIGABRT: "memoire",
    signal.SIGKILL: "memoire",
    signal.SIGXFSZ: "trop_de_cellules",
}


def read_table(
    source: str | os.PathLike[str] | bytes,
    nom: str,
    *,
    limites: Limites = LIMITES,
    entetes_attendus: Collection[str] = (),
    feuille: str = "",
) -> Table:
    """The whole table of a CSV, XLSX, XLS or ODS file, or FichierRefuse; nothing in between.

    `entetes_attendus`: every known header, synonyms included; they choose the sheet, the
    separator and the header lines. `feuille`: a sheet chosen by the person among `feuilles`.
    The content decides of the format, never the extension of `nom`.
    """
    options = json.dumps(
        {"limites": asdict(limites), "entetes": list(entetes_attendus), "feuille": feuille}
    )
    with contextlib.ExitStack() as stack:
        given = stack.enter_context(_open(source, limites))
        output = stack.enter_context(tempfile.TemporaryFile())
        code = _run(options, given, output, limites)
        output.seek(0)
        return _parse(output, code, Path(nom).name, limites)


def _open(source: str | os.PathLike[str] | bytes, limites: Limites) -> IO[bytes]:
    if isinstance(source, bytes):
        size = len(source)
    else:
        size = os.stat(source).st_size
    if size == 0:
        raise FichierRefuse("vide")
    if size > limites.octets:
        raise FichierRefuse("trop_gros", limite=limites.octets // 1_000_000)
    if not isinstance(source, bytes):
        return open(source, "rb")
    copy = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the caller's stack)
    copy.write(source)
    copy.seek(0)
    return copy


def _run(options: str, given: IO[bytes], output: IO[bytes], limites: Limites) -> int:
    """Exit status of the child. It inherits no variable: no secret lies beside the parser."""
    child = subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", "-X", "utf8", "-m", "cariatide.socle.tableurs.enfant",
         options],
        stdin=given,
        stdout=output,
        stderr=subprocess.DEVNULL,
        cwd=_RACINE,
        env={"PYTHONPATH": str(_RACINE), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )  # fmt: skip
    try:
        return child.wait(timeout=limites.secondes)
    except subprocess.TimeoutExpired as error:
        raise FichierRefuse("delai", limite=limites.secondes) from error
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _parse(output: IO[bytes], code: int, nom: str, limites: Limites) -> Table:
    if code < 0:
        _refuse_signal(-code, limites)
    head: dict[str, Any] | None = None
    rows: list[list[str]] = []
    try:
        for line in output:
            record = json.loads(line)
            if isinstance(record, list):
                rows.append(record)
            elif "table" in record:
                head = record["table"]
            elif "refus" in record:
                raise FichierRefuse(record["refus"], **record["details"])
            elif head is not None and record["fin"] == len(rows) and code == 0:
                return _table(head, rows, record["largeur"], nom)
    except (ValueError, KeyError, TypeError) as error:
        raise FichierRefuse("illisible") from error
    raise FichierRefuse("illisible")


def _refuse_signal(number: int, limites: Limites) -> None:
    code = _SIGNAUX.get(signal.Signals(number), "illisible")
    limite = limites.secondes if code == "delai" else limites.cellules
    raise FichierRefuse(code, limite=limite)


def _table(head: dict[str, Any], rows: list[list[str]], width: int, nom: str) -> Table:
    found = head["entete"]
    entete = None
    if found is not None:
        ligne, profondeur, score, libelles = found
        libelles = tuple(libelles[:width]) + ("",) * (width - len(libelles))
        entete = Entete(ligne, profondeur, score, libelles)
    notes = list(head["avertissements"])
    if head["format"] == "csv" and entete is not None:
        notes += _too_wide(rows, entete)
    return Table(
        nom=nom,
        format=head["format"],
        feuille=head["feuille"],
        feuilles=tuple(head["feuilles"]),
        encodage=head["encodage"],
        separateur=head["separateur"],
        rows=tuple(tuple(row) + ("",) * (width - len(row)) for row in rows),
        entete=entete,
        avertissements=tuple(notes),
    )


def _too_wide(rows: list[list[str]], entete: Entete) -> list[str]:
    """A separator typed inside a cell shifts the rest of its line: the sender must know."""
    width = max((i + 1 for i, label in enumerate(entete.libelles) if label), default=0)
    wide = [i + 1 for i in range(entete.ligne + 1, len(rows)) if len(rows[i]) > width]
    if not wide:
        return []
    shown = ", ".join(map(str, wide[:5])) + ("…" if len(wide) > 5 else "")
    return [f"{len(wide)} ligne(s) ont plus de cellules que l'en-tête ({shown}) : vérifiez-les."]
