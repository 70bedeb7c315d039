"""Reads back the text of the PDF files of the engine (plain objects, Identity-H fonts).

Enough for tests, so that no PDF reader joins the dependencies. Spaces that the engine drops at
line ends are lost: compare texts through `compact`.
"""

import re
import zlib

_OBJET = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_PIECE = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f]+)>|\bBT\b|/ActualText", re.DOTALL
)
_ECHAPPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_SIMPLES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_text(pdf: bytes) -> str:
    """The text of all pages in drawing order, one line per text object."""
    objets = {int(m[1]): m[2] for m in _OBJET.finditer(pdf)}
    texte = []
    for corps in objets.values():
        if corps.startswith(b"<</Type/Page/"):
            texte.append(_read_page(corps, objets))
    return "".join(texte)


def read_text_assemble(pdf: bytes) -> str:
    """The text of a file made of others: the engine places each of their pages as a form."""
    objets = {int(m[1]): m[2] for m in _OBJET.finditer(pdf)}
    return "".join(
        _read_contenu(_stream(corps), corps.split(b"stream", 1)[0], objets)
        for corps in objets.values()
        if b"/Subtype/Form" in corps.split(b"stream", 1)[0]
    )


def read_text_fusion(pdf: bytes) -> str:
    """The text of a printed file: issued documents as they are, pieces drawn as forms."""
    return read_text(pdf) + read_text_assemble(pdf)


def compact(texte: str) -> str:
    """Without spaces, hyphens (the engine adds its own) nor invisible breaks."""
    return re.sub(r"[\s\u00a0\u202f\u200b\u00ad-]+", "", texte)


def _read_page(page: bytes, objets: dict[int, bytes]) -> str:
    if b"/Contents" not in page:  # the back of a sheet
        return ""
    contenu = _stream(objets[_reference(page, b"Contents")])
    return _read_contenu(contenu, objets[_reference(page, b"Resources")], objets)


def _read_contenu(contenu: bytes, ressources: bytes, objets: dict[int, bytes]) -> str:
    polices = {
        nom: _read_cmap(_stream(objets[_reference(objets[int(numero)], b"ToUnicode")]))
        for nom, numero in re.findall(rb"/(f\d+) (\d+) 0 R", ressources)
    }
    texte, police = [], {}
    for m in _PIECE.finditer(contenu):
        if m[1]:
            police = polices[m[1]]
        elif m[0] == b"BT":
            texte.append("\n")
        elif m[2] is not None and police:
            octets = _unescape(m[2])
            codes = [octets[i : i + 2] for i in range(0, len(octets), 2)]
            texte.append("".join(police.get(code, "") for code in codes))
    return "".join(texte)


def _reference(corps: bytes, cle: bytes) -> int:
    trouve = re.search(rb"/" + cle + rb" (\d+) 0 R", corps)
    assert trouve is not None
    return int(trouve[1])


def _stream(corps: bytes) -> bytes:
    return zlib.decompressobj().decompress(re.split(rb"stream\r?\n", corps, maxsplit=1)[1])


def _read_cmap(cmap: bytes) -> dict[bytes, str]:
    table = {}
    for bloc in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, valeur in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", bloc):
            table[_hexa(code)] = _hexa(valeur).decode("utf-16-be")
    for bloc in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for debut, fin, valeur in re.findall(
            rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", bloc
        ):
            premier = int(valeur, 16)
            for i in range(int(fin, 16) - int(debut, 16) + 1):
                table[(int(debut, 16) + i).to_bytes(2, "big")] = chr(premier + i)
    return table


def _hexa(valeur: bytes) -> bytes:
    return bytes.fromhex(valeur.decode())


def _unescape(brut: bytes) -> bytes:
    def one(m: re.Match[bytes]) -> bytes:
        if m[1][:1].isdigit():
            return bytes([int(m[1], 8) & 0xFF])
        return _SIMPLES.get(m[1], m[1])

    return _ECHAPPE.sub(one, brut)
