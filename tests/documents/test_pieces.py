"""What a file is, by its content."""

import io
import zipfile

import pytest

from cariatide.documents.rules import PDF, clean_nom, sniff


def build_zip(**entrees: bytes) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom, contenu in entrees.items():
            archive.writestr(nom.replace("__", "/").replace("_xml", ".xml"), contenu)
    return tampon.getvalue()


@pytest.mark.parametrize(
    ("contenu", "extension"),
    [
        (b"%PDF-1.7\n...", "pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4", "pdf"),
        (b"\xff\xd8\xff\xe0JFIF", "jpg"),
        (b"\x89PNG\r\n\x1a\n0000", "png"),
        (b"II*\x00....", "tif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (build_zip(word__document_xml=b"<x/>"), "docx"),
        (build_zip(xl__workbook_xml=b"<x/>"), "xlsx"),
        (build_zip(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
    ],
)
def test_accepted_kinds(contenu: bytes, extension: str) -> None:
    nature = sniff(contenu)
    assert nature is not None
    assert nature.extension == extension


@pytest.mark.parametrize(
    "contenu",
    [
        b"",
        b"MZ\x90\x00",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        b"#!/bin/sh\n",
        b"PK\x03\x04 not really",
        b"\xd0\xcf\x11\xe0 old office",
        build_zip(**{"a.txt": b"x"}),
        build_zip(word__document_xml=b"<x/>", word__vbaProject=b"macro"),
        build_zip(mimetype=b"application/epub+zip"),
        build_zip(mimetype=b"application/vnd.oasis.opendocument.text", Basic__script_xml=b"x"),
    ],
)
def test_refused_kinds(contenu: bytes) -> None:
    assert sniff(contenu) is None


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("bail.pdf", "bail.pdf"),
        ("photo.exe", "photo.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\Avis d’imposition 2025.PDF", "Avis d’imposition 2025.pdf"),
        ("a\r\nb\u202egpj.exe", "abgpj.pdf"),
        ('x"y<z>.pdf', "x y z.pdf"),
        ("", "piece.pdf"),
        ("...", "piece.pdf"),
        ("n" * 300 + ".pdf", "n" * 120 + ".pdf"),
    ],
)
def test_safe_names(nom: str, attendu: str) -> None:
    assert clean_nom(nom, PDF) == attendu
