"""Acts on a measure are those of its operator's team: read here, of a team elsewhere, no act."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from cariatide.journal.models import Evenement
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesBilan, DonneesIntervention, DonneesObjectif
from cariatide.mesures.actions.decisions import _grant_too
from cariatide.mesures.actions.ouverture import _check_referent
from cariatide.mesures.actions.vie import follow_axe, may_assign
from cariatide.mesures.models import DiagnosticSocial, Mesure
from cariatide.mesures.queries.faits import list_portefeuille
from cariatide.mesures.queries.refus import REFUS_SUIVI
from cariatide.mesures.rules_reorientation import find_demandeur
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import Perimetre
from tests.distribution import JOUR, Monde
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db
# The technician of the operator reads the facts of its measures and accompanies nobody.
LIT_ICI = (Role.TECHNICIEN, "operateur")
AILLEURS = (LIT_ICI, (Role.CHEF_DE_SERVICE, "autre_operateur"),
            (Role.TRAVAILLEUR_SOCIAL, "autre_operateur"))  # fmt: skip
OBJECTIF = DonneesObjectif("Tenir le plan d’apurement", "impayes")
VISITE = DonneesIntervention(type="vad", date=DECISION, presence="present", duree_minutes=50)
Acte = Callable[[Perimetre, Mesure], Any]
ACTES: dict[str, Acte] = {
    "bilan": lambda p, m: actions.create_bilan(
        perimetre=p, mesure_id=m.pk, type_="intermediaire", le=JOUR
    ),
    "diagnostic": lambda p, m: actions.request_diagnostic(
        perimetre=p, mesure_id=m.pk, motif="Nouveau", le=JOUR
    ),
    "contrat": lambda p, m: actions.issue_contrat(
        perimetre=p, mesure_id=m.pk, debut=DECISION, frequence="Chaque mois"
    ),
    "entretien": lambda p, m: actions.record_intervention(
        perimetre=p, mesure_id=m.pk, donnees=VISITE
    ),
    "note": lambda p, m: actions.save_note_personnelle(perimetre=p, mesure_id=m.pk, texte="Mot"),
    "objectif": lambda p, m: actions.add_objectif(perimetre=p, mesure_id=m.pk, donnees=OBJECTIF),
    "renouvellement": lambda p, m: actions.propose_renouvellement(
        perimetre=p, mesure_id=m.pk, mois=6, motif="Suite", objectifs=[OBJECTIF]
    ),
    "axe": lambda p, m: follow_axe(perimetre=p, mesure_id=m.pk, version=m.version),
    "référent": lambda p, m: may_assign(m, p),
}  # fmt: skip


@pytest.mark.parametrize("nom", ACTES)
def test_lire_ici_et_suivre_ailleurs_n_ecrit_rien(
    monde: Monde, fabrique: Fabrique, nom: str
) -> None:
    mesure = reload(fabrique.active())
    p = monde.cumule(*AILLEURS)
    with ouvre_transaction(p), pytest.raises(ActeRefuse) as refus:
        ACTES[nom](p, mesure)
    assert any(mot in str(refus.value) for mot in ("’équipe de l’opérateur", "chef de service"))


def test_un_ecrit_d_ici_ne_se_redige_pas_d_ailleurs(monde: Monde, fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    with fabrique.au_nom_de("alice") as alice:
        bilan = actions.create_bilan(
            perimetre=alice, mesure_id=mesure.pk, type_="intermediaire", le=JOUR
        )
    diagnostic = DiagnosticSocial.objects.unscoped(reason="test").get(mesure_id=mesure.pk)
    p = monde.cumule(*AILLEURS)
    with ouvre_transaction(p):
        with pytest.raises(ActeRefuse, match="rédiger un bilan"):
            actions.write_bilan(
                perimetre=p, bilan_id=bilan.pk,
                donnees=DonneesBilan(evolution="E", conclusion="C", suite="terminer"),
            )  # fmt: skip
        with pytest.raises(ActeRefuse, match="rédiger un diagnostic"):
            actions.write_diagnostic(
                perimetre=p, diagnostic_id=diagnostic.pk, sections={"logement": "T2"}
            )


def test_adherer_suivre_et_ouvrir_sont_de_l_equipe(monde: Monde, fabrique: Fabrique) -> None:
    proposee, terminee = fabrique.proposee(nom="Petit"), fabrique.terminee(nom="Leroy")
    saisine = fabrique.saisine(nom="Okafor")
    p = monde.cumule(*AILLEURS)
    with ouvre_transaction(p):
        with pytest.raises(ActeRefuse, match="enregistrer l’adhésion"):
            actions.record_adhesion(perimetre=p, mesure_id=proposee.pk, le=JOUR)
        with pytest.raises(ActeRefuse, match=re.escape(REFUS_SUIVI)):
            actions.record_suivi(
                perimetre=p, mesure_id=terminee.pk, mois=6, le=JOUR, contact="joint",
                maintien="oui",
            )  # fmt: skip
        with pytest.raises(ActeRefuse, match="ouvre la mesure"):
            actions.create_mesure(perimetre=p, saisine_id=saisine.pk)


def test_l_accord_d_une_mesure_nouvelle_est_de_qui_la_finance(
    monde: Monde, fabrique: Fabrique
) -> None:
    mesure = fabrique.prescrite()
    for mandats in (
        ((Role.CHARGE_DU_PLAN, "departement"), (Role.FINANCEUR, "operateur")),
        ((Role.CHARGE_DU_PLAN, "departement"),),
    ):
        with pytest.raises(ErreurMetier, match="en donne l’accord"):
            _grant_too(mesure, monde.cumule(*mandats), 6, "moyenne")


def test_le_journal_nomme_le_mandat_de_l_equipe(monde: Monde, fabrique: Fabrique) -> None:
    """Whichever comes first; each act by the mandate that allows it."""
    mesure = fabrique.active()
    p = monde.cumule(
        (Role.TRAVAILLEUR_SOCIAL, "autre_operateur"), LIT_ICI, (Role.CHEF_DE_SERVICE, "operateur")
    )
    with ouvre_transaction(p):
        for nom in ("entretien", "objectif", "bilan"):
            ACTES[nom](p, mesure)
    found = Evenement.objects.filter(acteur_id=p.utilisateur_id)
    assert {(e.role, e.organisation_id) for e in found} == {
        (Role.CHEF_DE_SERVICE, monde.operateur.pk)
    }


@pytest.mark.parametrize(
    ("mandats", "a_soi", "change", "demande"),
    [
        ((LIT_ICI, (Role.CHEF_DE_SERVICE, "autre_operateur")), False, False, False),
        (((Role.CHEF_DE_SERVICE, "operateur"),), False, True, True),
        (((Role.TRAVAILLEUR_SOCIAL, "operateur"),), False, False, False),
        (((Role.TRAVAILLEUR_SOCIAL, "operateur"),), True, True, True),
        ((LIT_ICI, (Role.TRAVAILLEUR_SOCIAL, "autre_operateur")), True, False, False),
        ((LIT_ICI,), True, False, False),
    ],
)
def test_le_referent_et_son_chef(
    monde: Monde, fabrique: Fabrique, mandats: Any, a_soi: bool, change: bool, demande: bool
) -> None:
    """Who changes the référent, who asks for a reorientation."""
    mesure = reload(fabrique.active())
    p = monde.cumule(*mandats)
    mesure.referent_id = p.utilisateur_id if a_soi else monde.alice.pk
    if change:
        assert may_assign(mesure, p).organisation_id == monde.operateur.pk
    else:
        with pytest.raises(ActeRefuse, match="chef de service"):
            may_assign(mesure, p)
    assert (find_demandeur(mesure, p) is not None) is demande
    social = any(m == (Role.TRAVAILLEUR_SOCIAL, "operateur") for m in mandats)
    assert _check_referent(None, monde.operateur.pk, p) == (p.utilisateur_id if social else None)


@pytest.mark.parametrize(
    ("mandats", "le_sien", "vues"),
    [
        (((Role.CHEF_DE_SERVICE, "operateur"),), False, 1),
        (((Role.TRAVAILLEUR_SOCIAL, "operateur"),), True, 1),
        (((Role.TRAVAILLEUR_SOCIAL, "operateur"),), False, 0),
        ((LIT_ICI,), True, 0),
        ((LIT_ICI, (Role.CHEF_DE_SERVICE, "autre_operateur")), False, 0),
    ],
)
def test_un_portefeuille_se_confie_par_le_sien_ou_son_chef(
    monde: Monde, fabrique: Fabrique, mandats: Any, le_sien: bool, vues: int
) -> None:
    mesure = fabrique.active()
    p = monde.cumule(*mandats)
    referent = p.utilisateur_id if le_sien else monde.alice.pk
    assert referent is not None
    Mesure.objects.unscoped(reason="test").filter(pk=mesure.pk).update(referent_id=referent)
    with ouvre_transaction(p):
        assert list_portefeuille(p, referent).count() == vues
