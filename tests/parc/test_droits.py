"""Acts on homes are those of the organisation that recorded them, whoever reads them."""

from datetime import date
from typing import Any

import pytest
from django.db.models import Q

from cariatide.parc.actions import (
    DonneesDiagnostic,
    create_logement,
    open_offre,
    record_diagnostic,
)
from cariatide.parc.models import Logement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from tests.distribution import Monde
from tests.parc.exemples import add_logement, donnees

pytestmark = pytest.mark.django_db
LE = date(2026, 9, 1)


def test_chaque_acte_demande_un_role_chez_qui_recense_le_logement(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading of homes goes with the right to work on them; were it wider, still nothing."""
    logement_id = add_logement(monde).pk
    monkeypatch.setattr(Logement, "access_condition", classmethod(lambda cls, p: Q()))
    ailleurs = monde.cumule((Role.FINANCEUR, "operateur"), (Role.TECHNICIEN, "autre_operateur"))
    visite = DonneesDiagnostic(visite_le=LE, conclusion="Humidité au nord")
    actes: dict[str, Any] = {
        "enregistrer un logement": lambda p: create_logement(
            perimetre=p, organisation_id=monde.operateur.pk, donnees=donnees(monde)
        ),
        "établir un diagnostic": lambda p: record_diagnostic(
            perimetre=p, logement_id=logement_id, donnees=visite
        ),
        "ouvrir une offre": lambda p: open_offre(
            perimetre=p, logement_id=logement_id, reperee_le=LE
        ),
    }
    for phrase, acte in actes.items():
        with pytest.raises(ActeRefuse, match=phrase):
            acte(ailleurs)
    social = monde.perimetre("alice")  # works on the stock, draws up no diagnosis
    with pytest.raises(ActeRefuse, match="établir un diagnostic"):
        actes["établir un diagnostic"](social)
    assert actes["ouvrir une offre"](social).logement_id == logement_id
