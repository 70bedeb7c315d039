"""The whole file on paper: what one may read, in one PDF, each paper journaled."""

import io
from typing import Any

import pytest
import time_machine
import typst
from django.urls import reverse
from PIL import Image

from cariatide.documents.assemblage import assemble, count_pages, count_pages_of
from cariatide.documents.moteur import DocumentImpossible
from cariatide.journal.models import Consultation
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR, Monde, add_menage
from tests.documents.lecture_pdf import compact, read_text_fusion
from tests.documents.test_actions import bring, issue
from tests.documents.test_images import build_jpeg


def build_pdf(pages: int) -> bytes:
    texte = " #pagebreak() ".join(f"Page {n} du bail" for n in range(1, pages + 1))
    pdf = typst.compile(texte.encode(), format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def test_pages_of_any_pdf() -> None:
    assert [count_pages_of(build_pdf(n)) for n in (1, 3)] == [1, 3]
    assert count_pages_of(b"%PDF-1.7 broken") == 0
    with pytest.raises(DocumentImpossible, match="aucune page"):
        assemble([("Bail", b"%PDF-1.7 broken", "application/pdf")], titre="x")


def test_an_image_is_a_page() -> None:
    sortie = io.BytesIO()
    Image.new("RGB", (3000, 20)).save(sortie, "PNG")
    pdf = assemble([("Photo « a »", sortie.getvalue(), "image/png")], titre="Photos")
    assert count_pages(pdf) == 1


def test_the_whole_file(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    document = issue(monde, menage_id=menage.pk, titre="Proposition de rendez-vous")
    bail = bring(monde, menage_id=menage.pk, contenu=build_pdf(3), libelle="Bail signé")
    bring(monde, menage_id=menage.pk, contenu=build_jpeg(), nom="p.jpg", libelle="Photo du séjour")
    bring(monde, menage_id=menage.pk, contenu=b"%PDF-1.4 broken", libelle="Quittance abîmée")
    bring(
        monde, menage_id=menage.pk, contenu=build_pdf(2), libelle="Certificat caché",
        niveau=Niveau.CONFIDENTIEL,
    )  # fmt: skip
    adresse = reverse("menages:dossier_pdf", args=[menage.pk])
    with time_machine.travel(JOUR, tick=False):
        with client_de(monde.alice) as c:
            reponse = c.get(adresse)
        with client_de(monde.technicien) as c:
            factuel = c.get(adresse)
        with client_de(monde.charlie) as c:
            assert c.get(adresse).status_code == 404
    assert reponse["Content-Type"] == "application/pdf"
    texte = compact(read_text_fusion(reponse.content))
    for attendu in ("Bail signé", "3 pages", "Page 3 du bail", document.reference, "Illisible"):
        assert compact(attendu) in texte
    assert compact("Certificat caché") in texte
    # Summary, timeline, the letter, three of the lease, one photograph, two of the certificate.
    assert count_pages_of(reponse.content) >= 9
    assert compact("Certificat caché") not in compact(read_text_fusion(factuel.content))
    lues = set(
        Consultation.objects.filter(
            route="menages:dossier_pdf", acteur_id=monde.alice.pk
        ).values_list("objet_type", "objet_id")
    )
    assert ("documents.piece", bail.pk) in lues
    assert ("documents.documentemis", document.pk) in lues
    assert ("menages.menage", menage.pk) in lues
