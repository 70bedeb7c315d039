"""The role of one mandate never combines with the households that another one opens."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cariatide.partenaires.statuts import Role
from tests.distribution import JOUR, Monde, add_menage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_day")]


@pytest.fixture
def frozen_day() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


@pytest.mark.parametrize(
    "nom",
    ["menages:membre", "menages:domicile", "menages:social", "menages:confidentiel",
     "menages:budget_nouveau", "baux:entree"],
)  # fmt: skip
def test_lire_ici_et_suivre_ailleurs_n_ecrit_rien(monde: Monde, client_de: Any, nom: str) -> None:
    menage = add_menage(monde)
    url = reverse(nom, args=[menage.pk])
    monde.cumule((Role.TECHNICIEN, "operateur"), (Role.TRAVAILLEUR_SOCIAL, "autre_operateur"))
    with client_de(monde.eve) as c:
        assert c.get(reverse("menages:detail", args=[menage.pk])).status_code == 200
        assert c.post(url, {}).status_code == 404
    monde.cumule((Role.TRAVAILLEUR_SOCIAL, "operateur"), (Role.TECHNICIEN, "autre_operateur"))
    with client_de(monde.eve) as c:
        refused = c.post(url, {})
        # Found, and incomplete; the page sent back keeps the menu of both mandates.
        assert refused.status_code in (409, 422)
        assert "Toits d’ailleurs" in refused.content.decode()
