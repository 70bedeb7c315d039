"""Workbooks: the archive is weighed before anything is unpacked, then calamine reads it."""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cariatide.socle.tableurs.erreurs import FichierRefuse, Limites

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS_MIME = b"application/vnd.oasis.opendocument.spreadsheet"
_BLOC = 1 << 20
# A cell with something in it: an empty styled cell is closed at once and weighs nothing.
_CELLULE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})(\d{1,9})"[^>]*?(?<!/)>')
# Likewise in ODS, where one element stands for many by its number of repetitions.
_ELEMENT_ODS = re.compile(rb"<table:table-(row|cell)\b([^>]*)(?<!/)>")
_REPETITION = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})')
# A ratio says nothing of a small part: repeated cells compress very well in honest files.
_PART_A_CONTROLER = 5_000_000
_EXACT = 2**53
_ARCHIVE_ABIMEE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError,
)  # fmt: skip


def detect_workbook(data: bytes) -> str | None:
    """« xlsx », « ods » or « xls » by the content, None for a text; refuses other archives."""
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise FichierRefuse("protege")
        return "xls"
    if data.startswith(ZIP):
        return _detect_archive(data)
    for magic, nature in (
        (b"%PDF", "un document PDF"),
        (b"\x89PNG", "une image"),
        (b"\xff\xd8\xff", "une image"),
        (b"GIF8", "une image"),
        (b"{\\rtf", "un document de traitement de texte"),
        (b"\x1f\x8b", "une archive compressée"),
        (b"7z\xbc\xaf", "une archive compressée"),
        (b"Rar!", "une archive compressée"),
        (b"PK", "une archive vide ou incomplète"),
    ):
        if data.startswith(magic):
            raise FichierRefuse("format_inconnu", nature=nature)
    return None


def _detect_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            mime = archive.read("mimetype") if "mimetype" in names else b""
    except _ARCHIVE_ABIMEE as error:
        raise FichierRefuse("illisible") from error
    except RuntimeError as error:  # encrypted member
        raise FichierRefuse("protege") from error
    if any(n.startswith("xl/workbook") and n.endswith(".xml") for n in names):
        return "xlsx"
    if mime.strip() == ODS_MIME or (not mime and "content.xml" in names):
        return "ods"
    if any(n.startswith("xl/") for n in names):
        nature = "un classeur Excel binaire (XLSB)"
    elif any(n.startswith("word/") for n in names) or b"opendocument.text" in mime:
        nature = "un document de traitement de texte"
    else:
        nature = "une archive compressée"
    raise FichierRefuse("format_inconnu", nature=nature)


