"""A reorientation: who asks, who decides, what it does to both measures, links and notices."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cariatide.courriers.models import Notification
from cariatide.demandes.models import Saisine
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import read_document
from cariatide.echeances.models import Echeance
from cariatide.menages.models import FaitParcours, Rattachement
from cariatide.menages.queries import find_niveau
from cariatide.mesures import actions
from cariatide.mesures.models import (
    Mesure,
    MotifReorientation,
    Reorientation,
    ReorientationContenu,
)
from cariatide.socle.dates import add_months
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from tests.distribution import JOUR
from tests.documents.conformite import assert_conforme
from tests.documents.lecture_pdf import read_text
from tests.mesures.conftest import DECISION, Fabrique, reload
from tests.mesures.reorientations import EXPOSE, Ailleurs, fresh
from tests.mesures.test_portefeuille import deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def ailleurs(fabrique: Fabrique) -> Ailleurs:
    return Ailleurs(fabrique)


def titles() -> set[tuple[str, str]]:
    """(first name, title) of what was told since the last time."""
    deliver()
    found = set(Notification.objects.values_list("utilisateur__prenom", "titre"))
    Notification.objects.all().delete()
    return found


# -- asked -----------------------------------------------------------------------------------


def test_le_referent_ou_son_chef_demande(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    for qui in ("collegue", "financeur"):
        with pytest.raises(ActeRefuse, match="référent de la mesure, ou son chef"):
            ailleurs.demande(mesure, qui)
    with pytest.raises(Introuvable):
        ailleurs.demande(mesure, "charlie")
    titles()
    demande = ailleurs.demande(mesure)
    assert (demande.statut, demande.instance) == ("demandee", None)
    assert titles() == {
        ("Fanny", f"Une réorientation est demandée, mesure {mesure.reference}"),
        ("Claire", f"Une réorientation est demandée, mesure {mesure.reference}"),
    }
    with pytest.raises(ActeRefuse, match="déjà demandée"):
        ailleurs.demande(mesure, "chef")
    assert ailleurs.demande(ailleurs.active(nom="Moreau"), "chef").demandee_par.prenom == "Claire"


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("synthese", " ", "Dites pourquoi"),
        ("synthese", "x" * 1501, "1500 signes"),
        ("expose", "", "Exposez la situation"),
        ("avis_menage", "bof", "ce qu’en dit le ménage"),
        ("avis_le", JOUR + timedelta(days=1), "dans l’avenir"),
        ("avis_le", DECISION - timedelta(days=1), "précède l’ouverture"),
        ("motif_id", 0, "motif de la liste"),
        ("convention_id", 0, "convention en vigueur"),
    ],
)
def test_une_demande_incomplete_est_refusee(
    ailleurs: Ailleurs, champ: str, valeur: Any, phrase: str
) -> None:
    mesure = ailleurs.active()
    with pytest.raises(ErreurMetier, match=phrase):
        ailleurs.demande(mesure, **{champ: valeur})
    assert not Reorientation.objects.unscoped(reason="test").exists()


def test_qui_accorde_la_mesure_decide(ailleurs: Ailleurs) -> None:
    """A session grants a MOUS; the funder grants the others, whatever body directed the case."""
    fabrique = ailleurs.fabrique
    assert fabrique.saisine().instance is not None
    vers = ailleurs.add_convention(reference="AVDL-AUTRE", type="avdl").pk
    asll = fabrique.active(nom="Moreau", convention=fabrique.convention_asll())
    assert ailleurs.demande(asll, convention_id=vers).instance is None
    mous = fabrique.active(nom="Petit")
    assert str(ailleurs.demande(mous, convention_id=vers).instance) == "Groupe de pilotage"


def test_la_destination_est_ailleurs_et_en_vigueur(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    meme = ailleurs.add_convention(
        reference="MOUS-BIS", type="mous", operateur=ailleurs.monde.operateur
    )
    passee = ailleurs.add_convention(reference="VIEILLE", au=JOUR - timedelta(days=1))
    for convention in (meme, passee, ailleurs.monde.convention):
        with pytest.raises(ErreurMetier, match="en vigueur, d’un autre dispositif"):
            ailleurs.demande(mesure, convention_id=convention.pk)
    autre = ailleurs.add_convention(reference="ASLL-ICI", operateur=ailleurs.monde.operateur)
    assert ailleurs.demande(mesure, convention_id=autre.pk).convention == autre


def test_un_motif_hors_dates_ne_sert_plus(ailleurs: Ailleurs) -> None:
    MotifReorientation.objects.update(au=JOUR - timedelta(days=1))
    motif = MotifReorientation.objects.get(code="intensite")
    with pytest.raises(ErreurMetier, match="motif de la liste"):
        ailleurs.demande(ailleurs.active(), motif_id=motif.pk)


def test_une_mesure_finie_ou_en_renouvellement_ne_se_reoriente_pas(ailleurs: Ailleurs) -> None:
    fabrique = ailleurs.fabrique
    with pytest.raises(ActeRefuse, match="a été terminée le 22/11/2026"):
        ailleurs.demande(fabrique.terminee())
    mesure = fabrique.bilan_du(nom="Moreau")
    fabrique.bilan_valide(mesure, "final", suite="renouveler")
    with fabrique.au_nom_de("alice") as perimetre:
        proposition = actions.propose_renouvellement(
            perimetre=perimetre, mesure_id=mesure.pk, mois=6, motif="Dette à solder",
            derogation="Reprise récente",
            objectifs=[actions.DonneesObjectif("Solder la dette", "impayes")],
        )  # fmt: skip
    ailleurs.sans_instance()
    with pytest.raises(ActeRefuse, match="Un renouvellement attend"):
        ailleurs.demande(mesure)
    with fabrique.au_nom_de("chef") as perimetre:
        actions.refuse_renouvellement(
            perimetre=perimetre, renouvellement_id=proposition.pk, motif="Autre piste"
        )
    ailleurs.demande(mesure)
    with fabrique.au_nom_de("alice") as perimetre:
        with pytest.raises(ActeRefuse, match="Une réorientation attend"):
            actions.propose_renouvellement(
                perimetre=perimetre, mesure_id=mesure.pk, mois=6, motif="Encore",
                objectifs=[actions.DonneesObjectif("Solder la dette", "impayes")],
            )  # fmt: skip
        with pytest.raises(ActeRefuse, match="Une réorientation attend"):
            actions.terminate_mesure(
                perimetre=perimetre, mesure_id=mesure.pk, le=JOUR, issue="maintien"
            )


def test_deux_ecrans_ne_demandent_pas_deux_fois(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure, version=mesure.version)
    with pytest.raises(ConflitDeVersion):
        ailleurs.demande(mesure, version=mesure.version)
    with pytest.raises(ConflitDeVersion):
        ailleurs.accepte(demande, version=demande.version + 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        copie = fresh(Reorientation, demande.pk)
        copie.pk = None
        copie.save(force_insert=True)


def test_l_expose_est_lu_des_equipes_seules(ailleurs: Ailleurs) -> None:
    demande = ailleurs.demande(ailleurs.active())
    for qui, lit in (("alice", True), ("chef", True), ("financeur", False), ("bob", False)):
        with ailleurs.fabrique.au_nom_de(qui) as perimetre:
            rows = ReorientationContenu.objects.visible_to(perimetre)
            assert [r.expose for r in rows] == ([EXPOSE] if lit else [])
            # The row rule alone, without the first lock.
            assert ReorientationContenu._base_manager.exists() is lit
    ailleurs.accepte(demande)
    with ailleurs.fabrique.au_nom_de("chef_autre") as perimetre:
        assert ReorientationContenu.objects.visible_to(perimetre).count() == 1


def test_renvoyee_completee_puis_retiree(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    titles()
    with pytest.raises(ErreurMetier, match="Dites ce qui manque"):
        ailleurs.acte("financeur", "send_back_reorientation", demande, motif=" ")
    ailleurs.acte("financeur", "send_back_reorientation", demande, motif="Quel logement ?")
    titre = f"La demande de réorientation de la mesure {mesure.reference} est à compléter"
    assert titles() == {("Alice", titre), ("Claire", titre)}
    with pytest.raises(ActeRefuse, match="n’est pas possible dans l’état « À compléter »"):
        ailleurs.accepte(demande)
    with pytest.raises(ActeRefuse, match="référent de la mesure, ou son chef"):
        ailleurs.acte("collegue", "withdraw_reorientation", demande, motif="Non")
    complete = ailleurs.acte(
        "alice", "complete_reorientation", demande,
        donnees=ailleurs.donnees(synthese="T3 trop grand.", avis_menage="refus"),
    )  # fmt: skip
    assert (complete.statut, complete.synthese, complete.avis_menage) == (
        "demandee", "T3 trop grand.", "refus",
    )  # fmt: skip
    retiree = ailleurs.acte("chef", "withdraw_reorientation", demande, motif="Le ménage reste")
    assert (retiree.statut, retiree.retiree_le) == ("retiree", JOUR)
    assert reload(mesure).statut == "active"
    assert ailleurs.demande(mesure).statut == "demandee"


# -- decided by the funder -------------------------------------------------------------------


def test_accepter_ferme_ici_et_ouvre_la(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    fin = mesure.fin_prevue
    demande = ailleurs.demande(mesure)
    titles()
    for qui in ("alice", "chef", "dora", "bob"):
        with pytest.raises(ActeRefuse, match="Votre rôle ne permet pas"):
            ailleurs.acte(qui, "accept_reorientation", demande, motif="Oui")
    nouvelle = ailleurs.accepte(demande, conditions="Bail au nom du ménage")
    ancienne = reload(mesure)
    assert (ancienne.statut, ancienne.issue, ancienne.terminee_le, ancienne.reorientee_le) == (
        "terminee", "relais", JOUR, JOUR,
    )  # fmt: skip
    assert ancienne.relais.endswith("Toits d’ailleurs")
    nouvelle = reload(nouvelle)
    assert (nouvelle.statut, nouvelle.operateur, nouvelle.dispositif, nouvelle.axe) == (
        "prescrite", ailleurs.monde.autre_operateur, "asll", "maintien",
    )  # fmt: skip
    assert (nouvelle.precedente_id, nouvelle.saisine_id) == (mesure.pk, mesure.saisine_id)
    assert nouvelle.referent_id is None and nouvelle.prescripteur == ailleurs.monde.ccas
    saisine = fresh(Saisine, mesure.saisine_id)
    assert (saisine.statut, saisine.convention_suivie) == ("en_mise_en_oeuvre", ailleurs.convention)
    assert (saisine.convention, saisine.decidee_le) == (ailleurs.monde.convention, DECISION)
    faite = fresh(Reorientation, demande.pk)
    assert (faite.statut, faite.effective_le, faite.decidee_par) == (
        "acceptee", JOUR, "Fanny Fonds",
    )  # fmt: skip
    assert {"le": fin.isoformat(), "quoi": "Terme de la mesure"} in faite.reprises
    ouvertes = Echeance.objects.unscoped(reason="test").filter(statut="ouverte")
    assert not ouvertes.filter(objet_type="mesures.mesure", objet_id=mesure.pk).exists()
    assert titles() == {
        ("Alice", f"La mesure {mesure.reference} prend fin par réorientation"),
        ("Claire", f"La mesure {mesure.reference} prend fin par réorientation"),
        ("Cora", f"La mesure {nouvelle.reference} vous est confiée par réorientation"),
        ("Fanny", f"La mesure {nouvelle.reference} attend votre accord"),
        ("Paul", f"La mesure {mesure.reference} est réorientée"),
    }
    lignes = FaitParcours.objects.unscoped(reason="test").filter(menage_id=mesure.menage_id)
    assert {"Réorientation acceptée", "Mesure réorientée"} <= set(
        lignes.values_list("titre", flat=True)
    )


def test_les_acces_suivent(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    demain = JOUR + timedelta(days=1)
    niveau = lambda qui, jour: find_niveau(ailleurs.fabrique.jour(qui, jour), mesure.menage_id)  # noqa: E731
    with pytest.raises(Introuvable):
        Mesure.objects.find_visible(ailleurs.fabrique.jour("chef_autre"), mesure.pk)
    ailleurs.accepte(demande)
    assert niveau("alice", JOUR) == Niveau.CONFIDENTIEL
    # The link of the saisine that the operator received stays: another source, its own end.
    assert niveau("alice", demain) == Niveau.FACTUEL
    assert niveau("chef_autre", JOUR) == Niveau.SOCIAL
    liens = Rattachement.objects.filter(source_type="mesures.mesure", source_id=mesure.pk)
    fins = dict(liens.values_list("motif", "au"))
    # Its funder reads on for as long as facts are followed after any measure.
    assert fins == {"operateur": JOUR, "referent": JOUR, "financeur": add_months(JOUR, 12)}
    with ailleurs.fabrique.au_nom_de("chef_autre") as perimetre:
        nouvelle = fresh(Reorientation, demande.pk).nouvelle
        actions.assign_referent(
            perimetre=perimetre, mesure_id=nouvelle.pk, referent_id=ailleurs.monde.charlie.pk
        )
    assert ("Charlie", f"La mesure {nouvelle.reference} vous est confiée") in titles()


def test_une_mesure_pas_commencee_n_aura_pas_lieu(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.fabrique.proposee()
    ailleurs.sans_instance()
    demande = ailleurs.demande(mesure)
    alice = ailleurs.fabrique.jour("alice")
    with pytest.raises(ActeRefuse, match="Une réorientation attend"):
        actions.refuse_mesure(
            perimetre=alice, mesure_id=mesure.pk, adhesion="refus", le=JOUR, motif="Non"
        )
    ailleurs.accepte(demande)
    ancienne = reload(mesure)
    assert (ancienne.statut, ancienne.refusee_le, ancienne.reorientee_le) == ("refusee", JOUR, JOUR)
    assert ancienne.motif_refus.startswith("Réorientée vers : ")
    liens = Rattachement.objects.filter(source_type="mesures.mesure", source_id=mesure.pk)
    assert set(liens.values_list("au", flat=True)) == {JOUR}


def test_le_financeur_des_deux_accorde_en_meme_temps(ailleurs: Ailleurs) -> None:
    nouvelle = ailleurs.accepte(
        ailleurs.demande(ailleurs.active()), duree_mois=6, intensite="moyenne"
    )
    assert (reload(nouvelle).statut, reload(nouvelle).accordee_le) == ("accordee", JOUR)
    ailleurs.convention.commanditaire = ailleurs.monde.ccas
    ailleurs.convention.save()
    demande = ailleurs.demande(ailleurs.active(nom="Moreau"))
    with pytest.raises(ErreurMetier, match="Une autre organisation finance"):
        ailleurs.accepte(demande, duree_mois=6, intensite="moyenne")
    assert fresh(Reorientation, demande.pk).statut == "demandee"


def test_refuser_laisse_la_mesure_comme_elle_est(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    demande = ailleurs.demande(mesure)
    titles()
    with pytest.raises(ErreurMetier, match="Motivez la décision"):
        ailleurs.acte("financeur", "reject_reorientation", demande, motif="")
    ailleurs.acte("financeur", "reject_reorientation", demande, motif="Trop tôt")
    assert reload(mesure).statut == "active"
    assert {q for q, _ in titles()} == {"Alice", "Claire", "Paul"}
    with pytest.raises(ActeRefuse, match="dans l’état « Refusée »"):
        ailleurs.accepte(demande)
    assert ailleurs.demande(mesure).statut == "demandee"


def test_la_destination_a_pu_finir_entre_temps(ailleurs: Ailleurs) -> None:
    demande = ailleurs.demande(ailleurs.active())
    ailleurs.convention.au = JOUR - timedelta(days=1)
    ailleurs.convention.save()
    with pytest.raises(ErreurMetier, match="n’est pas en vigueur le 22/11/2026"):
        ailleurs.accepte(demande)


def test_la_nouvelle_mesure_refusee_rend_le_dossier(ailleurs: Ailleurs) -> None:
    """Its funder does not grant it: the operator of the saisine may open another one."""
    mesure = ailleurs.active()
    nouvelle = ailleurs.accepte(ailleurs.demande(mesure))
    alice = ailleurs.fabrique.jour("alice")
    with pytest.raises(ActeRefuse, match=f"La mesure {nouvelle.reference} est déjà ouverte"):
        actions.create_mesure(perimetre=alice, saisine_id=mesure.saisine_id)
    with ailleurs.fabrique.au_nom_de("financeur") as perimetre:
        actions.reject_mesure(perimetre=perimetre, mesure_id=nouvelle.pk, motif="Crédits épuisés")
    with ailleurs.fabrique.au_nom_de("alice") as perimetre:
        encore = actions.create_mesure(perimetre=perimetre, saisine_id=mesure.saisine_id)
    assert encore.operateur == ailleurs.monde.operateur
    assert fresh(Saisine, mesure.saisine_id).convention_suivie == ailleurs.monde.convention


def test_la_lettre_au_menage_est_emise_et_accessible(ailleurs: Ailleurs) -> None:
    mesure = ailleurs.active()
    ailleurs.accepte(ailleurs.demande(mesure))
    autre = ailleurs.active(nom="Moreau")
    ailleurs.acte("financeur", "reject_reorientation", ailleurs.demande(autre), motif="Trop tôt")
    perimetre = ailleurs.fabrique.jour("financeur")
    lettres = DocumentEmis.objects.visible_to(perimetre).filter(modele="courrier_menage")
    assert lettres.count() == 2
    mots = ("est acceptée", "n’est pas acceptée")
    for lettre, mot in zip(lettres.order_by("pk"), mots, strict=True):
        assert_conforme(read_document(perimetre, lettre))
        texte = read_text(read_document(perimetre, lettre))
        assert mot in texte and EXPOSE not in texte
