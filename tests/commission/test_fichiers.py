"""Files of the commissions: the calendar exported, the notifications of a session to print."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from cariatide.commission.actions.papiers import close_with_minutes, issue_notifications
from cariatide.commission.models import Seance
from cariatide.documents.assemblage import assemble, count_pages
from cariatide.documents.models import DocumentEmis
from cariatide.documents.moteur import DocumentImpossible
from cariatide.documents.queries import read_document
from cariatide.journal.models import Consultation
from tests.commission.fabrique import (
    FauxDossiers,
    cases,
    decide,
    demain,
    hold_with,
    plan,
)
from tests.distribution import Monde
from tests.documents.conformite import assert_conforme
from tests.documents.lecture_pdf import compact, read_text_fusion
from tests.fichiers import export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_day")]


@pytest.fixture
def close(monde: Monde, faux: FauxDossiers) -> Seance:
    """Closed today, two cases decided, nothing notified."""
    seance = hold_with(monde, faux, "Carlier", "Okafor")
    for passage in cases(monde, seance):
        decide(monde, passage, "maintien")
    return close_with_minutes(perimetre=monde.perimetre("dora"), seance_id=seance.pk)


def rows(response: Any) -> list[dict[str, str]]:
    texte = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


def test_calendar_as_a_spreadsheet(monde: Monde, close: Seance, client_de: Any) -> None:
    plan(monde, close.instance, demain(7))
    adresse = reverse("echanges:exporter", args=["seances"])
    with client_de(monde.dora) as c:
        assert adresse in c.get(reverse("commission:seances")).content.decode()
        tenue, a_venir = rows(export(c, "seances", "?tri=date"))
        assert tenue["Date"] == "22/11/2026"
        assert (tenue["État"], tenue["Dossiers"], tenue["Décisions"]) == ("Close", "2", "2")
        assert (a_venir["Date"], a_venir["Dossiers"]) == ("29/11/2026", "0")
        assert tenue["Instance"] == close.instance.nom
        (seule,) = rows(export(c, "seances", "?statut=close"))
        assert seule == tenue
        for genre, debut in (("xlsx", b"PK"), ("ods", b"PK")):
            assert export(c, "seances", format_=genre).getvalue()[:2] == debut
        assert export(c, "seances", format_="exe").status_code == 422
    assert Consultation.objects.filter(libelle="Export du calendrier des séances").count() == 4
    # The plan officer follows every session by its date: the same rows on the page and in the file.
    for qui in ("membre", "bob"):
        with client_de(monde.personnes[qui]) as c:
            page = c.get(reverse("commission:seances")).content.decode()
            assert "22/11/2026 à" in page, qui
            assert "29/11/2026 à" in page, qui
            lues = rows(export(c, "seances", "?tri=date"))
            assert [r["Date"] for r in lues] == ["22/11/2026", "29/11/2026"], qui
    with client_de(monde.alice) as c:
        assert c.get(adresse).status_code == 404


def test_notifications_of_a_session_in_one_file(
    monde: Monde, close: Seance, client_de: Any
) -> None:
    adresse = reverse("commission:notifications_pdf", args=[close.pk])
    perimetre = monde.perimetre("dora")
    with client_de(monde.dora) as c:
        assert c.get(adresse).status_code == 404
        assert issue_notifications(perimetre=perimetre, seance_id=close.pk) == 2
        page = c.get(reverse("commission:seance", args=[close.pk])).content.decode()
        assert f'href="{adresse}"' in page
        response = c.get(adresse)
    emis = list(
        DocumentEmis.objects.visible_to(perimetre)
        .filter(modele="notification_decision")
        .order_by("pk")
    )
    pdf = response.content
    assert response.headers["Content-Type"] == "application/pdf"
    assert_conforme(pdf)
    assert count_pages(pdf) == sum(count_pages(read_document(perimetre, d)) for d in emis) >= 2
    texte = compact(read_text_fusion(pdf))
    for document, nom in zip(emis, ("Carlier", "Okafor"), strict=True):
        assert compact(f"Ménage {nom}") in texte
        assert compact(document.reference) in texte
    # Each household's journal says that its letter was read.
    lues = Consultation.objects.filter(objet_type="documents.documentemis")
    assert sorted(lues.values_list("menage_id", flat=True)) == sorted(d.menage_id for d in emis)
    for qui in ("membre", "alice", "bob"):
        with client_de(monde.personnes[qui]) as c:
            assert c.get(adresse).status_code == 403, qui


def test_what_is_not_a_printable_file_is_refused() -> None:
    with pytest.raises(DocumentImpossible, match="Aucun fichier"):
        assemble([], titre="Rien")
    with pytest.raises(DocumentImpossible, match="aucune page"):
        assemble([("Photo", b"\x89PNG")], titre="Une image")
    with pytest.raises(DocumentImpossible):
        assemble([("Faux", b"%PDF-1.7 /Type/Page ")], titre="Un faux « fichier »")
