"""The mandate of each act: that of the secretariat of the instance, and nobody else's."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from cariatide.commission.actions.agenda import inscribe_passages, move_passage
from cariatide.commission.actions.decisions import give_avis
from cariatide.commission.actions.instances import (
    DonneesInstance,
    create_instance,
    update_instance,
)
from cariatide.commission.actions.papiers import close_with_minutes, issue_notifications
from cariatide.commission.actions.seances import (
    DonneesSeance,
    LignePresence,
    convene_seance,
    plan_seance,
    record_presences,
    reschedule_seance,
)
from cariatide.commission.journee import BlocSecretariat
from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from tests.commission.fabrique import (
    MOITIE,
    TYPE,
    FauxDossiers,
    add_dossier,
    add_instance,
    cases,
    decide,
    hold_with,
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


def test_la_seance_se_tient_et_s_ecrit_au_nom_du_secretariat(
    monde: Monde, faux: FauxDossiers
) -> None:
    seance = hold_with(monde, faux, "Petit")
    decide(monde, cases(monde, seance)[0])
    qui = monde.cumule(*SIEGE_PUIS_TIENT)
    absent = LignePresence(monde.ccas.pk, "excuse")
    record_presences(perimetre=qui, seance_id=seance.pk, lignes=[absent])
    record_presences(perimetre=qui, seance_id=seance.pk, lignes=[replace(absent, etat="present")])
    with ouvre_transaction(qui):
        close_with_minutes(perimetre=qui, seance_id=seance.pk)
        issue_notifications(perimetre=qui, seance_id=seance.pk)
    found = Evenement.objects.filter(acteur_id=qui.utilisateur_id).values_list("nom", "role")
    assert {"seance.presences", "decision.notifiee", "document.emis"} <= {nom for nom, _ in found}
    assert {role for _, role in found} == {Role.SECRETARIAT}


def test_ma_journee_montre_les_seances_que_l_on_tient(monde: Monde) -> None:
    plan(monde, add_instance(monde))
    bloc = BlocSecretariat()
    assert bloc.lignes(monde.cumule(*SIEGE_PUIS_TIENT))
    assert not bloc.lignes(
        monde.cumule((Role.MEMBRE_COMMISSION, "prefecture"), (Role.SECRETARIAT, "ccas"))
    )


def test_une_instance_ne_prend_que_la_convention_du_mandat(monde: Monde) -> None:
    """A secretary whose mandate is of one agreement keeps its instance for that one alone."""
    instance = add_instance(monde)
    donnees = DonneesInstance(
        type="groupe_de_pilotage", nom="Groupe", convention_id=monde.convention.pk
    )
    dora = monde.perimetre("dora")
    tenue = update_instance(
        perimetre=dora, instance_id=instance.pk, donnees=donnees, version=instance.version
    )
    borne = replace(dora.mandats[0], convention_id=monde.convention.pk)
    with pytest.raises(ErreurMetier, match="ne couvre pas cette convention"):
        update_instance(
            perimetre=replace(dora, mandats=(borne,)), instance_id=instance.pk,
            donnees=replace(donnees, convention_id=None), version=tenue.version,
        )  # fmt: skip


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
