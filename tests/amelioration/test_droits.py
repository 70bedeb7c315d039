"""Works are changed by the organisation that leads them; a study opens in that of the home."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q

from cariatide.amelioration.actions import (
    DonneesFinancement,
    open_operation,
    remove_financement,
    save_financement,
    update_operation,
)
from cariatide.amelioration.complement import TravauxDuLogement
from cariatide.amelioration.models import FinancementTravaux
from cariatide.amelioration.statuts import MODIFIABLES, ROLES_ETUDE, StatutOperation
from cariatide.amelioration.web import ecriture
from cariatide.parc.models import Logement
from cariatide.parc.statuts import ROLES_PARC
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from tests.amelioration.exemples import COUT, add_financement, add_operation, etude
from tests.distribution import JOUR, Monde
from tests.parc.exemples import add_logement


def qui(role: str, organisation: int) -> Perimetre:
    mandat = MandatEnVigueur(1, organisation, "O", role, role, Niveau.CONFIDENTIEL)
    return Perimetre(1, "Essai", JOUR, (mandat,))


@pytest.mark.parametrize("role", list(Role))
def test_des_travaux_se_modifient_chez_qui_les_conduit(
    role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ecriture, "page_operation", lambda operation: {"retour": "/"})

    modifiable = sorted(MODIFIABLES)[0]

    def refus(organisation: int, statut: Any = modifiable) -> str:
        operation: Any = SimpleNamespace(organisation_id=7, statut=statut)
        return ecriture._page(qui(role, organisation), operation, "Modifier").refus

    assert (refus(7) == "") is (role in ROLES_ETUDE)
    assert "autre organisation" in refus(8)
    assert "ne se modifient plus" in refus(7, StatutOperation.ABANDONNEE)


@pytest.mark.django_db
def test_une_etude_s_ouvre_chez_qui_recense_le_logement(monde: Monde) -> None:
    logement = add_logement(monde)
    assert isinstance(logement, Logement)
    acte = TravauxDuLogement().acte
    etudie = sorted(ROLES_ETUDE)[0]
    ouvert = acte(logement.pk, qui(etudie, logement.organisation_id))
    assert ouvert is not None and str(logement.pk) in ouvert.url
    assert acte(logement.pk, qui(etudie, monde.ccas.pk)) is None
    assert acte(logement.pk, qui(Role.MEMBRE_COMMISSION, logement.organisation_id)) is None
    assert ROLES_PARC <= ROLES_ETUDE, "whoever sees the home studies its works"
    assert acte(logement.pk + 1_000, qui(etudie, logement.organisation_id)) is None


@pytest.mark.django_db
def test_lire_ici_et_conduire_ailleurs_n_ecrit_rien(monde: Monde) -> None:
    operation = add_financement(monde, add_operation(monde, add_logement(monde)))
    ligne = FinancementTravaux.objects.unscoped(reason="test").get(operation=operation)
    ids: dict[str, Any] = {"operation_id": operation.pk, "version": operation.version}
    ailleurs = monde.cumule((Role.FINANCEUR, "operateur"), (Role.TECHNICIEN, "autre_operateur"))
    with pytest.raises(ActeRefuse, match="conduire ces travaux"):
        update_operation(
            perimetre=ailleurs, **ids, objet="Autre", maitre_ouvrage="prive",
            logement_adapte=False, cout=COUT, fin_prevue=None,
        )  # fmt: skip
    with pytest.raises(ActeRefuse, match="conduire ces travaux"):
        save_financement(
            perimetre=ailleurs, **ids,
            donnees=DonneesFinancement(nature="subvention", libelle="Don", sollicite=COUT),
        )  # fmt: skip
    with pytest.raises(ActeRefuse, match="conduire ces travaux"):
        remove_financement(perimetre=ailleurs, **ids, financement_id=ligne.pk)


@pytest.mark.django_db
def test_une_etude_demande_par_elle_meme_le_droit(
    monde: Monde, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the home studies its works today; were it read more widely, still not."""
    logement = add_logement(monde)
    monkeypatch.setattr(Logement, "access_condition", classmethod(lambda cls, p: Q()))
    ailleurs = monde.cumule((Role.FINANCEUR, "operateur"), (Role.TECHNICIEN, "autre_operateur"))
    with pytest.raises(ActeRefuse, match="conduire ces travaux"):
        open_operation(perimetre=ailleurs, logement_id=logement.pk, donnees=etude(monde))
