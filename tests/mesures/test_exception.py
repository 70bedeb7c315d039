"""An exceptional access to a household opens the pages of its measures and saisines, to read."""

import re
from typing import Any

import pytest
from django.urls import reverse

from cariatide.conformite.actions import open_exception
from tests.mesures.conftest import Fabrique

pytestmark = pytest.mark.django_db


def test_pages_de_la_mesure_et_de_la_saisine(fabrique: Fabrique, client_de: Any) -> None:
    monde, mesure, autre = fabrique.monde, fabrique.active(), fabrique.active(nom="Voisin")
    pages = [
        *(
            reverse(f"menages:{nom}", args=[mesure.menage_id])
            for nom in ("detail", "parcours", "pourquoi")
        ),
        reverse("mesures:detail", args=[mesure.pk]),
        reverse("demandes:detail", args=[mesure.saisine_id]),
    ]
    with client_de(monde.dpo) as c:
        assert [c.get(p).status_code for p in pages] == [403] * 5
        open_exception(
            perimetre=monde.perimetre("dpo"), reference=mesure.menage.reference,
            motif="Plainte de la personne sur les lectures", heures=1,
        )  # fmt: skip
        for page in pages:
            reponse = c.get(page)
            assert reponse.status_code == 200
            assert c.post(page).status_code == 403
            for lien in re.findall(r'<a [^>]*href="(/[^"#]*)"', reponse.content.decode()):
                assert c.get(lien).status_code != 403, f"{page} mène à {lien}"
        assert c.get(reverse("mesures:detail", args=[autre.pk])).status_code == 404
        assert c.get(reverse("demandes:detail", args=[autre.saisine_id])).status_code == 404
