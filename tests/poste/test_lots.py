"""A batch: chosen, made, posted or given up; a letter is in one living batch at most."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from cariatide.courriers.models import Notification
from cariatide.documents.assemblage import count_pages
from cariatide.documents.models import FichierFactuel
from cariatide.documents.moteur import DocumentImpossible
from cariatide.journal.livraison import deliver_one
from cariatide.journal.models import Evenement
from cariatide.menages.actions import DonneesDomicile, merge_menages, move_domicile, unmerge_menages
from cariatide.menages.models import FaitParcours, Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.poste import actions, queries
from cariatide.poste.models import Envoi, FichierLot, LotPostal
from cariatide.poste.statuts import MotifRetour, StatutLot
from cariatide.poste.tasks import make_lots
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from tests.distribution import JOUR, Monde, add_menage
from tests.documents import exemples
from tests.documents.conformite import assert_conforme
from tests.documents.lecture_pdf import compact, read_text
from tests.documents.test_actions import issue
from tests.poste.fabrique import letter, post, prepare, write

pytestmark = pytest.mark.django_db
RAISON = "test"


@pytest.fixture(autouse=True)
def _jour() -> Any:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


def rows(modele: Any, **filtres: Any) -> Any:
    return modele.objects.unscoped(reason=RAISON).filter(**filtres)


def waiting(monde: Monde, etat: str = "", qui: str = "chef") -> list[int]:
    found = queries.list_courriers(monde.perimetre(qui), {"etat": etat})
    return sorted(found.values_list("pk", flat=True))


def read_pdf(monde: Monde, lot: LotPostal) -> bytes:
    return queries.read_fichier(monde.perimetre("chef"), lot)


def test_one_accessible_file_with_its_slip(monde: Monde) -> None:
    un, deux = letter(monde, "Lefèvre"), letter(monde, "Nguyen", objet="Fin de la mesure")
    lot = prepare(monde, deux, un, recto_verso=True)
    assert (lot.statut, lot.nombre, lot.reference[:8]) == (StatutLot.PRET, 2, "LP-2026-")
    pdf = read_pdf(monde, lot)
    assert_conforme(pdf)
    envois = list(queries.list_envois(monde.perimetre("chef"), lot.pk))
    assert [e.document_id for e in envois] == [un.pk, deux.pk], "the oldest first"
    assert lot.pages == sum(e.pages or 0 for e in envois) == 2
    # Slip, back of the slip, letter, its back, letter.
    assert count_pages(pdf) == 5
    lu = compact(read_text(pdf))
    for mot in (lot.reference, un.reference, deux.reference, "Lefèvre", "Nguyen", "Maubeuge"):
        assert compact(mot) in lu, mot
    bordereau = lu[: lu.index(compact("Suivi par"))]
    assert compact("impasse du Moulin") not in bordereau, "the slip says the commune, no more"
    titres = re.findall(rb"/Title<FEFF([0-9A-F]+)>", pdf)
    assert bytes.fromhex(titres[0].decode()).decode("utf-16-be") == "Bordereau"


def test_one_side_adds_no_empty_page(monde: Monde) -> None:
    assert count_pages(read_pdf(monde, prepare(monde, letter(monde)))) == 2


def test_a_letter_is_in_one_living_batch(monde: Monde) -> None:
    un, deux = letter(monde), letter(monde, "Nguyen")
    lot = prepare(monde, un)
    assert waiting(monde) == [deux.pk] and waiting(monde, "en_lot") == [un.pk]
    with pytest.raises(ActeRefuse, match="n’est plus à poster"):
        prepare(monde, un, deux)
    assert rows(LotPostal).count() == 1, "nothing is written"
    envoi = rows(Envoi, lot=lot).get()
    with pytest.raises(IntegrityError, match="envoi_un_seul_vivant"), transaction.atomic():
        Envoi(
            document=un, menage_id=envoi.menage_id, organisation=monde.operateur,
            mode="a_part", parti_le=JOUR, auteur="x",
        ).save()  # fmt: skip


def test_a_batch_given_up_gives_its_letters_back(monde: Monde) -> None:
    document = letter(monde)
    lot, chef = prepare(monde, document), monde.perimetre("chef")
    with pytest.raises(ConflitDeVersion):
        actions.cancel_lot(perimetre=chef, lot_postal_id=lot.pk, version=lot.version - 1)
    lot = actions.cancel_lot(perimetre=chef, lot_postal_id=lot.pk, version=lot.version)
    assert (lot.statut, lot.annule_le) == (StatutLot.ANNULE, JOUR)
    assert not rows(FichierLot).exists(), "no second copy of the letters"
    assert waiting(monde) == [document.pk]
    assert prepare(monde, document).statut == StatutLot.PRET
    with pytest.raises(ActeRefuse):
        actions.cancel_lot(perimetre=chef, lot_postal_id=lot.pk, version=lot.version)


def test_posted_on_a_day_with_a_number_each(monde: Monde) -> None:
    un, deux = letter(monde), letter(monde, "Nguyen")
    lot = prepare(monde, un, deux)
    for refuse in (
        {"le": JOUR + timedelta(days=1)}, {"le": JOUR - timedelta(days=1)},
        {"numeros": "1"}, {"mode": "main_propre"}, {"mode": ""},
    ):  # fmt: skip
        with pytest.raises(ErreurMetier):
            post(monde, lot, **refuse)
    assert rows(Envoi, parti_le__isnull=False).count() == 0
    lot = post(monde, lot, "recommandee_ar", numeros="1A 001\n1A 002")
    assert (lot.statut, lot.poste_le) == (StatutLot.POSTE, JOUR)
    numeros = rows(Envoi, lot=lot).order_by("rang").values_list("document_id", "numero", "parti_le")
    assert list(numeros) == [(un.pk, "1A 001", JOUR), (deux.pk, "1A 002", JOUR)]
    assert waiting(monde) == [] and waiting(monde, "envoye") == [un.pk, deux.pk]
    faits = rows(FaitParcours, titre="Courrier posté")
    assert set(faits.values_list("menage_id", "date")) == {
        (un.menage_id, JOUR), (deux.menage_id, JOUR)
    }  # fmt: skip
    events = Evenement.objects.filter(nom="courrier.envoye").values_list("menage_id", "libelle")
    assert set(events) == {(un.menage_id, un.reference), (deux.menage_id, deux.reference)}
    with pytest.raises(ActeRefuse):
        post(monde, lot)


def test_a_letter_comes_back(monde: Monde) -> None:
    """Said on the parcours, told to the référent, never again in a batch; then handed over."""
    document = letter(monde)
    lot, chef = post(monde, prepare(monde, document)), monde.perimetre("chef")
    referent(monde, document.menage_id)
    envoi = rows(Envoi, lot=lot).get()
    for le in (JOUR + timedelta(days=1), JOUR - timedelta(days=1)):
        with pytest.raises(ErreurMetier):
            actions.record_retour(perimetre=chef, envoi_id=envoi.pk, le=le, motif="npai")
    with pytest.raises(ErreurMetier):
        actions.record_retour(perimetre=chef, envoi_id=envoi.pk, le=JOUR, motif="perdu")
    actions.record_retour(perimetre=chef, envoi_id=envoi.pk, le=JOUR, motif=MotifRetour.NPAI)
    fait = rows(FaitParcours, titre="Courrier revenu").get()
    assert fait.detail == f"{document.reference} : N’habite pas à l’adresse indiquée"
    while deliver_one():
        pass
    avis = Notification.objects.get(regle__startswith="poste")
    assert avis.utilisateur_id == monde.alice.pk and document.reference in avis.titre
    assert "Lefèvre" not in avis.titre + avis.texte
    with pytest.raises(ActeRefuse, match="déjà noté"):
        actions.record_retour(perimetre=chef, envoi_id=envoi.pk, le=JOUR, motif="npai")
    assert waiting(monde) == [] and waiting(monde, "revenu") == [document.pk]
    with pytest.raises(ActeRefuse):
        prepare(monde, document)
    actions.record_envoi(perimetre=chef, document_id=document.pk, le=JOUR, mode="main_propre")
    assert waiting(monde, "revenu") == [] and waiting(monde, "envoye") == [document.pk]
    remis = rows(Envoi, mode="main_propre").get()
    with pytest.raises(ActeRefuse, match="main propre"):
        actions.record_retour(perimetre=chef, envoi_id=remis.pk, le=JOUR, motif="npai")


def referent(monde: Monde, menage_id: int | None) -> None:
    Rattachement.objects.create(
        menage_id=menage_id, organisation=monde.operateur, utilisateur=monde.alice, niveau=3,
        motif=MotifRattachement.REFERENT, source_type="mesures.mesure", source_id=1, du=JOUR,
    )  # fmt: skip


def test_sent_without_a_batch(monde: Monde) -> None:
    document, chef = letter(monde), monde.perimetre("chef")
    act = {"perimetre": chef, "document_id": document.pk}
    for refuse in (
        {"le": JOUR + timedelta(days=1), "mode": "a_part"},
        {"le": JOUR - timedelta(days=1), "mode": "a_part"},
        {"le": JOUR, "mode": "simple"},
    ):
        with pytest.raises(ErreurMetier):
            actions.record_envoi(**act, **refuse)
    lot = prepare(monde, document)
    with pytest.raises(ActeRefuse, match=lot.reference):
        actions.record_envoi(**act, le=JOUR, mode="a_part")
    actions.cancel_lot(perimetre=chef, lot_postal_id=lot.pk, version=lot.version)
    actions.record_envoi(**act, le=JOUR, mode="a_part")
    with pytest.raises(ActeRefuse, match="déjà envoyé"):
        actions.record_envoi(**act, le=JOUR, mode="a_part")


def test_what_stays_out_says_why(monde: Monde) -> None:
    chef, menage = monde.perimetre("chef"), add_menage(monde, nom="Parti")
    bon = letter(monde)
    sans = letter(monde, "Sans", rue=("À remettre par le référent du ménage",))
    ancien = write(monde, menage)
    protege = add_menage(monde, nom="Discret")
    secret = write(monde, protege)
    alice = monde.perimetre("alice")
    neuf = DonneesDomicile(adresse="8 rue Neuve", code_postal="59600", commune_id=monde.commune.pk)
    with ouvre_transaction(alice):
        move_domicile(
            perimetre=alice, menage_id=menage.pk, version=menage.version, domicile=neuf, du=JOUR,
            protege=False,
        )  # fmt: skip
        move_domicile(
            perimetre=alice, menage_id=protege.pk, version=protege.version, domicile=neuf, du=JOUR,
            protege=True,
        )  # fmt: skip
    choix = queries.read_choix(chef, monde.operateur.pk, {})
    assert [x.document_id for x in choix.lettres] == [bon.pk]
    motifs = {x.document_id: x.obstacle for x in choix.ecartees}
    assert motifs.keys() == {sans.pk, ancien.pk, secret.pk}
    assert "Sans adresse postale" in motifs[sans.pk]
    assert "changé d’adresse" in motifs[ancien.pk]
    assert "Adresse protégée" in motifs[secret.pk]
    assert all(x.commune == "" for x in choix.ecartees if x.document_id == secret.pk)
    with pytest.raises(ActeRefuse, match="Adresse protégée"):
        prepare(monde, secret)
    # The letter that replaces it is the one to be posted.
    nouveau = write(monde, menage, rue=("8 rue Neuve", "59600 Maubeuge"), remplace_id=ancien.pk)
    assert ancien.pk not in waiting(monde) and nouveau.pk in waiting(monde)


def test_what_is_no_letter_to_a_household_is_not_here(monde: Monde) -> None:
    menage = add_menage(monde)
    issue(monde)  # a letter to nobody's household
    issue(monde, modele="parcours", contexte=exemples.parcours(), menage_id=menage.pk)
    assert waiting(monde) == []
    autre = issue(monde, modele="releve", contexte=exemples.releve(), menage_id=menage.pk)
    with pytest.raises(Introuvable):
        queries.find_courrier(monde.perimetre("chef"), autre.pk)


def test_each_posts_the_letters_of_their_own_organisation(monde: Monde) -> None:
    document = letter(monde)
    lot = prepare(monde, document)
    for qui in ("alice", "dora", "charlie", "dpo", "eve"):
        perimetre = monde.perimetre(qui)
        assert waiting(monde, "tous", qui) == [], qui
        assert not LotPostal.objects.visible_to(perimetre).exists(), qui
        assert not FichierLot.objects.visible_to(perimetre).exists(), qui
        assert not Envoi.objects.visible_to(perimetre).exists(), qui
        with pytest.raises(ErreurMetier):
            prepare(monde, document, qui=qui)
    assert queries.find_lot(monde.perimetre("chef"), lot.pk) == lot


def test_a_big_batch_is_made_by_the_worker(monde: Monde, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "IMMEDIAT_MAX", 1)
    lot = prepare(monde, letter(monde), letter(monde, "Nguyen"))
    assert lot.statut == StatutLot.EN_PREPARATION and not rows(FichierLot).exists()
    with pytest.raises(ActeRefuse):
        post(monde, lot)
    assert [make_lots(), make_lots()] == [1, 0]
    lot.refresh_from_db()
    assert lot.statut == StatutLot.PRET and count_pages(read_pdf(monde, lot)) == 3


def test_a_letter_that_cannot_be_read_makes_the_batch_impossible(
    monde: Monde, monkeypatch: Any
) -> None:
    monkeypatch.setattr(actions, "IMMEDIAT_MAX", 0)
    document = letter(monde)
    lot = prepare(monde, document)
    monkeypatch.setattr(actions, "build_fichier", _broken)
    assert make_lots() == 1
    lot.refresh_from_db()
    assert (lot.statut, lot.echec) == (StatutLot.IMPOSSIBLE, "Aucune page lisible.")
    assert waiting(monde) == []
    actions.cancel_lot(perimetre=monde.perimetre("chef"), lot_postal_id=lot.pk, version=lot.version)
    assert waiting(monde) == [document.pk], "nothing is lost"


def _broken(*args: Any) -> Any:
    raise DocumentImpossible("Aucune page lisible.")


def test_five_hundred_letters_at_most(monde: Monde, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "LOT_MAX", 1)
    monkeypatch.setattr(queries, "LOT_MAX", 1)
    un, deux = letter(monde), letter(monde, "Nguyen")
    choix = queries.read_choix(monde.perimetre("chef"), monde.operateur.pk, {})
    assert ([x.document_id for x in choix.lettres], choix.suite) == ([un.pk], True)
    with pytest.raises(ErreurMetier, match="1 lettres au plus"):
        prepare(monde, un, deux)
    with pytest.raises(ErreurMetier, match="au moins un"):
        prepare(monde)


def test_two_files_of_one_household(monde: Monde) -> None:
    """The letters follow the file that is kept, and come back with the other one."""
    garde, absorbe = add_menage(monde, nom="Deux"), add_menage(monde, nom="Deux")
    lot = prepare(monde, write(monde, absorbe))
    chef = monde.perimetre("chef")
    with ouvre_transaction(chef):
        fusion = merge_menages(
            perimetre=chef, garde_id=garde.pk, absorbe_id=absorbe.pk, motif="Une seule"
        )
    assert rows(Envoi, lot=lot).get().menage_id == garde.pk
    with ouvre_transaction(chef):
        unmerge_menages(perimetre=chef, fusion_id=fusion.pk, motif="Erreur")
    assert rows(Envoi, lot=lot).get().menage_id == absorbe.pk


def test_the_file_holds_what_was_issued(monde: Monde) -> None:
    """Bytes that no longer match their hash are refused, not printed."""
    document = letter(monde)
    lot = prepare(monde, document)
    assert FichierFactuel.objects.unscoped(reason=RAISON).filter(document=document).exists()
    FichierLot.objects.unscoped(reason=RAISON).update(octets=b"%PDF-1.7 faux")
    with pytest.raises(ErreurMetier, match="empreinte"):
        read_pdf(monde, lot)
