"""From the decided saisine to the running measure: acts, rights, refusals."""

from datetime import date, timedelta

import pytest

from cariatide.demandes.models import Saisine
from cariatide.echeances.models import Echeance
from cariatide.journal.models import Evenement
from cariatide.menages.models import FaitParcours, Rattachement
from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.actions import DonneesIntervention
from cariatide.mesures.models import Intervention, Mesure, Objectif
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR
from tests.mesures.conftest import DECISION, Fabrique, reload

pytestmark = pytest.mark.django_db


def echeances(mesure: Mesure) -> dict[str, tuple[date, str]]:
    rows = Echeance.objects.unscoped(reason="test").filter(objet_id=mesure.pk)
    return {e.code: (e.due_le, e.statut) for e in rows.order_by("code")}


def test_opening_starts_the_saisine_and_gives_the_rights(fabrique: Fabrique) -> None:
    mesure = fabrique.prescrite()
    monde = fabrique.monde
    assert mesure.reference == "A-2026-00001"
    assert (mesure.statut, mesure.axe, mesure.dispositif) == ("prescrite", "maintien", "mous")
    assert (mesure.operateur_id, mesure.referent_id) == (monde.operateur.pk, monde.alice.pk)
    assert mesure.prescripteur_id == monde.ccas.pk
    assert reload(mesure.saisine).statut == "en_mise_en_oeuvre"
    niveaux = {
        qui: find_niveau(monde.perimetre(qui), mesure.menage_id)
        for qui in ("alice", "collegue", "chef", "technicien", "financeur", "charlie", "bob")
    }
    assert niveaux == {
        "alice": Niveau.CONFIDENTIEL,
        "collegue": Niveau.SOCIAL,
        "chef": Niveau.CONFIDENTIEL,
        "technicien": Niveau.FACTUEL,
        "financeur": Niveau.FACTUEL,
        "charlie": Niveau.AGREGE,
        "bob": Niveau.FACTUEL,
    }
    link = Rattachement.objects.get(motif="financeur", menage_id=mesure.menage_id)
    assert (link.niveau, link.convention_id) == (1, monde.convention.pk)


def test_opening_refuses_who_may_not(fabrique: Fabrique) -> None:
    saisine = fabrique.saisine()
    for qui in ("prescripteur", "technicien"):
        with fabrique.au_nom_de(qui) as perimetre, pytest.raises(ActeRefuse, match="opérateur"):
            actions.create_mesure(perimetre=perimetre, saisine_id=saisine.pk)
    with fabrique.au_nom_de("charlie") as perimetre, pytest.raises(Introuvable):
        actions.create_mesure(perimetre=perimetre, saisine_id=saisine.pk)
    assert not Mesure.objects.unscoped(reason="test").exists()


def test_one_measure_at_a_time_for_a_saisine(fabrique: Fabrique) -> None:
    mesure = fabrique.prescrite()
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="A-2026-00001"):
        actions.create_mesure(perimetre=perimetre, saisine_id=mesure.saisine_id)
    with fabrique.au_nom_de("financeur") as perimetre:
        actions.reject_mesure(perimetre=perimetre, mesure_id=mesure.pk, motif="Hors convention")
    assert reload(mesure.saisine).statut == "en_mise_en_oeuvre"
    with fabrique.au_nom_de("alice") as perimetre:
        second = actions.create_mesure(perimetre=perimetre, saisine_id=mesure.saisine_id)
    assert second.reference == "A-2026-00002"


@pytest.mark.parametrize("statut", ["deposee", "recevable"])
def test_an_undecided_saisine_opens_no_measure(fabrique: Fabrique, statut: str) -> None:
    saisine = fabrique.saisine()
    Saisine.objects.unscoped(reason="test").filter(pk=saisine.pk).update(
        statut=statut, decidee_le=None, decision_sens=""
    )
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="orientée"):
        actions.create_mesure(perimetre=perimetre, saisine_id=saisine.pk)


def test_a_convention_out_of_date_opens_no_measure(fabrique: Fabrique) -> None:
    saisine = fabrique.saisine()
    with (
        fabrique.au_nom_de("alice", date(2028, 1, 1)) as perimetre,
        pytest.raises(ActeRefuse, match="n’est pas en vigueur"),
    ):
        actions.create_mesure(perimetre=perimetre, saisine_id=saisine.pk)


