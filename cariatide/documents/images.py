"""Photographs without what they tell by the way: place, time, device, author, thumbnail.

A photograph of a dwelling taken with a telephone carries its coordinates: enough to find a
household whose address is protected. The picture is written again alone, upright, with its
colour profile.
"""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from cariatide.socle.erreurs import ErreurMetier

# Pixels of all the images of a file together: a telephone takes 50 million, a page of fax 2.
PIXELS_MAX = 80_000_000
IMAGES_MAX = 200
ILLISIBLE = (
    "Cette image est abîmée : elle ne s’ouvre pas. Enregistrez-la de nouveau, puis joignez-la."
)
TROP_GRANDE = "Cette image a trop de pixels. Réduisez-la, ou séparez-la en plusieurs."

_FAUTES = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, ZeroDivisionError)


def strip_metadata(contenu: bytes, type_mime: str) -> bytes:
    """The same picture without its metadata; what is not an image comes back as it is.

    Raises ErreurMetier for an image that cannot be read, or that is too large.
    """
    ecrit = _ECRITURES.get(type_mime)
    if ecrit is None:
        return contenu
    try:
        with Image.open(io.BytesIO(contenu), formats=_FORMATS[type_mime]) as image:
            _require_size(image)
            sortie = io.BytesIO()
            ecrit(image, sortie)
            return sortie.getvalue()
    except (*_FAUTES, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ErreurMetier("Cette image est illisible.", {"fichier": ILLISIBLE}) from error
    except Image.DecompressionBombWarning as error:
        raise ErreurMetier("Cette image est trop grande.", {"fichier": TROP_GRANDE}) from error


def _require_size(image: Image.Image) -> None:
    """Read in the headers, before anything is decoded."""
    pixels = 0
    for rang in range(IMAGES_MAX + 1):
        try:
            image.seek(rang)
        except EOFError:
            break
        pixels += image.width * image.height
        if pixels > PIXELS_MAX or rang == IMAGES_MAX:
            raise ErreurMetier("Cette image est trop grande.", {"fichier": TROP_GRANDE})
    image.seek(0)


def _bare(image: Image.Image) -> tuple[Image.Image, dict[str, Any]]:
    """The upright picture without any information, and its colour profile to write beside it."""
    profil = image.info.get("icc_profile")
    nue = ImageOps.exif_transpose(image) or image
    nue = nue.copy()
    nue.info = {}
    return nue, {"icc_profile": profil} if profil else {}


def _write_jpeg(image: Image.Image, sortie: io.BytesIO) -> None:
    # The camera's own tables: writing again costs no visible quality.
    tables = getattr(image, "quantization", None)
    sous_echantillon = JpegImagePlugin.get_sampling(image)
    nue, profil = _bare(image)
    nue.save(sortie, "JPEG", qtables=tables, subsampling=sous_echantillon, **profil)


def _write_png(image: Image.Image, sortie: io.BytesIO) -> None:
    transparence = image.info.get("transparency")
    nue, profil = _bare(image)
    if transparence is not None:
        profil["transparency"] = transparence
    nue.save(sortie, "PNG", **profil)


def _write_webp(image: Image.Image, sortie: io.BytesIO) -> None:
    nue, profil = _bare(image)
    nue.save(sortie, "WEBP", quality=90, **profil)


def _write_tiff(image: Image.Image, sortie: io.BytesIO) -> None:
    """Every page of a scanned file, fax pages as fax pages."""
    pages = []
    for rang in range(getattr(image, "n_frames", 1)):
        image.seek(rang)
        pages.append(_bare(image)[0])
    compression = "group4" if all(p.mode == "1" for p in pages) else "tiff_adobe_deflate"
    pages[0].save(sortie, "TIFF", save_all=True, append_images=pages[1:], compression=compression)


_ECRITURES: dict[str, Callable[[Image.Image, io.BytesIO], None]] = {
    "image/jpeg": _write_jpeg,
    "image/png": _write_png,
    "image/webp": _write_webp,
    "image/tiff": _write_tiff,
}
# Telephones write several pictures in one JPEG file (MPO): the first one is kept.
_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/tiff": ("TIFF",),
}
