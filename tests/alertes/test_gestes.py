"""What people do of an alert: taken, put off, closed with a reason; settings, notices, purge."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection

from cariatide.alertes import actions
from cariatide.alertes.actions import Choix
from cariatide.alertes.models import Alerte, GesteAlerte, ReglageAlerte
from cariatide.alertes.queries import find_regle, list_equipe, list_miennes, read_reglages
from cariatide.alertes.statuts import ROLES_DES_REGLES
from cariatide.bareme.models import ParametreLocal
from cariatide.courriers.models import Notification
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Evenement
from cariatide.menages.actions import merge_menages
from cariatide.menages.ports import rattachables
from cariatide.partenaires.actions import record_succession
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import perimetre_systeme
from tests.alertes.conftest import compute, every, one
from tests.distribution import DEBUT, JOUR, Monde, add_menage, build_monde
from tests.mesures.conftest import Fabrique

pytestmark = pytest.mark.django_db
CONTACT, RETARD = "mesures.sans_contact", "mesures.bilan_en_retard"
BILAN = "mesures.terme_sans_bilan"
DEMAIN = JOUR + timedelta(days=1)


@pytest.fixture
def alerte(fabrique: Fabrique) -> Alerte:
    fabrique.active()
    compute(JOUR, CONTACT)
    return one()


def act(monde: Monde, acte: str, qui: str = "alice", jour: date = JOUR, **plus: Any) -> Alerte:
    found: Alerte = getattr(actions, f"{acte}_alerte")(
        perimetre=monde.perimetre(qui, jour), alerte_id=plus.pop("pk", None) or one().pk, **plus
    )
    return found


def mine(monde: Monde, qui: str, **filtres: Any) -> int:
    return int(list_miennes(monde.perimetre(qui), filtres).count())


def test_prise_en_charge_par_une_collegue(alerte: Alerte, monde: Monde) -> None:
    assert (mine(monde, "alice"), mine(monde, "chef")) == (1, 0)
    act(monde, "take", "chef")
    assert (one().statut, one().prise_par_id, one().utilisateur_id) == (
        "prise", monde.chef.pk, monde.alice.pk,
    )  # fmt: skip
    assert (mine(monde, "alice"), mine(monde, "chef")) == (0, 1)
    with pytest.raises(ActeRefuse):
        act(monde, "take")
    with pytest.raises(ActeRefuse, match="prise en charge"):
        act(monde, "release")
    act(monde, "release", "chef")
    assert (one().statut, one().prise_par_id) == ("ouverte", None)
    assert [g.nature for g in GesteAlerte.objects.unscoped(reason="test").order_by("pk")] == [
        "prise", "laissee",
    ]  # fmt: skip
    assert Evenement.objects.filter(nom="alerte.prise", objet_id=alerte.pk).count() == 1


def test_le_chef_de_service_rend_a_la_place_de_l_absente(alerte: Alerte, monde: Monde) -> None:
    act(monde, "take")
    act(monde, "release", "chef")
    assert (one().statut, one().prise_par_id) == ("ouverte", None)


MIENNE = {"utilisateur": None, "prise_par": None, "organisation": "operateur",
          "responsable": "referent"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "qui"),
    [
        ({"utilisateur": "alice"}, {"alice"}),
        ({"utilisateur": "alice", "prise_par": "chef"}, {"chef"}),
        ({"responsable": "chef_de_service"}, {"chef"}),
        ({"responsable": "chef_de_service", "prise_par": "alice"}, {"alice"}),
        ({"responsable": "chef_de_service", "utilisateur": "alice"}, {"alice"}),
        ({"responsable": "chef_de_service", "organisation": "autre_operateur"}, set()),
        ({"responsable": "financeur"}, set()),
        ({}, set()),
    ],
)
def test_ce_qui_attend_quelqu_un(
    alerte: Alerte, monde: Monde, change: dict[str, str], qui: set[str]
) -> None:
    """Theirs, taken by them, or of their role in their organisation without anybody's name."""
    valeurs = MIENNE | change
    noms = {c: getattr(monde, valeurs[c]) if valeurs[c] else None
            for c in ("utilisateur", "prise_par", "organisation")}  # fmt: skip
    prise = valeurs["prise_par"]
    Alerte.objects.unscoped(reason="test").filter(pk=alerte.pk).update(
        **noms, responsable=valeurs["responsable"],
        statut="prise" if prise else "ouverte", prise_le=JOUR if prise else None,
    )  # fmt: skip
    assert {nom for nom in ("alice", "chef", "collegue") if mine(monde, nom)} == qui


