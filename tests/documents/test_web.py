"""Pages and downloads: who opens them, what the browser receives, what the journal keeps."""

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cariatide.documents.models import Piece
from cariatide.journal.models import Consultation
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import Niveau
from tests.distribution import DEBUT, JOUR, Monde, add_menage
from tests.documents import exemples
from tests.documents.test_actions import PDF, bring, issue


@pytest.fixture(autouse=True)
def le_jour() -> Any:
    with time_machine.travel(JOUR, tick=False):
        yield


def test_download_is_exact_safe_and_journaled(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    document = issue(monde, menage_id=menage.pk)
    with client_de(monde.alice) as c:
        response = c.get(reverse("documents:telecharger", args=[document.pk]))
        affichee = c.get(reverse("documents:telecharger", args=[document.pk]) + "?affichage=1")
    assert response.status_code == 200
    assert len(response.content) == document.taille
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        f'attachment; filename="courrier-menage-{document.reference}.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert affichee["Content-Disposition"].startswith("inline")
    lecture = Consultation.objects.filter(objet_type="documents.documentemis").first()
    assert lecture is not None
    assert (lecture.objet_id, lecture.menage_id) == (document.pk, menage.pk)
    assert lecture.route == "documents:telecharger"


@pytest.mark.parametrize(
    ("qui", "statut"),
    [("charlie", 404), ("prescripteur", 404), ("technicien", 404), ("dpo", 403), ("eve", 403)],
)
def test_social_document_of_others(monde: Monde, client_de: Any, qui: str, statut: int) -> None:
    menage = add_menage(monde)
    document = issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=menage.pk)
    with client_de(getattr(monde, qui)) as c:
        assert c.get(reverse("documents:telecharger", args=[document.pk])).status_code == statut
    assert not Consultation.objects.filter(objet_type="documents.documentemis").exists()


def test_anonymous_signs_in(monde: Monde, client_de: Any) -> None:
    document = issue(monde)
    with client_de() as c:
        assert c.get(reverse("documents:telecharger", args=[document.pk])).status_code == 302


def test_list_filters_and_sorts(
    monde: Monde, client_de: Any, django_assert_max_num_queries: Any
) -> None:
    issue(monde, titre="Lettre à Élodie")
    autre = issue(monde, modele="parcours", contexte=exemples.parcours())
    with client_de(monde.alice) as c:
        tout = c.get(reverse("documents:liste")).content.decode()
        filtre = c.get(reverse("documents:liste"), {"q": "elodie"}).content.decode()
        reference = c.get(reverse("documents:liste"), {"q": autre.reference}).content.decode()
        modele = c.get(reverse("documents:liste"), {"modele": "parcours"}).content.decode()
        rien = c.get(reverse("documents:liste"), {"q": "zzz"}).content.decode()
        with django_assert_max_num_queries(14):
            c.get(reverse("documents:liste"), {"tri": "titre"})
    assert "Lettre à Élodie" in tout
    assert autre.reference in tout
    assert "Lettre à Élodie" in filtre
    assert autre.reference not in filtre
    assert "Lettre à Élodie" not in reference
    assert autre.reference in modele
    assert "Lettre à Élodie" not in modele
    assert "Aucun document ne correspond" in rien
    with client_de(monde.charlie) as c:
        assert (
            "Aucun document dans votre périmètre"
            in c.get(reverse("documents:liste")).content.decode()
        )


