"""From a frozen context and a template to the bytes of a PDF.

Nothing that a person typed is ever read as markup: the context travels as JSON and templates place
strings. The same context gives the same bytes, so that a hash proves what was issued: the creation
date is the document's own, fonts are the engine's, the system is not looked at.
"""

import dataclasses
import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any, Final, Protocol

import typst
from django.utils import timezone

from cariatide.documents.couverture import to_imprimable, to_latin, to_sans_marques
from cariatide.socle.dates import format_date, format_date_longue, format_date_texte
from cariatide.socle.money import NBSP, format_nombre

# Templates import each other by a path from here: "/documents/typst/commun.typ".
RACINE: Final = Path(__file__).resolve().parent.parent
# Accessible (PDF/UA-1) and kept for ever (PDF/A-2a).
NORMES: "Final[list[typst.PDFStandard]]" = ["ua-1", "a-2a"]
# A mark on a letter of another font has no glyph together: the text is then simplified by steps.
REPLIS: Final = (to_imprimable, to_sans_marques, to_latin)

# Characters of JSON: a long document (about 60 pages) is let go at once; a longer one is refused.
LONG: Final = 40_000
TAILLE_MAX: Final = 400_000
# The engine keeps what its last ten compilations used: 60 MB for a document of 80 pages.
_GENERATIONS: Final = 10

_fontes = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
_local = threading.local()


class ContexteImprimable(Protocol):
    """What the engine itself reads in a context."""

    @property
    def etabli_le(self) -> date: ...


class DocumentImpossible(RuntimeError):
    """The template does not accept this context: an error of ours, never of the person."""


def to_donnees(contexte: Any) -> Any:
    """The context as JSON values, in a canonical form: dates ISO and written, Decimal as text.

    Aware datetimes are written in local time. Floats are refused: a sum is a Decimal.
    """
    match contexte:
        case None | bool() | str():
            return contexte
        case IntEnum():
            return int(contexte)
        case Enum():
            return to_donnees(contexte.value)
        case int():
            return contexte
        case Decimal():
            return {"valeur": f"{contexte:f}", "texte": format_nombre(contexte)}
        case datetime():
            return _date_heure(contexte)
        case date():
            return _date(contexte)
        case time():
            return {"iso": contexte.isoformat(timespec="minutes"), "texte": _heure(contexte)}
        case list() | tuple():
            return [to_donnees(v) for v in contexte]
        case Mapping():
            return {str(k): to_donnees(v) for k, v in sorted(contexte.items())}
    if dataclasses.is_dataclass(contexte) and not isinstance(contexte, type):
        return {f.name: to_donnees(getattr(contexte, f.name)) for f in dataclasses.fields(contexte)}
    raise TypeError(f"{type(contexte).__name__} n’a pas de place dans un document.")


def canonical_json(donnees: Any) -> str:
    """One writing for one context: what is hashed and given to the template."""
    return json.dumps(donnees, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def render_pdf(template: str, contexte: ContexteImprimable, *, titre: str) -> bytes:
    """Render a template (path from `cariatide/`, such as "documents/typst/bilan.typ").

    The result conforms to PDF/UA-1 and PDF/A-2a, or DocumentImpossible is raised.
    """
    return render_donnees(template, to_donnees(contexte), titre=titre, le=contexte.etabli_le)


def render_donnees(template: str, donnees: Any, *, titre: str, le: date) -> bytes:
    """Render from JSON values: the way to print an issued document again from what was kept."""
    creation = datetime(le.year, le.month, le.day, 12, tzinfo=UTC)
    for repli in REPLIS:
        textes = _map_textes([donnees, titre], repli)
        entrees = {"donnees": canonical_json(textes[0]), "titre": textes[1]}
        if len(entrees["donnees"]) > TAILLE_MAX:
            raise DocumentImpossible(f"{template} : le contenu est trop long pour un document.")
        try:
            pdf = _compiler(template).compile(
                sys_inputs=entrees, format="pdf", pdf_standards=NORMES, timestamp=creation
            )
        except typst.TypstError as error:
            if repli is REPLIS[-1] or "could not be displayed" not in error.message:
                raise DocumentImpossible(f"{template} : {error.message}") from error
        else:
            if isinstance(pdf, bytes):
                return pdf
        finally:
            if len(entrees["donnees"]) > LONG:
                _forget()
    raise DocumentImpossible(f"{template} : aucun fichier produit.")


def _forget() -> None:
    """Empty compilations push a long document out of the engine's memory (measured: 14 documents
    of 60 pages end at 160 MB instead of 860)."""
    for _ in range(_GENERATIONS):
        typst.compile(b"", format="svg", font_paths=_fontes)


def _compiler(template: str) -> typst.Compiler:
    """One compiler per template and thread: it keeps fonts and parsed sources warm."""
    compilers: dict[str, typst.Compiler] | None = getattr(_local, "compilers", None)
    if compilers is None:
        compilers = _local.compilers = {}
    if template not in compilers:
        chemin = (RACINE / template).resolve()
        if not chemin.is_relative_to(RACINE) or chemin.suffix != ".typ" or not chemin.is_file():
            raise DocumentImpossible(f"{template} n’est pas un modèle.")
        compilers[template] = typst.Compiler(str(chemin), root=str(RACINE), font_paths=_fontes)
    return compilers[template]


def _map_textes(donnees: Any, change: Callable[[str], str]) -> Any:
    match donnees:
        case str():
            return change(donnees)
        case list():
            return [_map_textes(v, change) for v in donnees]
        case dict():
            return {cle: _map_textes(v, change) for cle, v in donnees.items()}
    return donnees


def _date(jour: date) -> dict[str, str]:
    return {
        "iso": jour.isoformat(),
        "court": format_date(jour),
        "texte": format_date_texte(jour).replace(" ", NBSP),
        "long": format_date_longue(jour).replace(" ", NBSP).replace(NBSP, " ", 1),
    }


def _date_heure(instant: datetime) -> dict[str, str]:
    local = timezone.localtime(instant) if timezone.is_aware(instant) else instant
    return {
        **_date(local.date()),
        "iso": local.isoformat(timespec="minutes"),
        "heure": _heure(local.time()),
    }


def _heure(heure: time) -> str:
    """« 9 h », « 14 h 30 »."""
    minutes = f"{NBSP}{heure.minute:02}" if heure.minute else ""
    return f"{heure.hour}{NBSP}h{minutes}"
