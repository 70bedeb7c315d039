"""Exceptional access: one file, facts alone, for a time, journaled, told, ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from cariatide.conformite.actions import close_exception, open_exception
from cariatide.conformite.avis import AvisDesExceptions
from cariatide.conformite.queries import list_exceptions
from cariatide.conformite.rules import check_exception
from cariatide.courriers.actions import send_courriels
from cariatide.courriers.models import Notification
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Consultation, Evenement
from cariatide.menages.actions import attach
from cariatide.menages.models import (
    FaitParcours,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Personne,
    Rattachement,
)
from cariatide.menages.queries import find_niveau
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import Mandat, SessionException
from cariatide.partenaires.queries import build_perimetre
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import NOTHING, ModeleProtege
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.web.documentation import list_routes
from tests.distribution import DEBUT, JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
MOTIF = "Plainte de la personne sur la lecture de son dossier"
HORS_SYSTEME = "test des accès d’exception"


@pytest.fixture
def menage(monde: Monde) -> Menage:
    return add_menage(monde, nom="Ouvert")


@pytest.fixture
def voisin(monde: Monde) -> Menage:
    return add_menage(monde, nom="Voisin")


def open_for(monde: Monde, menage: Menage, heures: int = 2, qui: str = "dpo") -> SessionException:
    return open_exception(
        perimetre=monde.perimetre(qui), reference=menage.reference, motif=MOTIF, heures=heures
    )


def visible(perimetre: Perimetre) -> set[int]:
    return set(Menage.objects.visible_to(perimetre).values_list("pk", flat=True))


def expire(session: SessionException) -> None:
    """The clock of the database passes the term."""
    SessionException._base_manager.filter(pk=session.pk).update(
        ouverte_le=Now() - timedelta(hours=3), terme=Now() - timedelta(seconds=1)
    )


def test_elle_ouvre_ce_dossier_et_lui_seul(monde: Monde, menage: Menage, voisin: Menage) -> None:
    assert visible(monde.perimetre("dpo")) == set()
    session = open_for(monde, menage)
    perimetre = monde.perimetre("dpo")
    assert [e.id for e in perimetre.exceptions] == [session.pk]
    assert visible(perimetre) == {menage.pk}
    assert find_niveau(perimetre, menage.pk) == Niveau.FACTUEL
    assert find_niveau(perimetre, voisin.pk) == Niveau.AGREGE
    noms = Personne.objects.visible_to(perimetre).values_list("nom", flat=True)
    assert set(noms) == {"Ouvert"}
    with pytest.raises(Introuvable):
        Menage.objects.find_visible(perimetre, voisin.pk)


def test_elle_n_ouvre_rien_de_social_ni_de_confidentiel(monde: Monde, menage: Menage) -> None:
    """The first lock answers nothing, and the second one alone does not either."""
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        MenageSocial.objects.create(menage=menage)
        MenageConfidentiel.objects.create(menage=menage)
    open_for(monde, menage)
    perimetre = monde.perimetre("dpo")
    tables = [MenageSocial, MenageConfidentiel]
    assert [m.access_condition(perimetre) for m in tables] == [NOTHING, NOTHING]
    for qui, attendu in ((perimetre, 0), (alice, 1)):
        with ouvre_transaction(qui), connection.cursor() as cursor:
            for modele in tables:
                cursor.execute(f"SELECT count(*) FROM {modele._meta.db_table}")
                assert cursor.fetchone()[0] == attendu, (qui.utilisateur, modele)


def test_aucune_table_sensible_ne_s_ouvre(monde: Monde, menage: Menage) -> None:
    """Whatever the app: what no factual reader sees, an exception does not open either."""
    open_for(monde, menage)
    perimetre = monde.perimetre("dpo")
    sans = Perimetre(perimetre.utilisateur_id, "Sans", JOUR, perimetre.mandats)
    factuel = monde.perimetre("technicien")
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        regies = {row[0] for row in cursor.fetchall()}
    sensibles = [
        m
        for m in apps.get_models()
        if issubclass(m, ModeleProtege)
        and m._meta.db_table in regies
        and m.access_condition(factuel) == NOTHING
    ]
    assert len(sensibles) >= 5
    for modele in sensibles:
        assert str(modele.access_condition(perimetre)) == str(modele.access_condition(sans))


def test_un_lien_d_exception_ne_peut_etre_que_factuel(monde: Monde, menage: Menage) -> None:
    """The row rules read these links: the database refuses one of a higher level."""
    for champs in (
        {"niveau": Niveau.SOCIAL, "utilisateur_id": monde.dpo.pk, "au": JOUR},
        {"niveau": Niveau.FACTUEL, "utilisateur_id": None, "au": JOUR},
        {"niveau": Niveau.FACTUEL, "utilisateur_id": monde.dpo.pk, "au": None},
    ):
        with pytest.raises(IntegrityError, match="rattachement_exception"), transaction.atomic():
            attach(
                menage_id=menage.pk,
                organisation_id=monde.departement.pk,
                motif=MotifRattachement.EXCEPTION,
                source=("partenaires.sessionexception", 1),
                du=JOUR,
                **champs,  # type: ignore[arg-type]
            )


def test_elle_finit_d_elle_meme(monde: Monde, menage: Menage, client_de: Any) -> None:
    session = open_for(monde, menage)
    page = reverse("menages:detail", args=[menage.pk])
    with client_de(monde.dpo) as c:
        assert c.get(page).status_code == 200
        expire(session)
        assert c.get(page).status_code == 403
    perimetre = monde.perimetre("dpo")
    assert perimetre.exceptions == () and visible(perimetre) == set()
    with pytest.raises(Introuvable):
        Menage.objects.find_visible(perimetre, menage.pk)
    with pytest.raises(ActeRefuse, match="déjà pris fin"):
        close_exception(perimetre=perimetre, session_id=session.pk)
    open_for(monde, menage)  # another one may be opened


@pytest.mark.parametrize("qui", ["dpo", "chef"])
def test_elle_se_clot_avant_son_terme(monde: Monde, menage: Menage, qui: str) -> None:
    session = open_for(monde, menage)
    close_exception(perimetre=monde.perimetre(qui), session_id=session.pk)
    session.refresh_from_db()
    assert session.close_par == str(monde.personnes[qui]) and session.close_le is not None
    assert visible(monde.perimetre("dpo")) == set()
    assert Evenement.objects.filter(nom="exception.close", menage_id=menage.pk).count() == 1


@pytest.mark.parametrize("qui", ["alice", "bob", "administratrice", "technique", "charlie", "eve"])
def test_personne_d_autre_ne_la_voit_ni_ne_la_clot(monde: Monde, menage: Menage, qui: str) -> None:
    session = open_for(monde, menage)
    perimetre = monde.perimetre(qui)
    assert not list_exceptions(perimetre, {}).exists()
    with pytest.raises(Introuvable):
        close_exception(perimetre=perimetre, session_id=session.pk)
    with pytest.raises(ActeRefuse, match="n’ouvre pas"):
        open_for(monde, menage, qui=qui)


def test_le_chef_d_une_autre_organisation_ne_la_voit_pas(monde: Monde, menage: Menage) -> None:
    Mandat.objects.create(
        utilisateur=monde.charlie, organisation=monde.autre_operateur,
        role=Role.CHEF_DE_SERVICE, du=DEBUT,
    )  # fmt: skip
    session = open_for(monde, menage)
    assert list_exceptions(monde.perimetre("chef"), {}).exists()
    autre = monde.perimetre("charlie")
    assert not list_exceptions(autre, {}).exists()
    with pytest.raises(Introuvable):
        close_exception(perimetre=autre, session_id=session.pk)


def test_ses_autres_mandats_et_son_equipe_n_en_heritent_pas(monde: Monde, menage: Menage) -> None:
    """Closed, the link of the day stays written: no mandate of the organisation reads it."""
    for qui, role in ((monde.dpo, Role.CHARGE_DU_PLAN), (monde.eve, Role.CHEF_DE_SERVICE)):
        Mandat.objects.create(utilisateur=qui, organisation=monde.departement, role=role, du=DEBUT)
    session = open_for(monde, menage)
    assert visible(monde.perimetre("eve")) == set()
    assert visible(monde.perimetre("bob")) == set()
    close_exception(perimetre=monde.perimetre("dpo"), session_id=session.pk)
    lien = Rattachement.objects.get(motif=MotifRattachement.EXCEPTION)
    assert lien.au == JOUR and lien.utilisateur_id == monde.dpo.pk
    assert visible(monde.perimetre("dpo")) == set()


def test_un_lien_deplace_ne_l_elargit_pas(monde: Monde, menage: Menage, voisin: Menage) -> None:
    """Two files joined while it runs: it stays that of the file named."""
    open_for(monde, menage)
    Rattachement.objects.filter(motif=MotifRattachement.EXCEPTION).update(menage=voisin)
    assert visible(monde.perimetre("dpo")) == set()


def test_sans_le_mandat_elle_n_ouvre_rien(monde: Monde, menage: Menage) -> None:
    open_for(monde, menage)
    Mandat.objects.filter(utilisateur=monde.dpo).update(au=JOUR - timedelta(days=1))
    assert monde.perimetre("dpo").exceptions == ()


@pytest.mark.parametrize(
    ("motif", "heures", "champ"),
    [(" ", 1, "motif"), ("Vérification", 1, "motif"), (MOTIF, 0, "heures"), (MOTIF, 9, "heures")],
)
def test_refus_de_forme(monde: Monde, menage: Menage, motif: str, heures: int, champ: str) -> None:
    with pytest.raises(ErreurMetier) as refus:
        open_exception(
            perimetre=monde.perimetre("dpo"), reference=menage.reference, motif=motif, heures=heures
        )
    assert list(refus.value.champs) == [champ]
    assert not SessionException._base_manager.exists()


def test_les_bornes() -> None:
    assert check_exception(MOTIF, 8, 8) == {} == check_exception(MOTIF, 1, 1)
    assert set(check_exception("", 9, 8)) == {"motif", "heures"}


def test_refus_de_fond(monde: Monde, menage: Menage, voisin: Menage) -> None:
    with pytest.raises(ErreurMetier, match="Aucun dossier"):
        open_exception(
            perimetre=monde.perimetre("dpo"), reference="M-1999-1", motif=MOTIF, heures=1
        )
    open_for(monde, menage)
    with pytest.raises(ActeRefuse, match="vous ouvre déjà"):
        open_for(monde, menage)
    Menage.objects.unscoped(reason=HORS_SYSTEME).filter(pk=voisin.pk).update(fusionne_dans=menage)
    with pytest.raises(ErreurMetier, match="Aucun dossier"):  # only the file that was kept
        open_for(monde, voisin)


def test_la_base_refuse_un_acces_sans_motif_ou_sans_terme(monde: Monde, menage: Menage) -> None:
    session = open_for(monde, menage)
    for champs in ({"motif": ""}, {"terme": Now() - timedelta(days=1)}, {"close_le": Now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SessionException._base_manager.filter(pk=session.pk).update(**champs)


def test_journal_parcours_et_avis(monde: Monde, menage: Menage) -> None:
    attach(
        menage_id=menage.pk, organisation_id=monde.operateur.pk, niveau=Niveau.SOCIAL,
        motif=MotifRattachement.REFERENT, source=("mesures.mesure", 1), du=JOUR,
        utilisateur_id=monde.alice.pk,
    )  # fmt: skip
    session = open_for(monde, menage)
    assert session.detenteurs == [monde.operateur.pk]
    evenement = Evenement.objects.get(nom="exception.ouverte")
    assert (evenement.menage_id, evenement.role) == (menage.pk, Role.PROTECTION_DES_DONNEES)
    assert evenement.donnees["apres"]["motif"] == MOTIF
    fait = FaitParcours.objects.unscoped(reason=HORS_SYSTEME).get(titre__startswith="Accès d’excep")
    assert fait.menage_id == menage.pk and "Denise Garde" in fait.auteur
    regle = AvisDesExceptions()
    assert regle.wants("exception.ouverte") and not regle.wants("mesure.accordee")
    chefs, referent = regle.build(evenement.pk)
    assert (chefs.organisation_id, chefs.roles) == (monde.operateur.pk, {"chef_de_service"})
    assert chefs.courriel and referent.utilisateur_id == monde.alice.pk
    assert MOTIF in chefs.texte and "Denise Garde" in chefs.texte
    assert "Ouvert" not in chefs.titre + chefs.texte, "a reference, no name"
    Mandat.objects.filter(utilisateur=monde.chef).delete()
    assert regle.build(evenement.pk)[0].roles == {"administrateur"}
    close_exception(perimetre=monde.perimetre("dpo"), session_id=session.pk)
    fin = regle.build(Evenement.objects.get(nom="exception.close").pk)
    assert [a.utilisateur_id for a in fin] == [None, monde.alice.pk, monde.dpo.pk]


def test_l_avis_arrive(monde: Monde, menage: Menage) -> None:
    """The head of service is told in the application and by e-mail, without any name there."""
    open_for(monde, menage)
    while deliver_one():
        pass
    recu = Notification.objects.filter(utilisateur=monde.chef)
    assert [n.titre for n in recu] == [f"Accès d’exception au dossier {menage.reference}"]
    assert not Notification.objects.filter(utilisateur__in=[monde.bob, monde.charlie]).exists()
    send_courriels()
    (courriel,) = mail.outbox
    assert courriel.to == [monde.chef.email] and menage.reference in courriel.subject
    assert "Ouvert" not in courriel.body and MOTIF not in courriel.body


def test_chaque_lecture_est_ecrite_comme_telle(
    monde: Monde, menage: Menage, voisin: Menage, client_de: Any
) -> None:
    session = open_for(monde, menage)
    with client_de(monde.dpo) as c:
        for nom in ("detail", "parcours", "pourquoi"):
            page = c.get(reverse(f"menages:{nom}", args=[menage.pk]))
            assert page.status_code == 200
            assert "session d’exception" in page.content.decode() or nom != "pourquoi"
            assert c.get(reverse(f"menages:{nom}", args=[voisin.pk])).status_code == 404
        lus = Consultation.objects.filter(acteur_id=monde.dpo.pk)
        assert {lu.motif for lu in lus} == {f"Session d’exception n° {session.pk} : {MOTIF}"}
        assert list(lus.values_list("menage_id", "niveau")) == [(menage.pk, 1)] * 3
        journal = c.get(reverse("journal:consultations")).content.decode()
        assert MOTIF in journal
    with client_de(monde.alice) as c:
        c.get(reverse("menages:detail", args=[menage.pk]))
        assert (
            "session d’exception"
            in c.get(reverse("menages:pourquoi", args=[menage.pk])).content.decode()
        )
        assert MOTIF in c.get(reverse("menages:consultations", args=[menage.pk])).content.decode()
    assert Consultation.objects.filter(acteur_id=monde.alice.pk, motif="").exists()


def test_elle_n_ouvre_que_des_lectures_ecrites_au_journal(
    monde: Monde, menage: Menage, client_de: Any
) -> None:
    """The routes are named: no list, no export, no paper, no act."""
    ouvertes = {r.nom for r in list_routes() if r.acces and r.acces.exception}
    assert ouvertes == {
        "menages:detail",
        "menages:parcours",
        "menages:pourquoi",
        "demandes:detail",
        "mesures:detail",
    }
    assert all(r.acces.consulte for r in list_routes() if r.acces and r.acces.exception)
    open_for(monde, menage)
    with client_de(monde.dpo) as c:
        assert c.post(reverse("menages:detail", args=[menage.pk])).status_code == 403
        for nom in ("dossier_pdf", "parcours_pdf", "membre", "social", "confidentiel"):
            assert c.get(reverse(f"menages:{nom}", args=[menage.pk])).status_code == 403, nom
        assert c.get(reverse("menages:liste")).status_code == 403


def test_pages(monde: Monde, menage: Menage, client_de: Any) -> None:
    liste, ouvrir = reverse("conformite:exceptions"), reverse("conformite:ouvrir_exception")
    envoi = {"reference": menage.reference.lower(), "motif": MOTIF, "heures": 1}
    with client_de(monde.dpo) as c:
        assert "Aucun accès d’exception" in c.get(liste).content.decode()
        page = c.get(ouvrir).content.decode()
        assert "à vérifier et à fixer localement" in page and "Chaque lecture" in page
        assert c.post(ouvrir, {**envoi, "motif": "Non"}).status_code == 422
        assert c.post(ouvrir, {**envoi, "reference": "M-0"}).status_code == 422
        reponse = c.post(ouvrir, envoi)
        assert reponse.url == reverse("menages:detail", args=[menage.pk])
        for adresse in ("/", liste, reponse.url):
            bandeau = c.get(adresse).content.decode()
            assert f"Accès d’exception au dossier {menage.reference}" in bandeau, adresse
    session = SessionException._base_manager.get()
    clore = reverse("conformite:clore_exception", args=[session.pk])
    with client_de(monde.chef) as c:
        page = c.get(liste).content.decode()
        assert menage.reference in page and MOTIF in page and "En cours" in page
        assert "Ouvrir un dossier par exception" not in page
        assert c.get(ouvrir).status_code == 403
        assert "jusqu’au" not in c.get("/").content.decode().partition("<main")[2][:400]
        assert c.post(clore).url == liste
        assert "Clos par Claire Chevalier" in c.get(liste).content.decode()
        assert "a déjà pris fin" in c.post(clore, follow=True).content.decode()
    with client_de(monde.dpo) as c:
        assert "Accès d’exception au dossier" not in c.get(liste).content.decode()
    with client_de(monde.alice) as c:
        assert c.get(liste).status_code == c.post(clore).status_code == 403


def test_le_perimetre_des_autres_ne_coute_rien(
    monde: Monde, menage: Menage, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        build_perimetre(monde.alice, JOUR)
    with django_assert_num_queries(2):
        build_perimetre(monde.dpo, JOUR)
