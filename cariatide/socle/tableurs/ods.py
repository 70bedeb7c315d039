"""OpenDocument sheets written as a stream: a small zip whose content is produced row by row.

The usual library holds the whole document in memory. Only what an export needs is written:
one sheet, typed cells, a bold header, column styles for dates and amounts.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from cariatide.socle.tableurs.ecriture import (
    LIGNES_MAX,
    ODS_TYPE,
    Colonne,
    ExportTropLong,
    Rangee,
    Valeur,
    clean_rows,
    clean_text,
    plain_text,
    sheet_name,
)

_BLOC = 64 * 1024
_MANIFESTE = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"\
 manifest:version="1.3"><manifest:file-entry manifest:full-path="/"\
 manifest:media-type="{ODS_TYPE}"/><manifest:file-entry manifest:full-path="content.xml"\
 manifest:media-type="text/xml"/></manifest:manifest>"""
_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_DEBUT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{_NS}office:1.0" xmlns:table="{_NS}table:1.0"\
 xmlns:text="{_NS}text:1.0" xmlns:style="{_NS}style:1.0" xmlns:number="{_NS}datastyle:1.0"\
 xmlns:fo="{_NS}xsl-fo-compatible:1.0" office:version="1.3"><office:automatic-styles>\
<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text>\
<number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>\
</number:date-style><number:date-style style:name="N2"><number:day number:style="long"/>\
<number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text>\
<number:year number:style="long"/><number:text> </number:text><number:hours number:style="long"/>\
<number:text>:</number:text><number:minutes number:style="long"/></number:date-style>\
<number:number-style style:name="N3"><number:number number:decimal-places="2"\
 number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/>\
<number:text> €</number:text></number:number-style>\
<style:style style:name="C0" style:family="table-column"><style:table-column-properties\
 style:column-width="4cm"/></style:style>\
<style:style style:name="H" style:family="table-cell"><style:text-properties\
 fo:font-weight="bold"/></style:style>\
<style:style style:name="D" style:family="table-cell" style:data-style-name="N1"/>\
<style:style style:name="T" style:family="table-cell" style:data-style-name="N2"/>\
<style:style style:name="M" style:family="table-cell" style:data-style-name="N3"/>\
</office:automatic-styles><office:body><office:spreadsheet>"""
_FIN = "</table:table></office:spreadsheet></office:body></office:document-content>"
_STYLES = {"date": "D", "date_heure": "T", "montant": "M"}
_BLANKS = re.compile(r"^ +| {2,}| $")


def write_ods(
    columns: Sequence[Colonne],
    rows: Iterable[Rangee],
    file: IO[bytes],
    *,
    feuille: str = "Export",
) -> int:
    """Writes to any binary file, even one that cannot go back. Returns the number of rows."""
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODS_TYPE)  # first and stored: the standard
        archive.writestr("META-INF/manifest.xml", _MANIFESTE)
        with archive.open("content.xml", "w", force_zip64=True) as content:
            pending: list[str] = [_DEBUT, _table_start(columns, feuille)]
            size = 0
            for count, row in enumerate(clean_rows(columns, rows), 1):
                if count > LIGNES_MAX:
                    raise ExportTropLong(f"more than {LIGNES_MAX} rows")
                pending.append("".join(_row(columns, row)))
                size += len(pending[-1])
                if size > _BLOC:
                    content.write("".join(pending).encode())
                    pending, size = [], 0
            content.write("".join([*pending, _FIN]).encode())
    return count


def _table_start(columns: Sequence[Colonne], feuille: str) -> str:
    header = "".join(
        f'<table:table-cell table:style-name="H" office:value-type="string">'
        f"{_paragraphs(clean_text(c.libelle))}</table:table-cell>"
        for c in columns
    )
    return (
        f"<table:table table:name={quoteattr(sheet_name(feuille))}>"
        f'<table:table-column table:style-name="C0"'
        f' table:number-columns-repeated="{max(len(columns), 1)}"/>'
        f"<table:table-header-rows><table:table-row>{header}</table:table-row>"
        "</table:table-header-rows>"
    )


def _row(columns: Sequence[Colonne], row: Sequence[Valeur]) -> Iterator[str]:
    yield "<table:table-row>"
    for column, value in zip(columns, row, strict=True):
        yield _cell(value, _STYLES.get(column.type))
    yield "</table:table-row>"


def _cell(value: Valeur, style: str | None) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return (
            f'<table:table-cell office:value-type="string">{_paragraphs(value)}</table:table-cell>'
        )
    named = f' table:style-name="{style}"' if style else ""
    shown = f"<text:p>{escape(plain_text(value))}</text:p>"
    if isinstance(value, datetime | date):
        return (
            f'<table:table-cell{named} office:value-type="date"'
            f' office:date-value="{value.isoformat()}">{shown}</table:table-cell>'
        )
    return (
        f'<table:table-cell{named} office:value-type="float"'
        f' office:value="{value:f}">{shown}</table:table-cell>'
    )


def _paragraphs(text: str) -> str:
    """One paragraph per line; blanks that XML would merge are written as elements."""
    return "".join(f"<text:p>{_inline(line)}</text:p>" for line in text.split("\n"))


def _inline(line: str) -> str:
    return _BLANKS.sub(lambda m: f'<text:s text:c="{len(m[0])}"/>', escape(line))