def test_recalculer_est_a_qui_repond_des_regles(monde: Monde) -> None:
    with pytest.raises(ActeRefuse, match="recalculer"):
        actions.refresh_alertes(perimetre=monde.perimetre("alice"), roles=ROLES_DES_REGLES)


def test_qui_ne_peut_rien_y_faire(alerte: Alerte, monde: Monde) -> None:
    for qui in ("charlie", "eve", "dpo", "administratrice"):
        with pytest.raises(Introuvable):
            act(monde, "take", qui)
    with pytest.raises(ActeRefuse):
        act(monde, "take", "financeur")
    with pytest.raises(ConflitDeVersion):
        act(monde, "take", version=alerte.version + 1)
    assert one().statut == "ouverte"


def test_reportee_puis_revenue(alerte: Alerte, monde: Monde) -> None:
    au = JOUR + timedelta(days=20)
    for champs, phrase in (
        ({"au": JOUR, "motif": "piece"}, "à venir"),
        ({"au": JOUR + timedelta(days=91), "motif": "piece"}, "90 jours"),
        ({"au": au, "motif": "invente"}, "Choisissez"),
        ({"au": au, "motif": "autre"}, "Précisez"),
    ):
        with pytest.raises(ErreurMetier) as refus:
            act(monde, "postpone", **champs)
        assert any(phrase in p for p in refus.value.champs.values())
    act(monde, "postpone", au=au, motif="contact_prevu")
    assert mine(monde, "alice") == 0 and mine(monde, "alice", etat="reportee") == 1
    compute(au - timedelta(days=1), CONTACT)
    assert one().statut == "reportee" and one().remontee_le is None, "put off, not escalated"
    assert compute(au, CONTACT).revenues == 1
    assert (one().statut, one().revenue_le, one().reportee_au) == ("ouverte", au, None)
    compute(au + timedelta(days=14), CONTACT)
    assert one().remontee_le is None, "the delay starts again"
    compute(au + timedelta(days=15), CONTACT)
    assert one().remontee_le is not None


def test_reprise_avant_la_date(alerte: Alerte, monde: Monde) -> None:
    act(monde, "postpone", au=DEMAIN, motif="piece")
    act(monde, "resume")
    assert one().statut == "ouverte"


def test_close_avec_un_motif_reste_muette_tant_que_la_cause_dure(
    fabrique: Fabrique, monde: Monde
) -> None:
    mesure = fabrique.active()
    compute(JOUR, CONTACT)
    with pytest.raises(ErreurMetier):
        act(monde, "close", motif="")
    act(monde, "close", motif="ailleurs", precision="Vue au CCAS")
    assert (one().statut, one().fin, one().close_le) == ("close", "personne", JOUR)
    assert compute(DEMAIN, CONTACT).ouvertes == 0
    visite = JOUR - timedelta(days=70)
    fabrique.visite(mesure, visite)
    assert compute(DEMAIN, CONTACT).ouvertes == 1, "another silence is another cause"
    assert [(a.statut, a.fin, a.depuis == visite) for a in every()] == [
        ("close", "personne", False), ("ouverte", "", True),
    ]  # fmt: skip


def test_une_cause_qui_ne_se_clot_pas_a_la_main(fabrique: Fabrique, monde: Monde) -> None:
    mesure = fabrique.bilan_du()
    assert mesure.fin_prevue is not None
    apres = mesure.fin_prevue + timedelta(days=1)
    compute(apres, RETARD)
    with pytest.raises(ActeRefuse, match="d’elle-même"):
        act(monde, "close", motif="ailleurs", jour=apres)


def test_prise_par_quelqu_un_qui_part(alerte: Alerte, monde: Monde) -> None:
    act(monde, "take", "chef")
    Mandat.objects.filter(utilisateur=monde.chef).update(au=JOUR)
    compute(DEMAIN, CONTACT)
    assert (one().statut, one().prise_par_id) == ("ouverte", None)


def test_l_equipe_et_ses_filtres(alerte: Alerte, monde: Monde) -> None:
    def team(qui: str = "chef", **filtres: Any) -> int:
        return int(list_equipe(monde.perimetre(qui), filtres).count())

    assert team() == team(regle=CONTACT) == team(personne=str(monde.alice.pk)) == 1
    assert team(q="Lefèvre") == team(q=alerte.reference[:6]) == team(gravite="1") == 1
    assert team(q="Absent") == team(gravite="3") == team(etat="close") == team("alice") == 0


