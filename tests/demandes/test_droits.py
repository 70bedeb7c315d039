"""Who may do what on a saisine beside its life: pieces, secretariat, start, origin."""

from types import SimpleNamespace
from typing import Any

import pytest

from cariatide.demandes.actions.depot import _check_origine
from cariatide.demandes.actions.instruction import _secretariat
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.statuts import StatutSaisine
from cariatide.demandes.web.page import ACTES, holds_secretariat, may_receive, may_start
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from tests.distribution import JOUR

SECRETARIAT, ORIGINE, OPERATEUR = 10, 20, 30


def qui(role: Role, organisation: int) -> Perimetre:
    mandat = MandatEnVigueur(1, organisation, "O", role, role.label, Niveau.CONFIDENTIEL)
    return Perimetre(1, "Essai", JOUR, (mandat,))


def saisine(**champs: Any) -> Any:
    return SimpleNamespace(
        **{
            "statut": StatutSaisine.DEPOSEE,
            "instance": SimpleNamespace(secretariat_id=SECRETARIAT),
            "origine_organisation_id": ORIGINE,
            "convention": SimpleNamespace(operateur_id=OPERATEUR),
            "convention_suivie": None,
            "mise_en_oeuvre_le": None,
            "provisoire_le": None,
        }
        | champs
    )


def test_tenir_le_secretariat_est_celui_de_l_instance() -> None:
    sienne, sans = saisine(), saisine(instance=None)
    tient, ailleurs = qui(Role.SECRETARIAT, SECRETARIAT), qui(Role.SECRETARIAT, ORIGINE)
    autre = qui(Role.CHEF_DE_SERVICE, SECRETARIAT)
    assert holds_secretariat(sienne, tient)
    assert _secretariat(sienne, tient).organisation_id == SECRETARIAT
    for objet, perimetre in ((sienne, ailleurs), (sienne, autre), (sans, tient)):
        assert not holds_secretariat(objet, perimetre)
        with pytest.raises(ActeRefuse, match="secrétariat"):
            _secretariat(objet, perimetre)


@pytest.mark.parametrize(("role", "organisation", "peut"), [
    (Role.SECRETARIAT, SECRETARIAT, True), (Role.SECRETARIAT, ORIGINE, False),
    (Role.PRESCRIPTEUR, ORIGINE, True), (Role.PRESCRIPTEUR, SECRETARIAT, False),
    (Role.TRAVAILLEUR_SOCIAL, ORIGINE, True), (Role.MEMBRE_COMMISSION, ORIGINE, False),
])  # fmt: skip
def test_recevoir_une_piece(role: Role, organisation: int, peut: bool) -> None:
    assert may_receive(saisine(), qui(role, organisation)) is peut
    assert not may_receive(saisine(statut=StatutSaisine.CLOSE), qui(role, organisation))


@pytest.mark.parametrize(("statut", "role", "organisation", "peut"), [
    (StatutSaisine.ORIENTEE_MAINTIEN, Role.TRAVAILLEUR_SOCIAL, OPERATEUR, True),
    (StatutSaisine.ORIENTEE_MAINTIEN, Role.TRAVAILLEUR_SOCIAL, ORIGINE, False),
    (StatutSaisine.ORIENTEE_MAINTIEN, Role.SECRETARIAT, OPERATEUR, False),
    (StatutSaisine.DEPOSEE, Role.TRAVAILLEUR_SOCIAL, OPERATEUR, False),
])  # fmt: skip
def test_mettre_en_oeuvre(statut: str, role: Role, organisation: int, peut: bool) -> None:
    assert may_start(saisine(statut=statut), qui(role, organisation)) is peut
    assert not may_start(saisine(statut=statut, convention=None), qui(role, organisation))


def test_saisir_pour_une_autre_organisation_revient_au_secretariat() -> None:
    def check(origine: int | None, perimetre: Perimetre) -> None:
        _check_origine(SimpleNamespace(origine_id=origine), perimetre)  # type: ignore[arg-type]

    prescripteur = qui(Role.PRESCRIPTEUR, ORIGINE)
    check(None, prescripteur)
    check(ORIGINE, prescripteur)
    check(OPERATEUR, qui(Role.SECRETARIAT, SECRETARIAT))
    with pytest.raises(ErreurMetier, match="secrétariat"):
        check(OPERATEUR, prescripteur)


def test_les_actes_de_la_page_sont_ceux_de_personnes() -> None:
    """`CYCLE.evaluate` leaves out what no mandate of the person would open, the system's apart."""
    assert all(CYCLE.transitions[nom].roles for nom in ACTES)
