"""Exports: one list of columns, one iterator of rows, written as CSV, XLSX or ODS in a stream.

Memory does not grow with the rows. In the three formats a text stays a text: nothing that a
person typed is ever run as a formula by the spreadsheet that opens the file.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Literal
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cariatide.socle.dates import format_date
from cariatide.socle.tableurs.formules import neutralise_formule

TypeColonne = Literal["texte", "entier", "decimal", "montant", "date", "date_heure", "booleen"]
Valeur = str | int | float | Decimal | date | datetime | bool | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"

PARIS = ZoneInfo("Europe/Paris")
LIGNES_MAX = 1_048_575  # of a sheet, header excluded
TEXTE_MAX = 32_767  # characters of a cell
COUPE = " […]"
_BLOC = 64 * 1024
_PREMIER_JOUR = date(1900, 3, 1)  # before, spreadsheets disagree on the serial number
# What XML cannot hold, and lone halves of characters.
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMATS_XLSX = {
    "entier": "0",
    "decimal": "General",
    "montant": '#,##0.00\\ "€"',
    "date": "dd/mm/yyyy",
    "date_heure": "dd/mm/yyyy hh:mm",
}


class ExportTropLong(ValueError):
    """More rows than a sheet can hold: CSV has no such bound."""


@dataclass(frozen=True)
class Colonne:
    """`code` never changes, `libelle` is what the reader sees."""

    code: str
    libelle: str
    type: TypeColonne = "texte"


Rangee = Sequence[Valeur]


def clean_value(value: Valeur, column: Colonne) -> Valeur:
    """The value as the three writers take it: exact number, naive local time, safe text.

    A number of more than fifteen digits becomes a text, since no spreadsheet can hold it.
    Raises TypeError when a value contradicts its column: a fault of the export, not of the data.
    """
    kind = column.type
    if value is None or value == "":
        return None
    if kind == "booleen" and isinstance(value, bool):
        return "Oui" if value else "Non"
    if kind == "texte" and isinstance(value, str):
        return clean_text(value)
    if kind == "date_heure" and isinstance(value, datetime):
        local = value.astimezone(PARIS).replace(tzinfo=None) if value.tzinfo else value
        return local.replace(microsecond=0)
    if kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value
    numeric = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if numeric and kind in ("entier", "decimal", "montant"):
        return _exact(Decimal(str(value)))
    raise TypeError(f"column {column.code} ({kind}) cannot hold a {type(value).__name__}")


def _exact(number: Decimal) -> Valeur:
    if not number.is_finite():
        raise TypeError("a number to export must be finite")
    significant = number.normalize().as_tuple()
    if len(significant.digits) > 15:
        return f"{number:f}".replace(".", ",")
    return number


def clean_text(text: str) -> str:
    """Without what a sheet cannot hold; a tab is a space; a text too long is visibly cut."""
    text = _INTERDITS.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text if len(text) <= TEXTE_MAX else text[: TEXTE_MAX - len(COUPE)] + COUPE


def clean_rows(columns: Sequence[Colonne], rows: Iterable[Rangee]) -> Iterator[list[Valeur]]:
    for row in rows:
        yield [clean_value(v, c) for v, c in zip(row, columns, strict=True)]


def stream_csv(columns: Sequence[Colonne], rows: Iterable[Rangee]) -> Iterator[bytes]:
    """UTF-8 with its mark and semicolons: what a French spreadsheet opens on a double click."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([neutralise_formule(clean_text(c.libelle)) for c in columns])
    for row in clean_rows(columns, rows):
        writer.writerow([plain_text(value) for value in row])
        if buffer.tell() > _BLOC:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def plain_text(value: Valeur) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralise_formule(value)
    if isinstance(value, datetime):
        return f"{format_date(value)} {value:%H:%M:%S}"
    if isinstance(value, date):
        return format_date(value)
    return f"{value:f}".replace(".", ",")


def write_xlsx(
    columns: Sequence[Colonne],
    rows: Iterable[Rangee],
    file: IO[bytes] | str | os.PathLike[str],
    *,
    feuille: str = "Export",
) -> int:
    """Real dates and numbers, filters and a fixed header. Returns the number of rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    target = os.fspath(file) if isinstance(file, os.PathLike) else file
    count = 0
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"created": datetime.now(UTC).replace(tzinfo=None)})
        sheet = workbook.add_worksheet(sheet_name(feuille))
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {
            kind: workbook.add_format({"num_format": code}) for kind, code in _FORMATS_XLSX.items()
        }
        sheet.freeze_panes(1, 0)
        for i, column in enumerate(columns):
            sheet.set_column(i, i, min(max(len(column.libelle) + 2, 12), 40))
            sheet.write_string(0, i, clean_text(column.libelle), bold)
        for count, row in enumerate(clean_rows(columns, rows), 1):
            if count > LIGNES_MAX:
                raise ExportTropLong(f"more than {LIGNES_MAX} rows")
            for i, (value, column) in enumerate(zip(row, columns, strict=True)):
                _write_cell(sheet, count, i, value, formats.get(column.type))
        if columns:
            sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def _write_cell(sheet: Worksheet, row: int, i: int, value: Valeur, style: Format | None) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, i, value)
    elif isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        if day < _PREMIER_JOUR:
            sheet.write_string(row, i, plain_text(value))
        else:
            sheet.write_datetime(row, i, value, style)
    else:
        sheet.write_number(row, i, float(value), style)


def sheet_name(name: str) -> str:
    """A name every spreadsheet accepts: 31 characters, without []:*?/\\ nor outer quotes."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", clean_text(name)).strip().strip("'")[:31].strip("' ")
    return clean or "Export"