def test_regler_pour_son_organisation(alerte: Alerte, monde: Monde) -> None:
    choix = Choix(active=False, responsable="referent", delai=None, escalade_jours=None)

    def regle(qui: str, organisation: Any, choix: Choix = choix, motif: str = "Note") -> None:
        actions.set_reglage(
            perimetre=monde.perimetre(qui), code=CONTACT, motif=motif, choix=choix,
            organisation_id=organisation.pk if organisation else None,
        )  # fmt: skip

    for qui, organisation in (
        ("chef", monde.operateur), ("administratrice", None), ("administratrice", monde.ccas),
    ):  # fmt: skip
        with pytest.raises(ActeRefuse):
            regle(qui, organisation)
    with pytest.raises(ErreurMetier):
        regle("administratrice", monde.operateur, motif=" ")
    regle("administratrice", monde.operateur)
    assert one().statut == "close", "out of service: computed at once"
    reglages = read_reglages(JOUR, [CONTACT])[CONTACT]
    assert not reglages.of(monde.operateur.pk).active and reglages.of(None).active
    longue = Choix(True, "chef_de_service", 30, 5)
    regle("administratrice", monde.operateur, longue)
    assert ReglageAlerte.objects.count() == 1, "the same day: the last one holds"
    assert Evenement.objects.filter(nom="alerte.reglee").count() == 2
    local = ParametreLocal.objects.get(code="alertes.sans_contact")
    assert (local.valeur, local.organisation_id) == (30, monde.operateur.pk)
    ouverte = one(statut="ouverte")
    assert (ouverte.responsable, ouverte.utilisateur_id) == ("chef_de_service", monde.chef.pk)
    regle("bob", None, Choix(False, "referent", None, None))
    assert read_reglages(JOUR, [CONTACT])[CONTACT].of(monde.operateur.pk).active


def test_un_delai_fixe_par_un_texte_ne_se_regle_pas(monde: Monde) -> None:
    choix = Choix(True, "protection_des_donnees", 5, None)
    with pytest.raises(ErreurMetier, match="fixé par un texte"):
        actions.set_reglage(
            perimetre=monde.perimetre("bob"), code="conformite.terme_echu", organisation_id=None,
            choix=choix, motif="Essai",
        )  # fmt: skip


def test_chacun_est_averti_une_fois(fabrique: Fabrique, monde: Monde) -> None:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        for nom in ("Un", "Deux"):
            fabrique.active(nom=nom)
        while deliver_one():
            pass
        Notification.objects.all().delete()
        compute(JOUR, CONTACT)
        compute(JOUR, CONTACT)
        while deliver_one():
            pass
        avis = Notification.objects.get()
        assert (avis.utilisateur_id, avis.titre) == (monde.alice.pk, "2 nouvelles alertes")
        assert avis.texte == "Mesure sans contact : 2."
        Notification.objects.all().delete()
        compute(JOUR + timedelta(days=15), CONTACT)
        while deliver_one():
            pass
        avis = Notification.objects.get()
        assert (avis.utilisateur_id, avis.titre) == (
            monde.chef.pk, "2 alertes vous sont remontées",
        )  # fmt: skip


def _deliver() -> list[tuple[int, str]]:
    while deliver_one():
        pass
    avis = Notification.objects.filter(regle__startswith="alertes.").order_by("pk")
    found = list(avis.values_list("utilisateur_id", "titre"))
    Notification.objects.all().delete()
    return found


def test_une_remontee_se_dit_une_fois_quoi_que_le_jour_recalcule(
    fabrique: Fabrique, monde: Monde
) -> None:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        fabrique.active(nom="Un")
        compute(JOUR, CONTACT)
        fabrique.active(nom="Deux")
        compute(JOUR + timedelta(days=1), CONTACT)
        _deliver()
        plus_tard = JOUR + timedelta(days=15)
        assert compute(plus_tard, CONTACT).remontees == 1
        # Put back so that the same day escalates the other one too.
        rows = Alerte.objects.unscoped(reason="test")
        rows.filter(remontee_le__isnull=True).update(ouverte_le=JOUR)
        assert compute(plus_tard, CONTACT).remontees == 1
        assert _deliver() == [(monde.chef.pk, "Une alerte vous est remontée")] * 2


