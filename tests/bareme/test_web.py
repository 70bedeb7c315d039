"""The page of the dated values, and the form that sets the local ones."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.rules import ValeurDatee, format_valeur
from cariatide.bareme.statuts import Confiance, Unite
from tests.distribution import Monde

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("valeur", "unite", "attendu"),
    [
        (2, Unite.MOIS, "2 mois"),
        (1, Unite.ANS, "1 an"),
        (15, Unite.JOURS_OUVRES, "15 jours ouvrés"),
        ((30, 7), Unite.JOURS, "30 et 7 jours"),
        (Decimal("450.00"), Unite.EUROS, "450,00 €"),
        ("v2", Unite.CODE, "v2"),
        (5, Unite.UNITES, "5"),
    ],
)
def test_ecriture(valeur: Any, unite: Unite, attendu: str) -> None:
    datee = ValeurDatee("x", valeur, unite, None, None, "Loi", Confiance.HAUTE)
    assert format_valeur(datee).replace("\u00a0", " ") == attendu


def test_page(monde: Monde, client_de: Any) -> None:
    with client_de() as anonyme:
        assert anonyme.get("/baremes/").status_code == 302
    with client_de(monde.alice) as c:
        page = c.get("/baremes/").content.decode()
    assert "Délai laissé par le commandement de payer" in page
    assert "Cass., avis, 13 juin 2024" in page
    assert "À vérifier" in page and "date non fournie" in page
    assert "se fixe localement" in page
    assert "Fixer localement" not in page  # Alice sets nothing


def test_filtres(monde: Monde, client_de: Any) -> None:
    with client_de(monde.bob) as c:
        page = c.get("/baremes/?q=asll").content.decode()
        assert "Durée" in page and "Délai laissé par le commandement" not in page
        assert "Fixer localement" in page
        page = c.get("/baremes/?a_verifier=on").content.decode()
        assert "À vérifier" in page and "Délai laissé par le commandement" not in page
        assert "Aucun barème" in c.get("/baremes/?q=zzz").content.decode()


def test_fixer(monde: Monde, client_de: Any) -> None:
    saisie = {"valeur": "9", "du": "2026-01-01", "motif": "Règlement intérieur",
              "portee": "plateforme"}  # fmt: skip
    with client_de(monde.bob) as c:
        assert "En mois." in c.get("/baremes/asll.duree/fixer/").content.decode()
        reponse = c.post("/baremes/asll.duree/fixer/", saisie, follow=True)
        assert "est fixé à partir du 01/01/2026" in reponse.content.decode()
        assert "Fixé localement" in reponse.content.decode()
        again = c.post("/baremes/asll.duree/fixer/", saisie)
        assert again.status_code == 422
        assert "déjà en vigueur" in again.content.decode()
    row = ParametreLocal.objects.get()
    assert (row.valeur, row.du, row.organisation_id) == (9, date(2026, 1, 1), None)


def test_fixer_pour_son_organisation_seulement(monde: Monde, client_de: Any) -> None:
    saisie = {"valeur": "30, 15, 7", "du": "2026-01-01", "motif": "Usage du service"}
    with client_de(monde.administratrice) as c:
        refus = c.post("/baremes/alertes.jours_avant/fixer/", saisie | {"portee": "plateforme"})
        assert refus.status_code == 422
        portee = str(monde.operateur.pk)
        c.post("/baremes/alertes.jours_avant/fixer/", saisie | {"portee": portee})
    row = ParametreLocal.objects.get()
    assert (row.valeur, row.organisation_id) == ([30, 15, 7], monde.operateur.pk)


@pytest.mark.parametrize(
    ("code", "statut"),
    [("asll.duree", 200), ("commandement.delai", 404), ("inconnu", 404)],
)
def test_ce_qui_se_fixe(monde: Monde, client_de: Any, code: str, statut: int) -> None:
    with client_de(monde.bob) as c:
        assert c.get(f"/baremes/{code}/fixer/").status_code == statut
    with client_de(monde.alice) as c:
        assert c.get(f"/baremes/{code}/fixer/").status_code == 403


def test_saisie_refusee(monde: Monde, client_de: Any) -> None:
    with client_de(monde.bob) as c:
        reponse = c.post(
            "/baremes/asll.duree/fixer/",
            {"valeur": "neuf mois", "du": "32/01/2026", "motif": "", "portee": "plateforme"},
        )
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Écrivez un nombre entier, sans unité." in page
    assert "Cette date n’existe pas." in page and "Ce champ est nécessaire." in page
    assert not ParametreLocal.objects.exists()
