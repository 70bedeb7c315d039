"""Several files made one: the structure of each stays, and the file says no more than is true."""

import io
import re

import page
import pytest
import typst
from PIL import Image

from cariatide.documents.assemblage import PDF_MIME, assemble, count_pages, count_pages_of
from cariatide.documents.fusion import merge
from cariatide.documents.modeles import find_modele, list_modeles
from cariatide.documents.moteur import DocumentImpossible
from tests.documents.conformite import assert_conforme
from tests.documents.exemples import EXEMPLES, courrier_menage, notification_decision, releve
from tests.documents.lecture_pdf import compact, read_text, read_text_fusion


def one_of_each() -> list[tuple[str, bytes]]:
    return [
        (modele.libelle, modele.render(EXEMPLES[code]()))
        for code, modele in sorted(list_modeles().items())
    ]


def build_png() -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(sortie, "PNG")
    return sortie.getvalue()


def build_foreign() -> bytes:
    pdf = typst.compile(b"Un bail signe", format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def test_one_of_each_kind_in_one_accessible_file() -> None:
    parties = one_of_each()
    pdf = merge(parties, titre="Dossier « été » <& fils>")
    assert_conforme(pdf)
    assert count_pages(pdf) == count_pages_of(pdf) == sum(count_pages(p) for _, p in parties)
    lu = compact(read_text(pdf))
    for libelle, partie in parties:
        assert compact(read_text(partie)) in lu, libelle
        assert f"<FEFF{libelle.encode('utf-16-be').hex().upper()}>".encode() in pdf, libelle
    assert "Dossier « été » &lt;&amp; fils&gt;</rdf:li>".encode() in pdf
    assert pdf == merge(parties, titre="Dossier « été » <& fils>"), "the same bytes each time"


def test_each_cell_finds_the_heads_of_its_own_table() -> None:
    pdf = merge(one_of_each(), titre="Dossier")
    tetes = re.findall(rb"/ID\((F\d+U[^)]*)\)", pdf)
    assert len(tetes) == len(set(tetes)) > 20
    cites = set(re.findall(rb"\((F\d+U[^)]*)\)", b"".join(re.findall(rb"/Headers\[.*?\]", pdf))))
    assert cites and cites <= set(tetes)
    noms = re.findall(rb"\((F\d+U[^)]*)\)\d+ 0 R", pdf)
    assert noms == sorted(tetes)


def test_what_was_typed_is_no_reference() -> None:
    """A text that looks like the inside of a file stays a text."""
    piege = "Voir 12 0 R (a) /ID(U1x0y0) <41> >> endobj 3 0 obj /Headers[(U1x0y0)] \\( stream"
    lettres = [
        find_modele("courrier_menage").render(courrier_menage(objet=piege), titre=piege)
        for _ in range(2)
    ]
    pdf = merge([(piege, lettre) for lettre in lettres], titre=piege)
    assert_conforme(pdf)
    assert compact(read_text(pdf)).count(compact(read_text(lettres[0]))) == 2
    assert len(pdf) < 1.5 * len(lettres[0]), "the same fonts are written once"


def test_an_image_keeps_the_file_accessible() -> None:
    lettre = find_modele("releve").render(releve())
    pdf = assemble([("Relevé", lettre), ("Photo du séjour", build_png(), "image/png")], titre="Lot")
    assert_conforme(pdf)
    assert count_pages(pdf) == 2
    assert b"/S/Figure" in pdf and b"/Alt" in pdf


def test_the_pages_of_somebody_else_promise_nothing() -> None:
    """Their text is there, with an alternative; the file no longer says that it conforms."""
    lettre = find_modele("releve").render(releve())
    pdf = assemble([("Relevé", lettre), ("Bail", build_foreign(), PDF_MIME)], titre="Lot")
    assert b"pdfuaid:part>" not in pdf and b"pdfaid:part>" not in pdf
    assert compact("Un bail signe") in compact(read_text_fusion(pdf))
    fautes = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1).failures
    assert "PDFUA1-ID-PART-001" in {f.rule_id for f in fautes}


def test_a_file_of_another_engine_is_never_taken_as_ours() -> None:
    for octets in (b"%PDF-1.7 /Type/Page ", b"%PDF-1.4\nstartxref\n9\n%%EOF", b""):
        with pytest.raises(DocumentImpossible):
            merge([("Faux", octets)], titre="x")


def test_on_both_sides_each_letter_begins_a_sheet() -> None:
    """An empty page follows a part that ends on the front; nothing follows the last one."""
    releve_ = find_modele("releve").render(releve())
    lettre = find_modele("notification_decision").render(
        notification_decision(conditions=("Signature du contrat d’accompagnement.",) * 60)
    )
    pages = [count_pages(p) for p in (releve_, lettre, releve_, releve_)]
    assert pages == [1, 3, 1, 1], "an odd number of pages, and more than one"
    parties = [("Un", releve_), ("Deux", lettre), ("Trois", releve_), ("Quatre", releve_)]
    pdf = merge(parties, titre="Lot", recto_verso=True)
    assert_conforme(pdf)
    assert count_pages(pdf) == count_pages_of(pdf) == 2 + 4 + 2 + 1
    assert b"<xmpTPg:NPages>9</xmpTPg:NPages>" in pdf
    vides = [
        not re.search(rb"/Contents", p)
        for p in re.findall(rb"/Type/Page\b[^s].*?endobj", pdf, re.S)
    ]
    assert vides == [False, True, False, False, False, True, False, True, False]
    assert count_pages(merge(parties, titre="Lot")) == 6
