"""Several files printed in one go: their pages as they are, one file after the other.

A file to print, not a document: nothing is issued, nothing is kept, each issued document keeps its
own hash. Issued documents and images keep their structure, and the file conforms as they do; the
pages of a PDF that somebody uploaded are pictures with an alternative: the file then promises
nothing (fusion).
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from cariatide.documents.fusion import merge
from cariatide.documents.moteur import NORMES, DocumentImpossible

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
    fichiers: Sequence[tuple[str, bytes] | tuple[str, bytes, str]],
    *,
    titre: str,
    recto_verso: bool = False,
) -> bytes:
    """One PDF of (label, PDF of this engine) or (label, content, type), in their order.

    With a type, the file may be any PDF or an image: it is drawn again, its label as alternative.
    recto_verso: each one begins on the front of a sheet.
    Raises DocumentImpossible for a file without a readable page.
    """
    if not fichiers:
        raise DocumentImpossible("Aucun fichier à assembler.")
    parties = [
        (libelle, _draw(libelle, octets, str(reste[0])) if reste else _check(libelle, octets))
        for libelle, octets, *reste in fichiers
    ]
    return merge(parties, titre=titre, recto_verso=recto_verso)


def _check(libelle: str, octets: bytes) -> bytes:
    if not count_pages(octets):
        raise DocumentImpossible(f"{libelle} : aucune page lisible.")
    return octets


def _draw(libelle: str, octets: bytes, type_mime: str) -> bytes:
    """A file of the engine that shows a piece: an image conforms, the pages of a PDF cannot."""
    image = _IMAGES.get(type_mime)
    lignes = [f"#set document(title: {_texte(libelle)})", '#set text(lang: "fr", region: "FR")']
    if image:
        nom = f"0.{image}"
        lignes.append(_PHOTO.format(nom, _texte(libelle)))
    else:
        nom = "0.pdf"
        pages = count_pages_of(octets)
        if not pages:
            raise DocumentImpossible(f"{libelle} : aucune page lisible.")
        lignes += [
            _ENTETE,
            *(
                f'#page(image("0.pdf", page: {p}, alt: {_texte(f"{libelle}, page {p}")}))'
                for p in range(1, pages + 1)
            ),
        ]
    with TemporaryDirectory(prefix="cariatide-impression-") as dossier:
        (Path(dossier) / nom).write_bytes(octets)
        source = Path(dossier) / "impression.typ"
        source.write_text("\n".join(lignes), encoding="utf-8")
        try:
            drawn = typst.compile(
                str(source), root=dossier, format="pdf", pdf_standards=NORMES if image else []
            )
        except typst.TypstError as error:
            raise DocumentImpossible(f"{libelle} : {error.message}") from error
    if not isinstance(drawn, bytes):
        raise DocumentImpossible(f"{libelle} : aucun fichier produit.")
    return drawn


def _texte(valeur: str) -> str:
    """A string of the engine's language: JSON quotes and escapes it the same way."""
    return json.dumps("".join(c for c in valeur if c.isprintable()), ensure_ascii=False)
