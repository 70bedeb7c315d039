"""Who reads which people, for whom one writes, from which day to which day."""

from datetime import date, timedelta

import pytest

from cariatide.conformite.actions import open_exception
from cariatide.partenaires import queries
from cariatide.partenaires.actions.equipe import refuse_account
from cariatide.partenaires.models import Mandat, SessionException
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.queries.equipe import Membre
from cariatide.partenaires.queries.secteurs import list_proprietaires
from cariatide.partenaires.rules import ROLES_RESERVES
from cariatide.partenaires.statuts import Role
from cariatide.partenaires.web.conventions import _commanditaires
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import Introuvable
from tests.distribution import DEBUT, JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
UN = timedelta(days=1)


def test_une_personne_se_trouve_dans_son_equipe(monde: Monde) -> None:
    ici, la = monde.operateur.pk, monde.prescripteur.pk
    aude, tina = monde.perimetre("administratrice"), monde.perimetre("technique")
    assert queries.find_personne(aude, ici, monde.alice.pk) == monde.alice
    with pytest.raises(Introuvable):
        queries.find_personne(aude, ici, la)
    assert queries.find_personne(tina, ici, la) == monde.prescripteur
    with pytest.raises(Introuvable):
        queries.find_personne(tina, ici, monde.eve.pk + 1_000)


def test_les_mandats_d_ailleurs_ne_se_lisent_pas(monde: Monde) -> None:
    Mandat.objects.create(
        utilisateur=monde.alice, organisation=monde.ccas, role=Role.PRESCRIPTEUR, du=DEBUT
    )
    ici = monde.operateur.pk
    vus = {
        qui: [m.organisation_id for m, _ in
              queries.list_mandats(monde.perimetre(qui), monde.alice.pk, ici)]
        for qui in ("administratrice", "technique")
    }  # fmt: skip
    assert vus["administratrice"] == [ici]
    assert sorted(vus["technique"]) == sorted([ici, monde.ccas.pk])


@pytest.mark.parametrize(("actif", "mandats", "present"), [
    (True, 1, True), (True, 0, False), (False, 1, False), (False, 0, False),
])  # fmt: skip
def test_etre_present_demande_un_compte_ouvert_et_un_mandat(
    monde: Monde, actif: bool, mandats: int, present: bool
) -> None:
    monde.alice.is_active = actif
    assert Membre(monde.alice, list(Mandat.objects.all()[:mandats])).is_present is present


def test_pour_qui_definir_un_secteur_ou_une_convention(monde: Monde) -> None:
    commun = ("", "Commun à tous")
    assert commun in list_proprietaires(monde.perimetre("bob"))
    assert commun not in list_proprietaires(monde.perimetre("administratrice"))
    assert list_proprietaires(monde.perimetre("alice")) == []
    assert _commanditaires(monde.perimetre("technique")) is None
    assert _commanditaires(monde.perimetre("administratrice")) == [monde.operateur.pk]
    assert _commanditaires(monde.perimetre("alice")) == []


def test_fermer_un_compte_revient_a_qui_l_administre_seul(monde: Monde) -> None:
    aude, tina = monde.perimetre("administratrice"), monde.perimetre("technique")
    alice = monde.alice.pk
    assert refuse_account(aude, alice, JOUR) is None
    Mandat.objects.create(
        utilisateur=monde.alice, organisation=monde.ccas, role=Role.PRESCRIPTEUR, du=DEBUT
    )
    refus = refuse_account(aude, alice, JOUR)
    assert refus is not None and "autre organisation" in refus
    assert refuse_account(tina, alice, JOUR) is None
    reserve = sorted(ROLES_RESERVES)[0]
    Mandat.objects.create(
        utilisateur=monde.collegue, organisation=monde.operateur, role=reserve, du=DEBUT
    )
    refus = refuse_account(aude, monde.collegue.pk, JOUR)
    assert refus is not None and "administrateur technique" in refus


@pytest.mark.parametrize("au", [None, JOUR])
def test_un_mandat_vaut_du_premier_au_dernier_jour(monde: Monde, au: date | None) -> None:
    du = JOUR - UN
    Mandat.objects.create(
        utilisateur=monde.eve, organisation=monde.ccas, role=Role.PRESCRIPTEUR, du=du, au=au
    )
    jours = [du - UN, du, JOUR, JOUR + UN]
    tenus = [not build_perimetre(monde.eve, jour).is_empty for jour in jours]
    assert tenus == [False, True, True, au is None]
    assert build_perimetre(monde.eve, JOUR).organisation_ids == (monde.ccas.pk,)


def test_l_acces_d_exception_prend_fin_avec_le_mandat_qui_l_ouvre(monde: Monde) -> None:
    """Even for somebody who reads the register for another reason."""
    menage = add_menage(monde)
    with ouvre_transaction(monde.perimetre("dpo")):
        open_exception(
            perimetre=monde.perimetre("dpo"), reference=menage.reference,
            motif="Plainte reçue sur ce dossier", heures=1,
        )  # fmt: skip
    (ouverte,) = monde.perimetre("dpo").exceptions
    assert ouverte.menage_id == menage.pk
    Mandat.objects.create(
        utilisateur=monde.dpo, organisation=monde.operateur, role=Role.CHEF_DE_SERVICE, du=DEBUT
    )
    Mandat.objects.filter(utilisateur=monde.dpo, role=Role.PROTECTION_DES_DONNEES).update(
        au=JOUR - UN
    )
    apres = monde.perimetre("dpo")
    assert apres.has_role(Role.CHEF_DE_SERVICE) and apres.exceptions == ()


def test_le_registre_des_exceptions_se_lit_chez_qui_tient_le_dossier(monde: Monde) -> None:
    menage = add_menage(monde)
    with ouvre_transaction(monde.perimetre("dpo")):
        open_exception(
            perimetre=monde.perimetre("dpo"), reference=menage.reference,
            motif="Plainte reçue sur ce dossier", heures=1,
        )  # fmt: skip
    Mandat.objects.create(
        utilisateur=monde.charlie, organisation=monde.autre_operateur, role=Role.CHEF_DE_SERVICE,
        du=DEBUT,
    )  # fmt: skip
    lecteurs = {
        qui for qui in monde.personnes
        if SessionException.objects.visible_to(monde.perimetre(qui)).exists()
    }  # fmt: skip
    assert lecteurs == {"dpo", "chef"}
