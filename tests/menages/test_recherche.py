"""What is typed in the search becomes terms of the index."""

from typing import Any

import pytest

from cariatide.menages.queries import search_menages
from cariatide.menages.recherche import list_termes, read_reference
from cariatide.socle.perimetre import Perimetre
from tests.distribution import Monde, add_menage
from tests.fichiers import export


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
def test_ceux_dont_le_nom_commence_ainsi_viennent_d_abord(monde: Monde) -> None:
    for nom in ("Aubert", "Goffinet", "Legoff", "Goff", "Zarka Goff"):
        add_menage(monde, nom=nom)
    alice = monde.perimetre("alice")

    def trouves(limite: int, qui: Perimetre = alice) -> list[str]:
        return [m["nom_usage"] for m in search_menages(qui, " GOFF", limite)]

    assert trouves(20) == ["Goff", "Goffinet", "Zarka Goff"]
    assert trouves(2) == ["Goff", "Goffinet"]
    assert trouves(20, monde.perimetre("charlie")) == []
    assert search_menages(alice, " - ", 20) == []


@pytest.mark.django_db
def test_une_adresse_protegee_ne_se_trouve_ni_ne_se_lit(monde: Monde, client_de: Any) -> None:
    """Neither by the list, its filter and its file, nor by the search."""
    cache, vu = (add_menage(monde, nom=nom, adresse_protegee=oui)
                 for nom, oui in (("Cachet", True), ("Vuitton", False)))  # fmt: skip
    commune = vu.commune.nom
    assert cache.commune.nom == commune
    with client_de(monde.alice) as c:
        for url, envoi in (("/menages/", {}), ("/recherche/", {"q": "cachet"})):
            html = c.get(url, envoi).content.decode()
            ligne = html[html.index("Cachet</a>") :][:600].split("</tr>")[0].split("</li>")[0]
            assert "adresse protégée" in ligne and commune not in ligne, url
        html = c.get("/menages/", {"commune": commune}).content.decode()
        assert "Vuitton" in html and "Cachet" not in html
        lignes = export(c, "menages").getvalue().decode("utf-8-sig").splitlines()
    par_nom = {nom: ligne for nom in ("Cachet", "Vuitton") for ligne in lignes if nom in ligne}
    assert commune in par_nom["Vuitton"] and commune not in par_nom["Cachet"]


@pytest.mark.django_db
def test_la_page_trouve(monde: Monde, client_de: Any) -> None:
    menage = add_menage(monde, nom="Le Goff")
    with client_de(monde.alice) as c:
        for texte in ("le goff", "Goff", menage.reference, menage.reference.lower()):
            assert "Le Goff" in c.get("/recherche/", {"q": texte}).content.decode(), texte
        assert "Le Goff" not in c.get("/recherche/", {"q": "Goffin"}).content.decode()
