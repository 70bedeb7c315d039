"""What is typed loses what nobody sees, and nothing else."""

from django.http import QueryDict

from cariatide.socle.saisie import nettoie, nettoie_envoi, nettoie_tout


def test_les_commandes_partent_les_lettres_restent() -> None:
    assert nettoie("a\x00b\x1b[31m\u202egpj\u2066\ud83d") == "ab[31mgpj"
    for texte in ("Élodie\r\n\tœuvre", "עברית", "👩‍👧", "l’été\u00a0: 3\u202f000 €", "Nguyễn"):
        assert nettoie(texte) == texte


def test_un_envoi_propre_reste_le_meme_objet() -> None:
    propre = QueryDict("a=1&a=2&b=%C3%A9")
    assert nettoie_envoi(propre) is propre
    sale = nettoie_envoi(QueryDict("a=1%00&a=2&b=%E2%80%AEx"))
    assert sale.getlist("a") == ["1", "2"] and sale["b"] == "x"
    assert nettoie_envoi({"a": "\x00"}) == {"a": "\x00"}, "a form of the tests is no request"


def test_les_cles_aussi() -> None:
    assert nettoie_tout({"a\x00": ["b\x00", 1, None, {"c": "\ud83d"}]}) == {
        "a": ["b", 1, None, {"c": ""}]
    }
