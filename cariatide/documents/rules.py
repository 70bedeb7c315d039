"""Pure rules of uploaded pieces: what a file is, by its content, and its safe name."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from cariatide.partenaires.rules import ROLES_DOSSIER
from cariatide.partenaires.statuts import Role

# Who brings pieces; members of a commission and the plan read only.
ROLES_DEPOT = ROLES_DOSSIER - {Role.MEMBRE_COMMISSION, Role.CHARGE_DU_PLAN}

TAILLE_MAX = 20 * 1024 * 1024  # bytes
ENTREES_ZIP_MAX = 4000
_INTERDITS = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*]+")


@dataclass(frozen=True, slots=True)
class Nature:
    """What the content is; the extension is ours, whatever the file was called."""

    type_mime: str
    extension: str
    libelle: str


PDF = Nature("application/pdf", "pdf", "PDF")
_SIGNATURES = (
    (0, b"\xff\xd8\xff", Nature("image/jpeg", "jpg", "Image JPEG")),
    (0, b"\x89PNG\r\n\x1a\n", Nature("image/png", "png", "Image PNG")),
    (0, b"II*\x00", Nature("image/tiff", "tif", "Image TIFF")),
    (0, b"MM\x00*", Nature("image/tiff", "tif", "Image TIFF")),
)
_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"heim", b"heis", b"avif")
_WEBP = Nature("image/webp", "webp", "Image WebP")
_OPENDOCUMENT = {
    b"application/vnd.oasis.opendocument.text": Nature(
        "application/vnd.oasis.opendocument.text", "odt", "Texte OpenDocument"
    ),
    b"application/vnd.oasis.opendocument.spreadsheet": Nature(
        "application/vnd.oasis.opendocument.spreadsheet", "ods", "Classeur OpenDocument"
    ),
}
_OFFICE = {
    "word/document.xml": Nature(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        "Texte Word",
    ),
    "xl/workbook.xml": Nature(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        "Classeur Excel",
    ),
}
ACCEPTES = "PDF, JPEG, PNG, WebP, TIFF, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods)"
# What the file field offers: a telephone then turns its own photographs into JPEG by itself.
EXTENSIONS = ".pdf,.jpg,.jpeg,.png,.webp,.tif,.tiff,.docx,.xlsx,.odt,.ods"


def sniff(contenu: bytes) -> Nature | None:
    """What the bytes are, or None when it is not a kind of file that is accepted.

    The declared type and the name are not looked at: a page or a program renamed « photo.jpg »
    is refused. Office files with macros are refused.
    """
    if contenu[:1024].lstrip(b"\x00\t\r\n \xef\xbb\xbf").startswith(b"%PDF-"):
        return PDF
    for debut, signature, nature in _SIGNATURES:
        if contenu.startswith(signature, debut):
            return nature
    if contenu[:4] == b"RIFF" and contenu[8:12] == b"WEBP":
        return _WEBP
    if contenu[:4] == b"PK\x03\x04":
        return _sniff_zip(contenu)
    return None


def is_heic(contenu: bytes) -> bool:
    """A photograph of a telephone, in a form whose metadata we cannot take off."""
    return contenu[4:8] == b"ftyp" and contenu[8:12] in _HEIC


def _sniff_zip(contenu: bytes) -> Nature | None:
    """An office file, by its directory alone: nothing is decompressed but a short type line."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            noms = {info.filename for info in archive.infolist()[: ENTREES_ZIP_MAX + 1]}
            if len(noms) > ENTREES_ZIP_MAX or any("vba" in n.lower() for n in noms):
                return None
            if "mimetype" in noms and archive.getinfo("mimetype").file_size < 100:
                macros = any(n.startswith(("Basic/", "Scripts/")) for n in noms)
                return None if macros else _OPENDOCUMENT.get(archive.read("mimetype").strip())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, KeyError, OSError):
        return None
    return next((nature for nom, nature in _OFFICE.items() if nom in noms), None)


def clean_nom(nom: str, nature: Nature) -> str:
    """A file name without path nor control characters, ended by the true extension."""
    nom = unicodedata.normalize("NFC", nom).replace("\\", "/").rsplit("/", 1)[-1]
    nom = "".join(c for c in nom if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    base = _INTERDITS.sub(" ", nom)
    tete, point, fin = base.rpartition(".")
    if point and fin.isalnum() and len(fin) <= 5:
        base = tete
    base = " ".join(base.split()).strip(". ")[:120].strip()
    return f"{base or 'piece'}.{nature.extension}"


REPORT_PREMIER, REPORT_MAX = 30, 3600  # seconds


def compute_report(tentatives: int) -> int:
    """Seconds before the scanner is asked again: doubled at each failure, an hour at most."""
    return min(REPORT_PREMIER << min(tentatives - 1, 10), REPORT_MAX)
