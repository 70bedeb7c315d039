"""A photograph is kept without what it tells by the way: place, time, device, author."""

import io
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from cariatide.documents import images
from cariatide.documents.images import strip_metadata
from cariatide.documents.queries import read_piece
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from tests.distribution import Monde, add_menage
from tests.documents.test_actions import bring

SECRET = "Zanzibar-42"
GPS, ORIENTATION, ARTISTE = 0x8825, 0x0112, 0x013B


def build_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ARTISTE], exif[ORIENTATION] = SECRET, orientation
    exif.get_ifd(GPS).update({1: "N", 2: (50.0, 16.0, 30.0), 3: "E", 4: (3.0, 58.0, 0.0)})
    return exif


def build_image(format_: str, mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, (40, 20), "white")
    image.paste("red" if mode == "RGB" else 0, (0, 0, 10, 10))
    sortie = io.BytesIO()
    image.save(sortie, format_, **options)
    return sortie.getvalue()


def read_image(octets: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(octets))
    image.load()
    return image


def build_jpeg(orientation: int = 1) -> bytes:
    return build_image(
        "JPEG", exif=build_exif(orientation), comment=SECRET.encode(), quality=95,
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode(),
    )  # fmt: skip


def build_png() -> bytes:
    textes = PngImagePlugin.PngInfo()
    textes.add_text("Author", SECRET)
    return build_image("PNG", pnginfo=textes, exif=build_exif())


@pytest.mark.parametrize(
    ("contenu", "type_mime"),
    [
        (build_jpeg(), "image/jpeg"),
        (build_png(), "image/png"),
        (build_image("WEBP", exif=build_exif(), lossless=True), "image/webp"),
        (build_image("TIFF", exif=build_exif(), description=SECRET), "image/tiff"),
        (build_image("TIFF", "1", description=SECRET), "image/tiff"),
    ],
    ids=["jpeg", "png", "webp", "tiff", "fax"],
)
def test_nothing_but_the_picture_stays(contenu: bytes, type_mime: str) -> None:
    assert SECRET.encode() in contenu
    nue = strip_metadata(contenu, type_mime)
    assert SECRET.encode() not in nue
    image = read_image(nue)
    assert not image.getexif().get_ifd(GPS)
    assert ARTISTE not in image.getexif()
    assert "comment" not in image.info
    assert image.size == (40, 20)
    rouge = image.convert("RGB").getpixel((4, 4))
    assert isinstance(rouge, tuple)
    assert rouge[1] < 60 < 255 - rouge[2]
    assert strip_metadata(contenu, type_mime) == nue  # the same file twice is one piece


def test_a_rotated_photograph_stays_upright() -> None:
    image = read_image(strip_metadata(build_jpeg(orientation=6), "image/jpeg"))
    assert image.size == (20, 40)
    assert ORIENTATION not in image.getexif()


def test_every_page_of_a_scan_stays() -> None:
    pages = [Image.new("1", (30, 30), i % 2) for i in range(3)]
    sortie = io.BytesIO()
    pages[0].save(sortie, "TIFF", save_all=True, append_images=pages[1:], description=SECRET)
    nue = strip_metadata(sortie.getvalue(), "image/tiff")
    assert SECRET.encode() not in nue
    with Image.open(io.BytesIO(nue)) as image:
        assert getattr(image, "n_frames", 1) == 3
        image.seek(1)
        assert image.getpixel((3, 3)) != 0


@pytest.mark.parametrize("contenu", [b"\xff\xd8\xff\xe0JFIF", build_jpeg()[:400], b""])
def test_damaged_image_is_refused(contenu: bytes) -> None:
    with pytest.raises(ErreurMetier) as refus:
        strip_metadata(contenu, "image/jpeg")
    assert "abîmée" in refus.value.champs["fichier"]


def test_huge_image_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "PIXELS_MAX", 100)
    with pytest.raises(ErreurMetier) as refus:
        strip_metadata(build_png(), "image/png")
    assert "trop de pixels" in refus.value.champs["fichier"]


def test_other_files_are_untouched() -> None:
    assert strip_metadata(b"%PDF-1.7 x", "application/pdf") == b"%PDF-1.7 x"


def test_a_deposited_photograph_is_kept_bare(monde: Monde) -> None:
    menage = add_menage(monde)
    piece = bring(monde, contenu=build_jpeg(), nom="IMG_1.jpg", type_="photo", menage_id=menage.pk)
    perimetre = monde.perimetre("alice")
    with ouvre_transaction(perimetre):
        gardee = read_piece(perimetre, piece)
    assert SECRET.encode() not in gardee
    assert piece.taille == len(gardee)
    with pytest.raises(ErreurMetier, match="déjà joint"):
        bring(monde, contenu=build_jpeg(), menage_id=menage.pk)


def test_heic_is_refused_with_a_way_out(monde: Monde) -> None:
    with pytest.raises(ErreurMetier) as refus:
        bring(monde, contenu=b"\x00\x00\x00\x18ftypheic....")
    assert "en JPEG" in refus.value.champs["fichier"]