def test_the_session_of_a_mous_grants_at_once(fabrique: Fabrique) -> None:
    saisine = fabrique.saisine()
    with fabrique.au_nom_de("alice") as perimetre:
        mesure = actions.create_mesure(
            perimetre=perimetre, saisine_id=saisine.pk, duree_mois=12, intensite="renforcee"
        )
    assert (mesure.statut, mesure.accordee_le, mesure.duree_mois) == ("accordee", DECISION, 12)
    nom, role = Evenement.objects.values_list("nom", "role").get(nom="mesure.accordee")
    assert (nom, role) == ("mesure.accordee", "travailleur_social")


def test_another_agreement_waits_for_its_funder(fabrique: Fabrique) -> None:
    saisine = fabrique.saisine(convention=fabrique.convention_asll())
    with fabrique.au_nom_de("alice") as perimetre:
        mesure = actions.create_mesure(
            perimetre=perimetre, saisine_id=saisine.pk, duree_mois=6, intensite="legere"
        )
        assert mesure.statut == "prescrite"
        with pytest.raises(ActeRefuse, match="financeur"):
            actions.grant_mesure_en_seance(
                perimetre=perimetre, mesure_id=mesure.pk, duree_mois=6, intensite="legere"
            )


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({"duree_mois": 19}, "duree_mois"),
        ({"intensite": ""}, "intensite"),
        ({"reference": " "}, "reference"),
        ({"le": JOUR + timedelta(days=1)}, "le"),
        ({"le": date(2024, 12, 31)}, "le"),
        ({}, None),
    ],
)
def test_the_funder_grants_within_the_local_text(
    fabrique: Fabrique, change: dict[str, object], champ: str | None
) -> None:
    mesure = fabrique.prescrite(convention=fabrique.convention_asll())
    values = {"le": JOUR, "duree_mois": 18, "intensite": "moyenne", "reference": "N-1"} | change
    with fabrique.au_nom_de("financeur") as perimetre:
        if champ is None:
            actions.grant_mesure(perimetre=perimetre, mesure_id=mesure.pk, **values)  # type: ignore[arg-type]
            assert reload(mesure).statut == "accordee"
            return
        with pytest.raises(ErreurMetier) as refus:
            actions.grant_mesure(perimetre=perimetre, mesure_id=mesure.pk, **values)  # type: ignore[arg-type]
    assert set(refus.value.champs) == {champ}
    assert reload(mesure).statut == "prescrite"


def test_the_operator_does_not_grant_for_the_funder(fabrique: Fabrique) -> None:
    mesure = fabrique.prescrite(convention=fabrique.convention_asll())
    with fabrique.au_nom_de("chef") as perimetre, pytest.raises(ActeRefuse, match="rôle"):
        actions.grant_mesure(
            perimetre=perimetre, mesure_id=mesure.pk, le=JOUR, duree_mois=6, intensite="legere",
            reference="x",
        )  # fmt: skip


def test_adhesion_and_contract_are_two_axes(fabrique: Fabrique) -> None:
    mesure = fabrique.proposee()
    assert echeances(mesure)["mesure.contrat"] == (DECISION + timedelta(days=10), "ouverte")
    jour = DECISION + timedelta(days=3)
    with fabrique.au_nom_de("alice", jour) as perimetre:
        actions.record_adhesion(perimetre=perimetre, mesure_id=mesure.pk, le=jour)
        found = reload(mesure)
        assert (found.statut, found.adhesion, found.contrat) == ("proposee", "oui", "a_signer")
        with pytest.raises(ActeRefuse, match="objectif"):
            actions.sign_contrat(perimetre=perimetre, mesure_id=mesure.pk, le=jour)
    fabrique.objectif(mesure)
    with fabrique.au_nom_de("alice", jour) as perimetre:
        with pytest.raises(ErreurMetier) as refus:
            actions.sign_contrat(perimetre=perimetre, mesure_id=mesure.pk, le=DECISION)
        assert set(refus.value.champs) == {"le"}
        actions.sign_contrat(perimetre=perimetre, mesure_id=mesure.pk, le=jour)
    found = reload(mesure)
    assert (found.statut, found.contrat, found.contrat_signe_le) == ("adheree", "signe", jour)
    assert found.reponse_le == jour
    assert echeances(mesure)["mesure.contrat"][1] == "faite"


def test_only_a_head_of_service_goes_on_without_a_contract(fabrique: Fabrique) -> None:
    mesure = fabrique.proposee()
    values = {
        "sans_contrat_motif": "diagnostic_mandate", "sans_contrat_precision": "Mandat du 2 mai",
    }  # fmt: skip
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="rôle"):
        actions.waive_contrat(perimetre=perimetre, mesure_id=mesure.pk, **values)
    with fabrique.au_nom_de("chef") as perimetre:
        actions.waive_contrat(perimetre=perimetre, mesure_id=mesure.pk, **values)
    fabrique.diagnostic_redige(mesure)
    with fabrique.au_nom_de("alice") as perimetre:
        actions.activate_mesure(perimetre=perimetre, mesure_id=mesure.pk, debut=JOUR)
    assert (reload(mesure).statut, reload(mesure).contrat) == ("active", "sans_contrat")


