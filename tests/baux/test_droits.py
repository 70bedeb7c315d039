"""The agreement of an entry: operated by my organisation, or that of its link to the household."""

from typing import Any

import pytest

from cariatide.baux.actions import _check_convention
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Niveau
from tests.distribution import DEBUT, Monde, add_menage

pytestmark = pytest.mark.django_db


def test_la_convention_est_de_l_organisation_ou_du_lien(monde: Monde) -> None:
    menage, autre = add_menage(monde), add_menage(monde)

    def check(qui: str, menage_id: int, convention_id: Any = monde.convention.pk) -> None:
        perimetre = monde.perimetre(qui)
        organisation_id = perimetre.mandats[0].organisation_id
        _check_convention(perimetre, menage_id, organisation_id, convention_id)

    check("alice", menage.pk)  # its operator, whatever the links
    check("charlie", menage.pk, None)
    with pytest.raises(ErreurMetier, match="convention"):
        check("charlie", menage.pk)
    attach(
        menage_id=menage.pk, organisation_id=monde.autre_operateur.pk, niveau=Niveau.FACTUEL,
        motif=MotifRattachement.OPERATEUR, source=("essai", 1), du=DEBUT,
        convention_id=monde.convention.pk,
    )  # fmt: skip
    check("charlie", menage.pk)
    for qui, menage_id in (("charlie", autre.pk), ("prescripteur", menage.pk)):
        with pytest.raises(ErreurMetier, match="convention"):
            check(qui, menage_id)
