"""Several PDF files printed in one go: their pages as they are, one file after the other.

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


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF of this engine holds."""
    return len(_PAGE.findall(pdf))


def assemble(fichiers: Sequence[tuple[str, bytes]], *, titre: str) -> bytes:
    """One PDF of (label, PDF of this engine), in their order; the label is the pages' alternative.

    Raises DocumentImpossible for a file without a readable page.
    """
    if not fichiers:
        raise DocumentImpossible("Aucun fichier à assembler.")
    lignes = [f"#set document(title: {_texte(titre)})", _ENTETE]
    with TemporaryDirectory(prefix="cariatide-impression-") as dossier:
        racine = Path(dossier)
        for rang, (libelle, pdf) in enumerate(fichiers):
            pages = count_pages(pdf)
            if not pages:
                raise DocumentImpossible(f"{libelle} : aucune page lisible.")
            (racine / f"{rang}.pdf").write_bytes(pdf)
            for page in range(1, pages + 1):
                alternative = _texte(f"{libelle}, page {page}")
                lignes.append(f'#page(image("{rang}.pdf", page: {page}, alt: {alternative}))')
        source = racine / "impression.typ"
        source.write_text("\n".join(lignes), encoding="utf-8")
        try:
            assembled = typst.compile(str(source), root=str(racine), format="pdf")
        except typst.TypstError as error:
            raise DocumentImpossible(f"{titre} : {error.message}") from error
    if not isinstance(assembled, bytes):
        raise DocumentImpossible(f"{titre} : aucun fichier produit.")
    return assembled


def _texte(valeur: str) -> str:
    """A string of the engine's language: JSON quotes and escapes it the same way."""
    return json.dumps("".join(c for c in valeur if c.isprintable()), ensure_ascii=False)
