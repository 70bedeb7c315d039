"""Documents that the département issued are judged as they were issued, a few of each kind."""

from collections import defaultdict

from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import FICHIERS
from tests.demonstration.conftest import en_systeme
from tests.documents.conformite import assert_conforme

PAR_GENRE = 3


def test_les_documents_emis_sont_accessibles(demonstration: None) -> None:
    with en_systeme():
        juges: dict[str, int] = defaultdict(int)
        for document in DocumentEmis.objects.unscoped(reason="test").order_by("-pk"):
            if juges[document.modele] < PAR_GENRE:
                juges[document.modele] += 1
                fichiers = FICHIERS[document.niveau_de_lecture].objects.unscoped(reason="test")
                pdf = bytes(fichiers.get(document_id=document.pk).octets)
                assert_conforme(pdf)
                assert b"/StructTreeRoot" in pdf and b"/Lang(fr-FR)" in pdf, document.reference
                assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf, document.reference
    assert {"notification_decision", "proces_verbal", "bilan"} <= set(juges), dict(juges)
