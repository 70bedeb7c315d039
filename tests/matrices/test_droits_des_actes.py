"""An act asks by itself for the mandate that allows it, whatever its page has already asked.

Each is tried by somebody who may read here and do it elsewhere: two mandates never combine.
"""

from collections.abc import Callable
from typing import Any

import pytest

from cariatide.alertes.web.regles import PLATEFORME, may_set
from cariatide.bareme.listes import require_mandat as require_liste
from cariatide.journal.relance import retry_livraison, retry_toutes
from cariatide.partenaires.statuts import Role
from cariatide.poste.actions import prepare_lot
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Perimetre
from tests.distribution import Monde

pytestmark = pytest.mark.django_db
Mandats = tuple[tuple[Role, str], ...]
Acte = Callable[[Perimetre, Monde], Any]
# Mandates, what the refusal says, the act.
ACTES: list[tuple[Mandats, str, Acte]] = [
    (
        ((Role.TRAVAILLEUR_SOCIAL, "operateur"), (Role.SECRETARIAT, "autre_operateur")),
        "poster le courrier de cette organisation",
        lambda p, m: prepare_lot(perimetre=p, organisation_id=m.operateur.pk, documents=[]),
    ),
    (
        ((Role.PROTECTION_DES_DONNEES, "departement"),),
        "administrateur technique",
        lambda p, m: retry_livraison(perimetre=p, livraison_id=1),
    ),
    (
        ((Role.ADMINISTRATEUR, "departement"),),
        "administrateur technique",
        lambda p, m: retry_toutes(perimetre=p),
    ),
    (
        ((Role.ADMINISTRATEUR, "departement"), (Role.SECRETARIAT, "departement")),
        "tenir ces listes",
        lambda p, m: require_liste(p),
    ),
]


@pytest.mark.parametrize(("mandats", "phrase", "acte"), ACTES, ids=[a[1][:12] for a in ACTES])
def test_un_acte_demande_son_mandat(
    monde: Monde, mandats: Mandats, phrase: str, acte: Acte
) -> None:
    with pytest.raises(ActeRefuse, match=phrase):
        acte(monde.cumule(*mandats), monde)


def test_une_liste_se_tient_par_le_plan(monde: Monde) -> None:
    for role in (Role.CHARGE_DU_PLAN, Role.ADMINISTRATEUR_TECHNIQUE):
        assert require_liste(monde.cumule((role, "departement"))).role == role


def test_une_regle_d_alerte_se_fixe_chez_soi_ou_par_le_plan(monde: Monde) -> None:
    ici, ailleurs = monde.operateur.pk, monde.autre_operateur.pk
    administre = monde.cumule((Role.CHEF_DE_SERVICE, "operateur"), (Role.ADMINISTRATEUR, "ccas"))
    assert [may_set(administre, o) for o in (ici, ailleurs, PLATEFORME)] == [False] * 3
    assert may_set(administre, monde.ccas.pk)
    assert may_set(monde.cumule((Role.CHARGE_DU_PLAN, "departement")), PLATEFORME)
