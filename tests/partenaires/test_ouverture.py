"""The first account of a new service."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cariatide.comptes.models import Utilisateur
from cariatide.journal.models import Evenement
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.statuts import Role
from tests.distribution import Monde

pytestmark = pytest.mark.django_db
ARGUMENTS = {"organisation": "Département d’essai", "courriel": "Tech@Essai.fr",
             "prenom": "Tom", "nom": "Technicien"}  # fmt: skip


def run(monkeypatch: pytest.MonkeyPatch, mot_de_passe: str, **plus: Any) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(mot_de_passe + "\n"))
    sortie = io.StringIO()
    call_command("ouvre_service", stdout=sortie, **{**ARGUMENTS, **plus})
    return sortie.getvalue()


def test_premier_compte(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tech@essai.fr" in run(monkeypatch, "une phrase assez longue 26")
    mandat = Mandat.objects.get()
    assert mandat.role == Role.ADMINISTRATEUR_TECHNIQUE
    assert mandat.organisation.nom == "Département d’essai"
    assert mandat.utilisateur.check_password("une phrase assez longue 26")
    assert Evenement.objects.get(nom="service.ouvert").acteur == "Système : ouverture du service"
    with pytest.raises(CommandError, match="déjà un administrateur technique"):
        run(monkeypatch, "une phrase assez longue 26", courriel="autre@essai.fr")


@pytest.mark.parametrize(
    ("mot_de_passe", "plus", "phrase"),
    [
        ("court", {}, "12"),
        ("une phrase assez longue 26", {"courriel": "x"}, "adresse électronique"),
        ("une phrase assez longue 26", {"nom": " "}, "nom"),
        ("une phrase assez longue 26", {"organisation": " "}, "nom de l’organisation"),
    ],
)
def test_refus_sans_rien_ecrire(
    monkeypatch: pytest.MonkeyPatch, mot_de_passe: str, plus: dict[str, str], phrase: str
) -> None:
    with pytest.raises(CommandError, match=phrase):
        run(monkeypatch, mot_de_passe, **plus)
    assert not Organisation.objects.exists() and not Utilisateur.objects.exists()


def test_refuse_dans_un_service_ouvert(monde: Monde, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="invitation"):
        run(monkeypatch, "une phrase assez longue 26")
