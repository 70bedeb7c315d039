"""Several files printed in one go: their pages as they are, one file after the other.

A file to print, not a document: nothing is issued, nothing is kept, and each issued document keeps
its own hash. The engine cannot promise an accessible file made of others: each one stays so alone.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from cariatide.documents.moteur import DocumentImpossible

# The engine writes its objects in clear: a page is named as such, the tree of pages is not one.
_PAGE = re.compile(rb"/Type/Page\b(?!s)")
_ENTETE = "#set page(width: auto, height: auto, margin: 0pt)"
_PHOTO = '#page(paper: "a4", margin: 12mm, align(center + horizon, image("{0}", fit: "contain", width: 100%, height: 100%, alt: {1})))'  # noqa: E501
# What the engine says of a page that a file does not have: its way to count those of any PDF.
_TROP_LOIN = re.compile(r"only has (\d+) page")
_IMAGES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
PDF_MIME = "application/pdf"


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF of this engine holds."""
    return len(_PAGE.findall(pdf))


def count_pages_of(pdf: bytes) -> int:
    """How many pages any PDF holds, whoever made it; 0 when the engine cannot read it."""
    with TemporaryDirectory(prefix="cariatide-pages-") as dossier:
        (Path(dossier) / "0.pdf").write_bytes(pdf)
        source = Path(dossier) / "pages.typ"
        source.write_text('#image("0.pdf", page: 1000000)', encoding="utf-8")
        try:
            typst.compile(str(source), root=dossier, format="pdf")
        except typst.TypstError as error:
            found = _TROP_LOIN.search(" ".join([error.message, *error.hints]))
            return int(found[1]) if found else 0
    return 0


def is_imprimable(type_mime: str) -> bool:
    """Whether a file of that type can be one of the pages of an assembly."""
    return type_mime == PDF_MIME or type_mime in _IMAGES


def assemble(
    fichiers: Sequence[tuple[str, bytes] | tuple[str, bytes, str]], *, titre: str
) -> bytes:
    """One PDF of (label, PDF of this engine) or (label, content, type), in their order.

    The label is the pages' alternative; with a type, the file may be any PDF or an image.
    Raises DocumentImpossible for a file without a readable page.
    """
    if not fichiers:
        raise DocumentImpossible("Aucun fichier à assembler.")
    lignes = [f"#set document(title: {_texte(titre)})", _ENTETE]
    with TemporaryDirectory(prefix="cariatide-impression-") as dossier:
        racine = Path(dossier)
        for rang, (libelle, octets, *reste) in enumerate(fichiers):
            lignes += _place(racine, rang, libelle, octets, str(reste[0]) if reste else "")
        source = racine / "impression.typ"
        source.write_text("\n".join(lignes), encoding="utf-8")
        try:
            assembled = typst.compile(str(source), root=str(racine), format="pdf")
        except typst.TypstError as error:
            raise DocumentImpossible(f"{titre} : {error.message}") from error
    if not isinstance(assembled, bytes):
        raise DocumentImpossible(f"{titre} : aucun fichier produit.")
    return assembled


def _place(racine: Path, rang: int, libelle: str, octets: bytes, type_mime: str) -> list[str]:
    """The lines that print one file."""
    if type_mime in _IMAGES:
        nom = f"{rang}.{_IMAGES[type_mime]}"
        (racine / nom).write_bytes(octets)
        return [_PHOTO.format(nom, _texte(libelle))]
    pages = count_pages_of(octets) if type_mime else count_pages(octets)
    if not pages:
        raise DocumentImpossible(f"{libelle} : aucune page lisible.")
    (racine / f"{rang}.pdf").write_bytes(octets)
    return [
        f'#page(image("{rang}.pdf", page: {p}, alt: {_texte(f"{libelle}, page {p}")}))'
        for p in range(1, pages + 1)
    ]


def _texte(valeur: str) -> str:
    """A string of the engine's language: JSON quotes and escapes it the same way."""
    return json.dumps("".join(c for c in valeur if c.isprintable()), ensure_ascii=False)