def test_household_page_shows_what_one_may_read(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    issue(monde, menage_id=menage.pk, titre="Lettre de rendez-vous")
    adresse = reverse("documents:menage", args=[menage.pk])
    with client_de(monde.alice) as c:
        page = c.get(adresse).content.decode()
    assert "Lettre de rendez-vous" in page
    assert "Aucune pièce n’est jointe" in page
    assert "Joindre une pièce" in page
    with client_de(monde.charlie) as c:
        assert c.get(adresse).status_code == 404


def test_deposit_then_download_then_withdrawal(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    adresse = reverse("documents:deposer", args=[menage.pk])
    fichier = SimpleUploadedFile("avis.exe", PDF, content_type="image/png")
    donnees = {"fichier": fichier, "type": "ressources", "niveau": "2", "libelle": "Avis 2025"}
    with client_de(monde.alice) as c:
        assert "Confidentiel" in c.get(adresse).content.decode()
        reponse = c.post(adresse, donnees)
        assert reponse.status_code == 302
        piece = Piece._base_manager.get()
        page = c.get(reponse["Location"]).content.decode()
        recue = c.get(reverse("documents:piece", args=[piece.pk]))
        retrait = reverse("documents:retirer", args=[piece.pk])
        assert c.get(retrait).status_code == 200
        vide = c.post(retrait, {"motif": ""})
        fait = c.post(retrait, {"motif": "Mauvais fichier"})
        apres = c.get(reponse["Location"]).content.decode()
        perdue = c.get(reverse("documents:piece", args=[piece.pk]))
    assert "Avis 2025" in page
    assert "avis.pdf" in page
    assert recue.content == PDF
    assert recue["Content-Disposition"] == 'attachment; filename="avis.pdf"'
    assert vide.status_code == 422
    assert fait.status_code == 302
    assert "Mauvais fichier" in apres
    assert perdue.status_code == 404


def test_deposit_errors_stay_in_the_form(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    adresse = reverse("documents:deposer", args=[menage.pk])
    page_html = SimpleUploadedFile("photo.jpg", b"<html>", content_type="image/jpeg")
    with client_de(monde.alice) as c:
        sans = c.post(adresse, {"type": "bail", "niveau": "1"})
        faux = c.post(adresse, {"fichier": page_html, "type": "bail", "niveau": "1"})
    assert sans.status_code == 422
    assert faux.status_code == 422
    assert "Joignez un fichier de l’une de ces sortes" in faux.content.decode()
    assert Piece._base_manager.count() == 0


def test_levels_offered_are_those_one_reads(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde, niveau=Niveau.FACTUEL)
    adresse = reverse("documents:deposer", args=[menage.pk])
    with client_de(monde.alice) as c:
        page = c.get(adresse).content.decode()
        force = c.post(
            adresse,
            {"fichier": SimpleUploadedFile("a.pdf", PDF), "type": "bail", "niveau": "3"},
        )
    assert "Confidentiel :" not in page
    assert force.status_code == 422


def test_member_of_a_commission_only_reads(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde)
    bring(monde, menage_id=menage.pk)
    with client_de(monde.membre) as c:
        assert c.get(reverse("documents:deposer", args=[menage.pk])).status_code == 403


@pytest.mark.parametrize(
    ("qui", "niveau", "attendu"),
    [("technicien", Niveau.FACTUEL, "operateur"), ("technicien", Niveau.SOCIAL, "ccas"),
     ("membre", Niveau.FACTUEL, "ccas")],
)  # fmt: skip
def test_a_piece_is_deposited_under_the_mandate_that_may(
    monde: Monde, client_de: Any, qui: str, niveau: Niveau, attendu: str
) -> None:
    """Of several mandates: one that deposits, at the level of the piece."""
    menage = add_menage(monde)
    Mandat.objects.create(
        utilisateur=getattr(monde, qui), organisation=monde.ccas, role=Role.TRAVAILLEUR_SOCIAL,
        du=DEBUT,
    )  # fmt: skip
    attach(
        menage_id=menage.pk, organisation_id=monde.ccas.pk, niveau=Niveau.CONFIDENTIEL,
        motif=MotifRattachement.OPERATEUR, source=("essai", 1), du=DEBUT,
    )  # fmt: skip
    with client_de(getattr(monde, qui)) as c:
        reponse = c.post(
            reverse("documents:deposer", args=[menage.pk]),
            {"fichier": SimpleUploadedFile("a.pdf", PDF), "type": "bail", "niveau": int(niveau)},
        )
    assert reponse.status_code == 302
    piece = Piece._base_manager.get()
    assert (piece.niveau, piece.organisation) == (niveau, getattr(monde, attendu))
