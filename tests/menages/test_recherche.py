"""What is typed in the search becomes terms of the index."""

from typing import Any

import pytest

from cariatide.menages.recherche import list_termes, read_reference
from tests.distribution import Monde, add_menage


@pytest.mark.parametrize(
    ("texte", "termes"),
    [
        ("", []),
        ("  ' - ", []),
        ("Lefèvre", ["lefevre:*"]),
        ("Le Goff", ["goff:*"]),
        ("le", ["le:*"]),
        ("12 rue de la Paix", ["12", "paix:*"]),
        ("rue", ["rue:*"]),
        ("06 12 34 56 78", ["0612345678:*"]),
        ("06.12.34.56.78", ["0612345678:*"]),
        ("5960", ["5960:*"]),
        ("a & b | !c", ["a:*", "b:*", "c:*"]),
        ("D’Août", ["aout:*"]),
    ],
)
def test_termes(texte: str, termes: list[str]) -> None:
    assert list_termes(texte) == termes


@pytest.mark.parametrize("texte", ["M-2026-00417", "m 2026 00417", " m-2026-00417 "])
def test_reference(texte: str) -> None:
    assert read_reference(texte) == "M-2026-00417"


@pytest.mark.parametrize("texte", ["M-2026", "A-2026-00417", "Martin 2026 00417", ""])
def test_ce_qui_n_est_pas_une_reference(texte: str) -> None:
    assert read_reference(texte) is None


@pytest.mark.django_db
def test_la_page_trouve(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde, nom="Le Goff")
    with client_de(monde.alice) as c:
        for texte in ("le goff", "Goff", menage.reference, menage.reference.lower()):
            assert "Le Goff" in c.get("/recherche/", {"q": texte}).content.decode(), texte
        assert "Le Goff" not in c.get("/recherche/", {"q": "Goffin"}).content.decode()