def test_activation_needs_the_initial_diagnosis_and_plans_the_delays(fabrique: Fabrique) -> None:
    mesure = fabrique.adheree(mois=6)
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ActeRefuse, match="diagnostic"):
        actions.activate_mesure(perimetre=perimetre, mesure_id=mesure.pk, debut=JOUR)
    fabrique.diagnostic_redige(mesure)
    with fabrique.au_nom_de("alice") as perimetre:
        with pytest.raises(ErreurMetier) as refus:
            actions.activate_mesure(
                perimetre=perimetre, mesure_id=mesure.pk, debut=DECISION - timedelta(days=1)
            )
        assert set(refus.value.champs) == {"debut"}
        actions.activate_mesure(perimetre=perimetre, mesure_id=mesure.pk, debut=DECISION)
    found = reload(mesure)
    assert (found.debut, found.fin_prevue) == (DECISION, date(2026, 11, 3))
    due = echeances(mesure)
    assert due["mesure.bilan"] == (date(2026, 11, 3), "ouverte")
    assert due["mesure.fin"] == (date(2026, 11, 3), "ouverte")
    owner = Echeance.objects.unscoped(reason="test").get(code="mesure.fin").utilisateur_id
    assert owner == fabrique.monde.alice.pk


@pytest.mark.parametrize(
    ("adhesion", "issue"), [("refus", "abandon"), ("sans_reponse", "sans_contact")]
)
def test_refusal_closes_everything(fabrique: Fabrique, adhesion: str, issue: str) -> None:
    mesure = fabrique.proposee()
    with fabrique.au_nom_de("alice") as perimetre:
        actions.refuse_mesure(
            perimetre=perimetre, mesure_id=mesure.pk, le=JOUR, adhesion=adhesion,
            motif="Le ménage a trouvé un logement",
        )  # fmt: skip
    found = reload(mesure)
    assert (found.statut, found.adhesion, found.refusee_le) == ("refusee", adhesion, JOUR)
    saisine = reload(found.saisine)
    assert (saisine.statut, saisine.issue) == ("close", issue)
    assert echeances(mesure)["mesure.contrat"][1] == "annulee"
    links = Rattachement.objects.filter(source_type="mesures.mesure", source_id=mesure.pk)
    assert {link.au for link in links} == {JOUR}


def test_a_stale_version_is_a_conflict_and_writes_nothing(fabrique: Fabrique) -> None:
    mesure = fabrique.accordee()
    with fabrique.au_nom_de("alice") as perimetre:
        actions.propose_mesure(
            perimetre=perimetre, mesure_id=mesure.pk, le=JOUR, signature_prevue_le=JOUR,
            version=mesure.version,
        )  # fmt: skip
        fabrique.objectif(mesure, JOUR)
        with pytest.raises(ConflitDeVersion, match="gardée"):
            actions.sign_contrat(
                perimetre=perimetre, mesure_id=mesure.pk, le=JOUR, version=mesure.version
            )
    assert reload(mesure).statut == "proposee"


def test_the_parcours_and_the_journal_hold_each_transition(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    titres = set(
        FaitParcours.objects.unscoped(reason="test")
        .filter(menage_id=mesure.menage_id, domaine="mesures")
        .values_list("titre", flat=True)
    )
    assert titres >= {
        "Mesure accordée pour 6 mois",
        "Mesure proposée au ménage",
        "Contrat d’accompagnement signé",
        "Accompagnement commencé",
        "Diagnostic social rédigé",
        "Visite à domicile",
    }
    noms = set(Evenement.objects.filter(menage_id=mesure.menage_id).values_list("nom", flat=True))
    assert noms >= {"mesure.prescrite", "mesure.accordee", "mesure.activee", "diagnostic.redige"}


def test_nothing_is_half_written_when_an_act_is_refused(fabrique: Fabrique) -> None:
    mesure = fabrique.active()
    before = Intervention.objects.unscoped(reason="test").count()
    donnees = DonneesIntervention(type="vad", date=JOUR, presence="present", suites="Rappeler")
    with fabrique.au_nom_de("alice") as perimetre, pytest.raises(ErreurMetier):
        actions.record_intervention(perimetre=perimetre, mesure_id=mesure.pk, donnees=donnees)
    assert Intervention.objects.unscoped(reason="test").count() == before
    assert Objectif.objects.unscoped(reason="test").count() == 1
