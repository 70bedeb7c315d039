"""The agreement of an entry: operated by my organisation, or that of its link to the household."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cariatide.baux.actions import (
    CorrectionEntree,
    _check_convention,
    correct_entree,
    record_sortie,
)
from cariatide.menages.actions import attach, detach
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import Niveau
from tests.baux.exemples import add_entree
from tests.distribution import DEBUT, JOUR, Monde, add_menage
from tests.parc.exemples import add_logement

pytestmark = pytest.mark.django_db

CORRECTION = CorrectionEntree(
    "bail", date(2026, 9, 1), date(2026, 9, 1), None, True, Decimal(500), None
)


def test_une_entree_se_corrige_chez_qui_l_a_enregistree(monde: Monde) -> None:
    occupation = add_entree(monde, add_menage(monde), add_logement(monde))
    ids = {"occupation_id": occupation.pk, "version": 1}
    ailleurs = monde.cumule(
        (Role.TECHNICIEN, "operateur"), (Role.CHARGE_DE_CLIENTELE, "autre_operateur")
    )
    with pytest.raises(ActeRefuse, match="titre d’occupation"):
        correct_entree(perimetre=ailleurs, **ids, correction=CORRECTION, motif="Saisie")
    with pytest.raises(ActeRefuse, match="enregistrer une sortie"):
        record_sortie(
            perimetre=monde.cumule((Role.TECHNICIEN, "operateur")), **ids,
            sortie_le=JOUR, motif="depart",
        )  # fmt: skip


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


def test_le_lien_qui_a_pris_fin_ne_porte_plus_la_convention(monde: Monde) -> None:
    """Refused in words; the entry that named it in its day keeps it."""
    menage, charlie = add_menage(monde), monde.perimetre("charlie")
    ids = (menage.pk, monde.autre_operateur.pk, monde.convention.pk)
    for numero, convention_id in enumerate((None, monde.convention.pk, monde.convention.pk)):
        attach(
            menage_id=menage.pk, organisation_id=monde.autre_operateur.pk, niveau=Niveau.FACTUEL,
            motif=MotifRattachement.OPERATEUR, source=("essai", numero), du=DEBUT,
            convention_id=convention_id,
        )  # fmt: skip
    occupation = add_entree(monde, menage, add_logement(monde, qui="charlie"), qui="charlie")
    detach(source=("essai", 1), au=date(2026, 11, 20))
    _check_convention(charlie, *ids)  # the other link holds
    detach(source=("essai", 2), au=JOUR)
    _check_convention(charlie, *ids)  # its last day
    lendemain = monde.perimetre("charlie", JOUR + timedelta(days=1))
    with pytest.raises(ErreurMetier, match="a pris fin le 22/11/2026") as refus:
        _check_convention(lendemain, *ids)
    assert list(refus.value.champs) == ["convention"]

    correction = replace(CORRECTION, convention_id=monde.convention.pk)

    def correct(version: int, **options: Any) -> int | None:
        return correct_entree(
            perimetre=lendemain, occupation_id=occupation.pk, version=version,
            correction=replace(correction, **options), motif="Erreur de saisie",
        ).convention_id  # fmt: skip

    assert correct(1) == monde.convention.pk
    assert correct(2, convention_id=None) is None
    with pytest.raises(ErreurMetier, match="a pris fin le 22/11/2026"):
        correct(3)
