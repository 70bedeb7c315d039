"""The mandate of each act: that of the secretariat of the instance, and nobody else's."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from cariatide.commission.actions.agenda import inscribe_passages, move_passage
from cariatide.commission.actions.decisions import give_avis
from cariatide.commission.actions.instances import DonneesInstance, create_instance
from cariatide.commission.actions.seances import (
    DonneesSeance,
    convene_seance,
    plan_seance,
    reschedule_seance,
)
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from tests.commission.fabrique import (
    MOITIE,
    TYPE,
    FauxDossiers,
    add_dossier,
    add_instance,
    inscribe,
    plan,
)
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db
SIEGE_PUIS_TIENT = ((Role.MEMBRE_COMMISSION, "prefecture"), (Role.SECRETARIAT, "departement"))


def test_le_journal_nomme_le_mandat_du_secretariat(monde: Monde, faux: FauxDossiers) -> None:
    """Somebody who also sits acts as the secretariat, whichever mandate comes first."""
    qui = monde.cumule(*SIEGE_PUIS_TIENT)
    seance = plan_seance(
        perimetre=qui, instance_id=add_instance(monde).pk,
        donnees=DonneesSeance(le=JOUR + timedelta(days=9), heure=time(9, 30), lieu="Salle Jaurès"),
    )  # fmt: skip
    dossiers = [add_dossier(monde, faux, nom) for nom in ("Petit", "Leroy")]
    passages = inscribe_passages(
        perimetre=qui, seance_id=seance.pk, dossiers=[(TYPE, d.menage_id) for d in dossiers]
    )
    move_passage(perimetre=qui, passage_id=passages[0].pk, monte=False)
    seance.refresh_from_db()
    reschedule_seance(
        perimetre=qui, seance_id=seance.pk, version=seance.version,
        donnees=DonneesSeance(le=JOUR + timedelta(days=8), heure=time(9, 30), lieu="Salle Jaurès"),
    )  # fmt: skip
    convene_seance(perimetre=qui, seance_id=seance.pk)
    found = Evenement.objects.filter(acteur_id=qui.utilisateur_id).values_list("nom", "role")
    assert {"passage.inscrit", "passage.deplace"} <= {nom for nom, _ in found}
    assert {role for _, role in found} == {Role.SECRETARIAT}


@pytest.mark.parametrize(
    ("mandats", "organisation"),
    [
        # Reads the session by its seat; the role, the organisation, the membership, one at a time.
        (((Role.MEMBRE_COMMISSION, "prefecture"), (Role.CHARGE_DU_PLAN, "ccas")), "ccas"),
        (((Role.MEMBRE_COMMISSION, "prefecture"),), "ccas"),
        (
            ((Role.MEMBRE_COMMISSION, "prefecture"), (Role.MEMBRE_COMMISSION, "operateur")),
            "operateur",
        ),
    ],
)
def test_un_avis_demande_un_siege(
    monde: Monde, faux: FauxDossiers, mandats: Any, organisation: str
) -> None:
    seance = plan(monde, add_instance(monde))
    passage = inscribe(monde, seance, add_dossier(monde, faux))[0]

    def give(organisation_id: int) -> None:
        give_avis(
            perimetre=monde.cumule(*mandats), passage_id=passage.pk,
            organisation_id=organisation_id, sens="favorable",
        )  # fmt: skip

    with pytest.raises(ActeRefuse, match="ne siège pas"):
        give(monde.organisations[organisation].pk)
    give(monde.prefecture.pk)


def test_une_instance_se_cree_par_le_secretariat_de_son_organisation(monde: Monde) -> None:
    ailleurs = monde.cumule((Role.CHARGE_DU_PLAN, "departement"), (Role.SECRETARIAT, "ccas"))
    with pytest.raises(ActeRefuse, match="ne tenez pas de secrétariat"):
        create_instance(
            perimetre=ailleurs, secretariat_id=monde.departement.pk, du=date(2026, 1, 1),
            quorum=MOITIE, donnees=DonneesInstance(type="groupe_de_pilotage", nom="Groupe"),
        )  # fmt: skip
