"""CSV in whatever encoding and with whatever separator an office's software wrote it."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from cariatide.socle.tableurs.entetes import find_header
from cariatide.socle.tableurs.erreurs import FichierRefuse, Limites
from cariatide.socle.tableurs.formules import restore_texte

SEPARATEURS = (";", "\t", ",", "|")
_ECHANTILLON = 100
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Single-byte encodings met in France: Windows, old Mac exports, DOS programs.
_UN_OCTET = ("cp1252", "mac_roman", "cp850")
_FRANCAIS = frozenset("éèêëàâçîïôùûœÉ’«»°€–…")
_SIGNES = re.compile(r"[^\w\s’‘“”«»°€–—…·²³ºª§½¼×&-]")
_UTF8_DANS_CP1252 = re.compile(r"[ÃÅ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€")
_CONTROLES = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_SENTINELLE = "\ue000fin\ue000"


@dataclass(frozen=True)
class Texte:
    contenu: str
    encodage: str
    avertissements: tuple[str, ...] = ()


def decode(data: bytes) -> Texte:
    """Never a replacement character: what cannot be read exactly is refused."""
    data = data.rstrip(b"\x1a")  # end mark of DOS programs
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Texte(_strict(data, encoding), encoding.removesuffix("-sig"))
    guess = _utf16_without_bom(data[:4096])
    if guess:
        return Texte(_strict(data, guess), guess)
    try:
        return Texte(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _decode_un_octet(data, error.start)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FichierRefuse("encodage", lieu="") from error


def _utf16_without_bom(head: bytes) -> str | None:
    """Western text in UTF-16 has a zero in nearly every second byte."""
    half = len(head) // 2
    if half < 2:
        return None
    if head[1::2].count(0) > 0.4 * half and head[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _decode_un_octet(data: bytes, first_error: int) -> Texte:
    readings: list[tuple[int, str, str]] = []
    for encoding in _UN_OCTET:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        odd = sum(len(m) for m in _SIGNES.findall(text) if not m.isascii())
        french = sum(1 for c in text if c in _FRANCAIS)
        readings.append((french - odd - 5 * len(_CONTROLES.findall(text)), encoding, text))
    # max keeps the first of equals: Windows before the others.
    score, encoding, text = max(readings, key=lambda r: r[0])
    if score < 0 or (encoding == "cp1252" and _UTF8_DANS_CP1252.search(text)):
        line = data.count(b"\n", 0, first_error) + 1
        raise FichierRefuse("encodage", lieu=f" (première erreur à la ligne {line})")
    return Texte(
        text,
        encoding,
        (f"L'encodage de ce fichier a été deviné ({encoding}) : vérifiez les accents.",),
    )


def check_text(text: str) -> None:
    """A picture or a program is no table, even when its bytes decode."""
    head = text[:20_000]
    if not head.strip("\ufeff\x00 \t\r\n\x1a"):
        raise FichierRefuse("vide")
    if "\x00" in text or len(_CONTROLES.findall(head)) > len(head) // 100:
        raise FichierRefuse("format_inconnu", nature="un fichier binaire")
    start = head.lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table")):
        raise FichierRefuse("format_inconnu", nature="une page web")
    if start.startswith("<?xml"):
        raise FichierRefuse("format_inconnu", nature="un document XML")


def _reader(text: str, separator: str) -> "Iterator[list[str]]":
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=False)


def guess_separator(text: str, expected_headers: Collection[str]) -> str:
    """The separator that gives known headers, else the most regular and widest table."""
    declared = re.match(r"\"?sep=(.)\"?\r?\n", text)
    if declared and declared[1] in SEPARATEURS:
        return declared[1]
    best, best_score = SEPARATEURS[0], (0.0, 0.0)
    for separator in SEPARATEURS:
        try:
            rows = [r for r in islice(_reader(text, separator), _ECHANTILLON) if any(r)]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        header = find_header(rows, expected_headers)
        known = header.score if header else 0.0
        score = (known, count / len(rows) * min(width, 30) ** 0.5)
        if score > best_score:
            best, best_score = separator, score
    return best


def read_rows(text: str, separator: str, limites: Limites) -> Iterator[list[str]]:
    """Records of the file; a quotation mark never closed is an error, not a swallowed file."""
    if re.match(r"\"?sep=.\"?\r?\n", text):
        text = text[text.index("\n") + 1 :]
        yield []
    if not text.endswith(("\n", "\r")):
        text += "\n"
    reader = csv.reader(io.StringIO(f"{text}{_SENTINELLE}\n", newline=""), delimiter=separator)
    begins, cells = 1, 0
    try:
        for count, row in enumerate(reader, 1):
            if row == [_SENTINELLE]:
                return
            if row and _SENTINELLE in row[-1]:
                raise FichierRefuse("guillemets", ligne=begins)
            begins = reader.line_num + 1
            if count > limites.lignes:
                raise FichierRefuse("trop_de_lignes", trouve=count, limite=limites.lignes)
            if len(row) > limites.colonnes:
                raise FichierRefuse("trop_de_colonnes", trouve=len(row), limite=limites.colonnes)
            cells += len(row)
            if cells > limites.cellules:
                raise FichierRefuse("trop_de_cellules", limite=limites.cellules)
            yield [_clean(cell) for cell in row]
    except csv.Error as error:
        if reader.line_num - begins > 5:
            raise FichierRefuse("guillemets", ligne=begins) from error
        raise FichierRefuse("illisible") from error


def _clean(cell: str) -> str:
    return restore_texte(cell.replace("\r\n", "\n").replace("\r", "\n"))