def test_un_mandat_limite_compte_ce_qu_il_voit(fabrique: Fabrique, monde: Monde) -> None:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        for nom in ("Un", "Deux"):
            fabrique.active(nom=nom)
        autre = fabrique.convention_asll()
        limite = Mandat.objects.get(utilisateur=monde.collegue)
        limite.role, limite.convention = str(Role.CHEF_DE_SERVICE), autre
        limite.save()
        compute(JOUR, CONTACT)
        _deliver()
        compute(JOUR + timedelta(days=15), CONTACT)
        assert _deliver() == [(monde.chef.pk, "2 alertes vous sont remontées")]
        limite.convention = monde.convention
        limite.save()
        Alerte.objects.unscoped(reason="test").update(remontee_le=None, remontee_rang=None)
        compute(JOUR + timedelta(days=16), CONTACT)
        assert sorted(_deliver()) == sorted(
            (u.pk, "2 alertes vous sont remontées") for u in (monde.chef, monde.collegue)
        )


def test_les_reglages_suivent_l_organisation_qui_succede(monde: Monde) -> None:
    """Its settings and its delays; what the successor set itself holds."""
    qui, suite = monde.operateur.pk, monde.autre_operateur.pk
    hier = JOUR - timedelta(days=1)
    for regle, organisation_id in ((CONTACT, qui), (CONTACT, suite), (BILAN, qui)):
        ReglageAlerte.objects.create(
            regle=regle, organisation_id=organisation_id, active=False, du=DEBUT, motif="Essai",
            auteur="Essai",
        )  # fmt: skip
    code = find_regle(BILAN).parametre
    ParametreLocal.objects.create(
        code=code, organisation_id=qui, valeur=12, du=DEBUT, motif="Essai", auteur="Essai"
    )
    monde.operateur.refresh_from_db()
    record_succession(
        perimetre=monde.perimetre("technique"), ancienne_id=qui, nouvelle_id=suite, le=JOUR,
        version=monde.operateur.version,
    )  # fmt: skip
    rows = ReglageAlerte.objects.order_by("regle", "du", "organisation_id")
    assert sorted(rows.values_list("regle", "organisation_id", "du", "au"), key=str) == sorted(
        [(CONTACT, qui, DEBUT, hier), (CONTACT, suite, DEBUT, None), (BILAN, qui, DEBUT, hier),
         (BILAN, suite, JOUR, None)], key=str,
    )  # fmt: skip
    delai = read_reglages(JOUR, [BILAN])[BILAN].of(suite)
    assert delai.valeur is not None and (delai.active, delai.valeur.entier) == (False, 12)
    veille = read_reglages(hier, [BILAN])[BILAN]
    assert veille.of(qui).active is False and veille.of(suite).active is True


def test_fusion_archive_et_purge(alerte: Alerte, monde: Monde) -> None:
    autre = add_menage(monde, nom="Lefèvre")
    with ouvre_transaction(monde.perimetre("chef")):
        merge_menages(
            perimetre=monde.perimetre("chef"), garde_id=autre.pk,
            absorbe_id=alerte.menage_id or 0, motif="Une seule",
        )  # fmt: skip
    assert one().menage_id == autre.pk
    act(monde, "take")
    port, systeme = rattachables.get("alertes"), perimetre_systeme("essai", JOUR)
    port.archive([autre.pk], systeme)
    assert (one().statut, one().fin) == ("close", "cause")
    assert port.count_purge([autre.pk]) == {"alertes.GesteAlerte": 1, "alertes.Alerte": 1}
    port.purge([autre.pk], systeme)
    assert every() == [] and not GesteAlerte.objects.unscoped(reason="test").exists()


@pytest.mark.django_db(transaction=True)
def test_deux_reglages_au_meme_instant() -> None:
    """The second waits for the first: both are in the journal, the last one holds."""
    monde = build_monde()
    perimetre = monde.perimetre("administratrice")
    barrier, refus = threading.Barrier(2), []

    def regle(escalade: int) -> None:
        try:
            barrier.wait(60)
            actions.set_reglage(
                perimetre=perimetre, code=CONTACT, organisation_id=monde.operateur.pk,
                motif="Note", choix=Choix(True, "referent", None, escalade),
            )  # fmt: skip
        except DatabaseError as erreur:
            refus.append(erreur)
        finally:
            connection.close()

    threads = [threading.Thread(target=regle, args=(n,)) for n in (5, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert refus == []
    assert ReglageAlerte.objects.get().escalade_jours in (5, 9)
    assert Evenement.objects.filter(nom="alerte.reglee").count() == 2
