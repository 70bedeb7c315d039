"""Issuing, keeping, refusing: documents and pieces in the database."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cariatide.documents import actions, queries
from cariatide.documents.models import (
    DocumentEmis,
    FichierConfidentiel,
    FichierFactuel,
    FichierSocial,
    Piece,
)
from cariatide.journal.models import Evenement
from cariatide.menages.actions import attach
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.statuts import Role
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau, perimetre_systeme
from tests.distribution import JOUR, Monde, add_menage
from tests.documents import exemples

PDF = b"%PDF-1.7\nun bail\n"


def issue(monde: Monde, qui: str = "alice", **options: Any) -> DocumentEmis:
    perimetre = options.pop("perimetre", None) or monde.perimetre(qui)
    valeurs: dict[str, Any] = {
        "modele": "courrier_menage",
        "contexte": exemples.courrier_menage(),
        "organisation_id": monde.operateur.pk,
        "objet": ("mesures.mesure", 7),
    }
    with ouvre_transaction(perimetre):
        return actions.issue_document(perimetre=perimetre, **valeurs | options)


def bring(monde: Monde, qui: str = "alice", **options: Any) -> Piece:
    perimetre = monde.perimetre(qui)
    valeurs: dict[str, Any] = {
        "contenu": PDF,
        "nom": "bail.pdf",
        "type_": "bail",
        "niveau": Niveau.FACTUEL,
        "organisation_id": monde.operateur.pk,
        "objet": ("menages.menage", 1),
    }
    with ouvre_transaction(perimetre):
        return actions.add_piece(perimetre=perimetre, **valeurs | options)


def test_issued_document_is_kept_whole(monde: Monde) -> None:
    menage = add_menage(monde)
    document = issue(monde, menage_id=menage.pk, titre="Proposition de rendez-vous")
    perimetre = monde.perimetre("alice")
    with ouvre_transaction(perimetre):
        octets = queries.read_document(perimetre, document)
        contexte = queries.read_contexte(perimetre, document)
    assert document.reference.startswith("DOC-2026-")
    assert hashlib.sha256(octets).hexdigest() == document.sha256
    assert (document.modele, document.modele_version) == ("courrier_menage", 1)
    assert document.auteur == perimetre.utilisateur
    assert contexte["reference"] == document.reference
    assert contexte["objet"] == "Proposition de rendez-vous à votre domicile"
    evenement = Evenement.objects.get(nom="document.emis", objet_id=document.pk)
    assert evenement.menage_id == menage.pk
    assert evenement.donnees["apres"]["sha256"] == document.sha256


def test_references_follow_each_other_by_year(monde: Monde) -> None:
    un, deux = issue(monde), issue(monde)
    ancien = issue(monde, contexte=exemples.courrier_menage(etabli_le=date(2025, 2, 3)))
    assert int(deux.reference[-5:]) == int(un.reference[-5:]) + 1
    assert ancien.reference.startswith("DOC-2025-")


def test_level_decides_the_table(monde: Monde) -> None:
    menage = add_menage(monde)
    social = issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=menage.pk)
    confidentiel = issue(
        monde,
        modele="diagnostic_social",
        contexte=exemples.diagnostic_social(niveau=Niveau.CONFIDENTIEL),
        menage_id=menage.pk,
    )
    with ouvre_transaction(monde.perimetre("alice")):
        assert list(FichierSocial._base_manager.values_list("document_id", flat=True)) == [
            social.pk
        ]
        assert list(FichierConfidentiel._base_manager.values_list("document_id", flat=True)) == [
            confidentiel.pk
        ]
    evenement = Evenement.objects.get(nom="document.emis", objet_id=social.pk)
    assert evenement.donnees == {"champs": ["modele", "sha256", "titre"]}


def test_row_rules_hide_restricted_files(monde: Monde) -> None:
    """Without access_condition, and without a context at all."""
    menage = add_menage(monde)
    issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=menage.pk)
    for qui in ("charlie", "prescripteur", "technicien"):
        with ouvre_transaction(monde.perimetre(qui)):
            assert FichierSocial._base_manager.count() == 0
    with ouvre_transaction(monde.perimetre("eve")):
        assert FichierSocial._base_manager.count() == 0


def test_restricted_document_needs_a_household(monde: Monde) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        issue(monde, modele="bilan", contexte=exemples.bilan())


@pytest.mark.parametrize(
    "requete",
    [
        "UPDATE documents_documentemis SET titre = 'autre' WHERE id = %s",
        "UPDATE documents_documentemis SET sha256 = repeat('0', 64) WHERE id = %s",
        "DELETE FROM documents_documentemis WHERE id = %s",
        "UPDATE documents_fichierfactuel SET octets = ''::bytea WHERE document_id = %s",
        "UPDATE documents_fichierfactuel SET contexte = '{}'::jsonb WHERE document_id = %s",
        "DELETE FROM documents_fichierfactuel WHERE document_id = %s",
    ],
)
def test_issued_document_never_changes(monde: Monde, requete: str) -> None:
    document = issue(monde)
    with (
        pytest.raises(DatabaseError, match=r"ne (change|se supprime) pas"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(requete, [document.pk])


def test_document_follows_a_merged_household(monde: Monde) -> None:
    menage, autre = add_menage(monde), add_menage(monde, nom="Autre")
    document = issue(monde, menage_id=menage.pk)
    DocumentEmis._base_manager.filter(pk=document.pk).update(menage_id=autre.pk)
    FichierFactuel._base_manager.filter(document_id=document.pk).update(menage_id=autre.pk)
    perimetre = monde.perimetre("alice")
    assert queries.list_documents(perimetre, menage_id=autre.pk).get().pk == document.pk


def test_altered_bytes_are_not_shown(monde: Monde) -> None:
    document = issue(monde)
    document.sha256 = "0" * 64
    with pytest.raises(ErreurMetier, match="empreinte"):
        queries.read_document(monde.perimetre("alice"), document)


def test_correction_replaces_once(monde: Monde) -> None:
    premier = issue(monde)
    second = issue(monde, remplace_id=premier.pk)
    assert second.remplace_id == premier.pk
    with pytest.raises(ActeRefuse, match="déjà remplacé"):
        issue(monde, remplace_id=premier.pk)
    with pytest.raises(ActeRefuse, match="même dossier"):
        issue(monde, remplace_id=second.pk, objet=("mesures.mesure", 8))


def test_only_for_one_s_organisation(monde: Monde) -> None:
    with pytest.raises(ActeRefuse, match="mandats"):
        issue(monde, qui="charlie")
    with pytest.raises(ActeRefuse, match="mandats"):
        issue(monde, qui="eve")


def test_the_mandate_used_is_of_the_organisation_and_of_the_level(monde: Monde) -> None:
    """Beside it: one of another organisation, one that stops at facts."""
    alice = monde.perimetre("alice")
    (sien,) = alice.mandats
    ailleurs = replace(sien, id=-1, organisation_id=monde.ccas.pk, organisation="Ailleurs")
    technique = replace(sien, id=-2, role=Role.TECHNICIEN, niveau_max=Niveau.FACTUEL)
    menage = add_menage(monde)

    def used(**options: Any) -> tuple[str, str]:
        trois = replace(alice, mandats=(ailleurs, technique, sien))
        emis = issue(monde, perimetre=trois, menage_id=menage.pk, **options)
        ligne = Evenement.objects.filter(objet_id=emis.pk, nom="document.emis").latest("pk")
        return ligne.organisation, ligne.role

    assert used(modele="bilan", contexte=exemples.bilan()) == (sien.organisation, sien.role)
    assert used() == (sien.organisation, Role.TECHNICIEN)
    assert used(mandat=sien) == (sien.organisation, sien.role)
    with pytest.raises(ActeRefuse, match="mandats"):
        used(mandat=ailleurs)
    with pytest.raises(ActeRefuse, match="mandats"):  # given, it is no higher than it is
        used(mandat=technique, modele="bilan", contexte=exemples.bilan())
    with pytest.raises(ActeRefuse, match="mandats"):
        issue(
            monde, perimetre=replace(alice, mandats=(technique,)), modele="bilan",
            contexte=exemples.bilan(), menage_id=menage.pk,
        )  # fmt: skip


def test_only_for_a_household_one_reads(monde: Monde) -> None:
    menage = add_menage(monde)
    with pytest.raises(Introuvable):
        issue(monde, qui="charlie", organisation_id=monde.autre_operateur.pk, menage_id=menage.pk)
    factuel = add_menage(monde, nom="Factuel", niveau=Niveau.FACTUEL)
    with pytest.raises(Introuvable):
        issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=factuel.pk)


def test_access_by_household_or_by_organisation(monde: Monde) -> None:
    menage = add_menage(monde)
    lie = issue(monde, menage_id=menage.pk)
    interne = issue(monde)
    social = issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=menage.pk)

    def seen(qui: str) -> set[int]:
        perimetre = monde.perimetre(qui)
        return {d.pk for d in queries.list_documents(perimetre)}

    assert seen("alice") == {lie.pk, interne.pk, social.pk}
    assert seen("charlie") == set()
    assert seen("eve") == set()
    assert seen("dpo") == set()
    # A technician of the same organisation: the paper of the office, nothing social.
    assert interne.pk in seen("technicien")
    assert social.pk not in seen("technicien")


def test_the_purge_alone_deletes(monde: Monde) -> None:
    menage, autre = add_menage(monde), add_menage(monde, nom="Autre")
    premier = issue(monde, menage_id=menage.pk)
    issue(monde, menage_id=menage.pk, remplace_id=premier.pk)
    issue(monde, modele="bilan", contexte=exemples.bilan(), menage_id=menage.pk)
    bring(monde, menage_id=menage.pk)
    reste = issue(monde, menage_id=autre.pk)
    with pytest.raises(ActeRefuse, match="système"):
        actions.purge_papiers(perimetre=monde.perimetre("chef"), menage_ids=[menage.pk])
    systeme = perimetre_systeme("conservation", JOUR)
    with ouvre_transaction(systeme, systeme="conservation"):
        effaces = actions.purge_papiers(perimetre=systeme, menage_ids=[menage.pk])
    assert effaces == {"documents.DocumentEmis": 3, "documents.Piece": 1}
    assert list(DocumentEmis._base_manager.values_list("pk", flat=True)) == [reste.pk]
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentEmis._base_manager.filter(pk=reste.pk).delete()


def test_piece_is_known_by_its_content(monde: Monde) -> None:
    menage = add_menage(monde)
    piece = bring(monde, nom="bail.exe", menage_id=menage.pk, libelle=" Bail signé ")
    assert (piece.nom_fichier, piece.type_mime) == ("bail.pdf", "application/pdf")
    assert piece.libelle == "Bail signé"
    assert piece.recue_le == JOUR
    perimetre = monde.perimetre("alice")
    assert queries.read_piece(perimetre, piece) == PDF
    assert queries.list_pieces(perimetre, menage_id=menage.pk).get().pk == piece.pk
    assert queries.list_pieces(monde.perimetre("charlie"), menage_id=menage.pk).count() == 0
    assert Evenement.objects.filter(nom="piece.deposee", menage_id=menage.pk).count() == 1


@pytest.mark.parametrize(
    ("options", "champ"),
    [
        ({"contenu": b""}, "fichier"),
        ({"contenu": b"%PDF-" + b"0" * (20 * 1024 * 1024)}, "fichier"),
        ({"contenu": b"<html>"}, "fichier"),
        ({"niveau": Niveau.SOCIAL}, "niveau"),
        ({"recue_le": date(2026, 11, 23)}, "recue_le"),
    ],
)
def test_refused_pieces_name_their_field(monde: Monde, options: dict[str, Any], champ: str) -> None:
    with pytest.raises(ErreurMetier) as refus:
        bring(monde, **options)
    assert champ in refus.value.champs
    assert Piece._base_manager.count() == 0


def test_the_same_file_is_refused_twice(monde: Monde) -> None:
    premiere = bring(monde, libelle="Bail signé")
    with pytest.raises(ErreurMetier, match="déjà joint") as refus:
        bring(monde)
    assert "Bail signé" in refus.value.champs["fichier"]
    perimetre = monde.perimetre("alice")
    with ouvre_transaction(perimetre):
        actions.withdraw_piece(perimetre=perimetre, piece_id=premiere.pk, motif="Erreur.")
    assert bring(monde).pk != premiere.pk


def test_withdrawal_erases_the_content_and_says_why(monde: Monde) -> None:
    menage = add_menage(monde)
    piece = bring(monde, menage_id=menage.pk, niveau=Niveau.SOCIAL)
    perimetre = monde.perimetre("alice")
    with ouvre_transaction(perimetre):
        with pytest.raises(ErreurMetier, match="motivé"):
            actions.withdraw_piece(perimetre=perimetre, piece_id=piece.pk, motif=" ")
        retiree = actions.withdraw_piece(
            perimetre=perimetre, piece_id=piece.pk, motif="Fichier d’un autre ménage."
        )
        with pytest.raises(Introuvable):
            queries.read_piece(perimetre, retiree)
        with pytest.raises(ActeRefuse, match="déjà retirée"):
            actions.withdraw_piece(perimetre=perimetre, piece_id=piece.pk, motif="Encore.")
        assert FichierSocial._base_manager.count() == 0
    assert retiree.retiree_par == perimetre.utilisateur
    assert queries.list_pieces(perimetre, menage_id=menage.pk).count() == 0
    assert queries.list_pieces(perimetre, menage_id=menage.pk, retirees=True).count() == 1


def test_withdrawal_belongs_to_who_brought_it(monde: Monde) -> None:
    menage = add_menage(monde)
    piece = bring(monde, menage_id=menage.pk, objet=("menages.menage", menage.pk))
    charlie = monde.perimetre("charlie")
    with ouvre_transaction(charlie), pytest.raises(Introuvable):
        actions.withdraw_piece(perimetre=charlie, piece_id=piece.pk, motif="Non.")
    attach(
        menage_id=menage.pk, organisation_id=monde.autre_operateur.pk,
        niveau=Niveau.CONFIDENTIEL, motif=MotifRattachement.OPERATEUR, source=("essai", 1), du=JOUR,
    )  # fmt: skip
    with ouvre_transaction(charlie), pytest.raises(ActeRefuse, match="qui a déposé"):
        actions.withdraw_piece(perimetre=charlie, piece_id=piece.pk, motif="Lue, pas déposée.")


def test_received_piece_never_changes(monde: Monde) -> None:
    piece = bring(monde)
    with pytest.raises(DatabaseError, match="ne change pas"), transaction.atomic():
        Piece._base_manager.filter(pk=piece.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="ne se supprime pas"), transaction.atomic():
        FichierFactuel._base_manager.filter(piece_id=piece.pk).delete()