def check_archive(data: bytes, kind: str, limites: Limites) -> None:
    """Refuses what unpacks to far more than it seems, and cells declared absurdly far."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive.infolist(), limites)
            for entry in archive.infolist():
                name = entry.filename.replace("\\", "/").lower()
                if kind == "xlsx" and name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_extent(archive, entry, limites)
                elif kind == "ods" and name == "content.xml":
                    _check_repetitions(archive, entry, limites)
                elif name == "meta-inf/manifest.xml" and b"encryption-data" in archive.read(entry):
                    raise FichierRefuse("protege")
    except _ARCHIVE_ABIMEE as error:
        raise FichierRefuse("illisible") from error


def _check_entries(entries: list[zipfile.ZipInfo], limites: Limites) -> None:
    if len(entries) > limites.entrees_archive:
        raise FichierRefuse("archive_suspecte", raison=f"{len(entries)} fichiers")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FichierRefuse("protege")
    if sum(entry.file_size for entry in entries) > limites.octets_decompresses:
        raise FichierRefuse("archive_suspecte", raison="taille une fois décompressé")
    for entry in entries:
        if (
            entry.file_size > _PART_A_CONTROLER
            and entry.file_size > entry.compress_size * limites.ratio_compression
        ):
            raise FichierRefuse("archive_suspecte", raison="taux de compression")


def _matches(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, pattern: re.Pattern[bytes], limites: Limites
) -> Iterator[tuple[bytes, bytes]]:
    """Occurrences in a part read block by block; the size announced is not believed."""
    tail, read = b"", 0
    with archive.open(entry) as part:
        while block := part.read(_BLOC):
            read += len(block)
            if read > limites.octets_decompresses:
                raise FichierRefuse("archive_suspecte", raison="taille une fois décompressé")
            text = tail + block
            end = text.rfind(b"<")
            yield from pattern.findall(text, 0, end)
            tail = text[end:] if end >= 0 else b""
        yield from pattern.findall(tail)


def _check_extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limites: Limites) -> None:
    """One value in a far corner makes calamine allocate the whole rectangle and abort."""
    last_row, last_column, columns = 0, 0, set()
    for letters, digits in _matches(archive, entry, _CELLULE, limites):
        last_row = max(last_row, int(digits))
        columns.add(letters)
    for letters in columns:
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        last_column = max(last_column, number)
    if last_row > limites.lignes:
        raise FichierRefuse("trop_de_lignes", trouve=last_row, limite=limites.lignes)
    if last_column > limites.colonnes:
        raise FichierRefuse("trop_de_colonnes", trouve=last_column, limite=limites.colonnes)
    if last_row * last_column > 2 * limites.cellules:
        raise FichierRefuse("trop_de_cellules", limite=limites.cellules)


def _check_repetitions(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limites: Limites) -> None:
    """Empty rows repeated to the end of the sheet are usual; the same with a value are not."""
    rows = 1
    for kind, attributes in _matches(archive, entry, _ELEMENT_ODS, limites):
        found = _REPETITION.search(attributes) if b"repeated" in attributes else None
        times = int(found[1]) if found else 1
        if kind == b"row":
            rows = times
        elif rows > limites.lignes:
            raise FichierRefuse("trop_de_lignes", trouve=rows, limite=limites.lignes)
        elif times > limites.colonnes:
            raise FichierRefuse("trop_de_colonnes", trouve=times, limite=limites.colonnes)


def open_workbook(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise FichierRefuse("protege") from error
    except (CalamineError, ValueError, OSError) as error:
        raise FichierRefuse("illisible") from error


def visible_sheets(workbook: CalamineWorkbook) -> list[str]:
    """Worksheets a person sees; all worksheets when every one is hidden."""
    sheets = [m for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
    shown = [m.name for m in sheets if m.visible == SheetVisibleEnum.Visible]
    return shown or [m.name for m in sheets]


def open_sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, ValueError, OSError) as error:
        raise FichierRefuse("illisible") from error


def sheet_rows(sheet: CalamineSheet, limites: Limites) -> Iterator[list[str]]:
    """Rows from the first of the sheet, so that their numbers are those the sender sees."""
    if sheet.end is None:
        return
    last_row, last_column = sheet.end[0] + 1, sheet.end[1] + 1
    if last_row > limites.lignes:
        raise FichierRefuse("trop_de_lignes", trouve=last_row, limite=limites.lignes)
    if last_column > limites.colonnes:
        raise FichierRefuse("trop_de_colonnes", trouve=last_column, limite=limites.colonnes)
    if last_row * last_column > limites.cellules:
        raise FichierRefuse("trop_de_cellules", limite=limites.cellules)
    for row in sheet.iter_rows():
        yield [cell_text(cell) for cell in row]


def cell_text(cell: object) -> str:
    """Text of a cell: 12.0 → « 12 », a date → ISO, a truth value → VRAI or FAUX."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time.min
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        seconds = round(cell.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _number_text(number: float) -> str:
    """Fifteen significant digits, all that a spreadsheet ever shows, never an exponent."""
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    text = f"{number:.15g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent)
    return f"{number:.{max(decimals, 0)}f}"
