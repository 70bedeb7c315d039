"""Exports of lists: columns declared once, three formats, streamed within the perimeter."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre
from cariatide.socle.tableurs.ecriture import (
    CSV_TYPE,
    ODS_TYPE,
    XLSX_TYPE,
    Colonne,
    stream_csv,
    write_xlsx,
)
from cariatide.socle.tableurs.ods import write_ods

FORMATS = ("csv", "xlsx", "ods")
Lignes = Callable[[], Iterable[Mapping[str, Any]]]


def choose_colonnes(colonnes: Sequence[Colonne], codes: Sequence[str]) -> list[Colonne]:
    """The columns asked for, in their declared order; all of them when none is."""
    wanted = set(codes)
    return [c for c in colonnes if c.code in wanted] or list(colonnes)


def stream_export(
    perimetre: Perimetre,
    *,
    nom: str,
    format_: str,
    colonnes: Sequence[Colonne],
    lignes: Lignes,
) -> HttpResponseBase:
    """The answer of an export route.

    `lignes` is called inside a transaction of its own, opened when the file is written: the row
    rules then know the perimeter although the page's transaction is over. The route declares a
    `consulte` that journals the export.
    """
    if format_ not in FORMATS:
        raise ErreurMetier("Choisissez un format : CSV, XLSX ou ODS.")
    fichier = f"{nom}-{perimetre.jour.isoformat()}.{format_}"
    if format_ == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            _scoped_csv(perimetre, colonnes, lignes), content_type=CSV_TYPE
        )
    else:
        write, kind = (write_xlsx, XLSX_TYPE) if format_ == "xlsx" else (write_ods, ODS_TYPE)
        output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
        with ouvre_transaction(perimetre, read_only=True):
            write(colonnes, _rows(colonnes, lignes), output)
        output.seek(0)
        response = FileResponse(output, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{fichier}"'
    return response


def _scoped_csv(
    perimetre: Perimetre, colonnes: Sequence[Colonne], lignes: Lignes
) -> Iterator[bytes]:
    with ouvre_transaction(perimetre, read_only=True):
        yield from stream_csv(colonnes, _rows(colonnes, lignes))


def _rows(colonnes: Sequence[Colonne], lignes: Lignes) -> Iterator[list[Any]]:
    codes = [c.code for c in colonnes]
    for ligne in lignes():
        yield [ligne[code] for code in codes]
