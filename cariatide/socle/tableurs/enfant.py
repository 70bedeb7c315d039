"""The child process that reads one file given on its standard input, under hard limits.

Writes JSON lines: a head, one line per row, then the end mark. Without the end mark the parent
takes nothing: half a file is never returned. Run by `lecture`, never imported by it.
"""

import json
import resource
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TextIO

from cariatide.socle.tableurs import classeur, texte
from cariatide.socle.tableurs.entetes import LIGNES_EXAMINEES, Entete, find_header
from cariatide.socle.tableurs.erreurs import FichierRefuse, Limites


def limit_resources(limites: Limites) -> None:
    """Memory, processor time and output are bounded by the kernel, whatever the parser does."""
    sizes = {
        resource.RLIMIT_AS: limites.memoire,
        resource.RLIMIT_CPU: limites.secondes,
        resource.RLIMIT_FSIZE: 20 * limites.octets,
        resource.RLIMIT_CORE: 0,
    }
    for what, size in sizes.items():
        _, hard = resource.getrlimit(what)
        bound = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(what, (bound, bound))


def read(data: bytes, options: dict[str, Any], limites: Limites) -> tuple[dict[str, Any], Any]:
    """Head and rows of the file."""
    if not data:
        raise FichierRefuse("vide")
    expected: list[str] = options["entetes"]
    kind = classeur.detect_workbook(data)
    if kind is None:
        return _read_text(data, expected, limites)
    if kind != "xls":
        classeur.check_archive(data, kind, limites)
    return _read_workbook(data, kind, options["feuille"], expected, limites)


def _read_text(
    data: bytes, expected: list[str], limites: Limites
) -> tuple[dict[str, Any], Iterable[list[str]]]:
    content = texte.decode(data)
    texte.check_text(content.contenu)
    separator = texte.guess_separator(content.contenu, expected)
    rows = list(texte.read_rows(content.contenu, separator, limites))
    head = {
        "format": "csv",
        "feuille": "",
        "feuilles": [],
        "encodage": content.encodage,
        "separateur": separator,
        "avertissements": list(content.avertissements),
        "entete": _header(find_header(rows[:LIGNES_EXAMINEES], expected)),
    }
    return head, rows


def _read_workbook(
    data: bytes, kind: str, wanted: str, expected: list[str], limites: Limites
) -> tuple[dict[str, Any], Iterator[list[str]]]:
    workbook = classeur.open_workbook(data)
    names = classeur.visible_sheets(workbook)
    if wanted and wanted not in workbook.sheet_names:
        raise FichierRefuse("feuille_absente", feuille=wanted, feuilles=", ".join(names))
    chosen, header = _choose(workbook, [wanted] if wanted else names, expected, limites)
    head = {
        "format": kind,
        "feuille": chosen,
        "feuilles": names,
        "encodage": "",
        "separateur": "",
        "avertissements": [],
        "entete": _header(header),
    }
    return head, classeur.sheet_rows(classeur.open_sheet(workbook, chosen), limites)


def _choose(
    workbook: Any, names: list[str], expected: list[str], limites: Limites
) -> tuple[str, Entete | None]:
    """The sheet whose header is best known; the first that is not empty when none is."""
    best: tuple[float, str, Entete | None] | None = None
    for name in names:
        rows = classeur.sheet_rows(classeur.open_sheet(workbook, name), limites)
        header = find_header(list(islice(rows, LIGNES_EXAMINEES)), expected)
        if header is None and not any(any(row) for row in rows):
            continue
        score = header.score if header else 0.0
        if best is None or score > best[0]:
            best = (score, name, header)
    if best is None:
        raise FichierRefuse("vide")
    return best[1], best[2]


def _header(found: Entete | None) -> list[Any] | None:
    if found is None:
        return None
    return [found.ligne, found.profondeur, found.score, list(found.libelles)]


def emit(record: object, out: TextIO) -> None:
    out.write(json.dumps(record, ensure_ascii=False) + "\n")


def write(head: dict[str, Any], rows: Iterable[list[str]], out: TextIO) -> None:
    emit({"table": head}, out)
    count, width, cells = 0, 0, 0
    for row in rows:
        while row and not row[-1]:
            row.pop()
        count += 1
        cells += len(row)
        width = max(width, len(row))
        emit(row, out)
    if not cells:
        raise FichierRefuse("vide")
    emit({"fin": count, "largeur": width}, out)


def main() -> None:
    options = json.loads(sys.argv[1])
    limites = Limites(**options["limites"])
    limit_resources(limites)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    try:
        head, rows = read(sys.stdin.buffer.read(), options, limites)
        write(head, rows, sys.stdout)
    except FichierRefuse as refusal:
        emit({"refus": refusal.code, "details": refusal.details}, sys.stdout)
    except MemoryError:
        emit({"refus": "memoire", "details": {}}, sys.stdout)


if __name__ == "__main__":
    main()
