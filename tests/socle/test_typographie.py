"""No-break spaces of the pages: put by the machine, never inside what somebody typed."""

import re
from typing import Any

import pytest

from cariatide.socle.pages.typographie import affine_page
from tests.distribution import Monde, add_menage

# A plain space before high punctuation in the text of a page, outside tags.
_FAUTE = re.compile(r">[^<]*(?: [:;?!»]|« )[^<]*<")
_INTACTS = re.compile(r"<(textarea|pre|code|script|style)\b.*?</\1>", re.DOTALL)


def test_texte_lu() -> None:
    assert affine_page("! «") == "! «"
    assert affine_page("« »") == "«\u00a0»"
    assert affine_page("<p>« Oui » : vide ?</p>") == "<p>«\u00a0Oui\u00a0»\u00a0: vide\u00a0?</p>"


@pytest.mark.parametrize(
    "intact",
    [
        '<input value="Reçu : oui ; « non »">',
        "<textarea>Reçu : oui ?</textarea>",
        "<script>a ? b : c</script>",
        "<pre>x : y</pre>",
        "<p>12:30, a;b</p>",
        "",
    ],
)
def test_rien_de_ce_qui_est_saisi(intact: str) -> None:
    assert affine_page(intact) == intact


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("qui", "adresse"),
    [
        ("alice", "/"),
        ("alice", "/menages/{menage}/"),
        ("alice", "/menages/nouveau/"),
        ("dora", "/commissions/"),
        ("dpo", "/journal/actes/"),
        ("bob", "/baremes/"),
        ("bob", "/indicateurs/"),
        ("alice", "/saisines/99999/"),
        ("alice", "/compte/mot-de-passe/changer/"),
    ],
)
def test_pages_servies(monde: Monde, client_de: Any, qui: str, adresse: str) -> None:
    menage = add_menage(monde)
    with client_de(getattr(monde, qui)) as c:
        html = c.get(adresse.format(menage=menage.pk)).content.decode()
    assert "<h1" in html
    assert _FAUTE.findall(_INTACTS.sub("", html)) == []
