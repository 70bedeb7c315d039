"""Sharings: what was chosen and nothing else, for whoever it was made for, for a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from cariatide.conformite import actions
from cariatide.conformite.actions import DonneesPartage
from cariatide.conformite.avis import AvisDesPartages
from cariatide.conformite.models import (
    BaseLegale,
    DemandeDroit,
    ElementPartage,
    ElementPartageSocial,
    Partage,
)
from cariatide.conformite.queries import (
    export_de,
    find_recu,
    list_elements,
    list_items,
    list_partages,
    list_recus,
)
from cariatide.conformite.tasks import run_partages
from cariatide.journal.models import Consultation, Evenement
from cariatide.menages.actions import (
    DonneesDomicile,
    merge_menages,
    move_domicile,
    save_confidentiel,
    save_social,
    unmerge_menages,
)
from cariatide.menages.models import FaitParcours, Menage
from cariatide.menages.ports import rattachables
from cariatide.partenaires.actions import DonneesOrganisation, record_succession
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau, perimetre_systeme
from tests.distribution import DEBUT, JOUR, Monde, add_menage, add_personne

pytestmark = pytest.mark.django_db
SECRET, SANTE = "Endettée après une séparation.", "Suivi au centre hospitalier."
FINALITE = "Évaluer le risque d’expulsion avant la séance"
RAISON = "test"


@pytest.fixture(autouse=True)
def _jour() -> Iterator[None]:
    with time_machine.travel(f"{JOUR.isoformat()}T10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def menage(monde: Monde) -> Menage:
    menage = add_menage(monde)
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        save_social(perimetre=alice, menage_id=menage.pk, version=0, situation=SECRET)
        save_confidentiel(perimetre=alice, menage_id=menage.pk, version=0, vulnerabilites=SANTE)
    return menage


def data(monde: Monde, **change: Any) -> DonneesPartage:
    base = BaseLegale.objects.get(code="ccapex")
    donnees = DonneesPartage(
        destinataire_id=monde.autre_operateur.pk, utilisateur_id=monde.charlie.pk,
        codes=["composition", "situation"], finalite=FINALITE, base_id=base.pk,
        au=JOUR + timedelta(days=30), informe_le=JOUR, informe_comment="En entretien",
    )  # fmt: skip
    return replace(donnees, **change)


def share(monde: Monde, menage: Menage, qui: str = "alice", **change: Any) -> Partage:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return actions.open_partage(
            perimetre=perimetre, menage_id=menage.pk, donnees=data(monde, **change)
        )


def share_composition(monde: Monde, menage: Menage) -> Partage:
    """With the CCAS: the other operator, which the matrix of organisations plays, gets nothing."""
    ccas = {"destinataire_id": monde.ccas.pk, "utilisateur_id": None}
    return share(monde, menage, codes=["composition"], **ccas)


def read_as(monde: Monde, qui: str, partage: Partage) -> list[tuple[str, list[Any]]]:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return [(e.titre, e.lignes) for e in list_elements(perimetre, partage.pk)]


def refused(monde: Monde, menage: Menage, champ: str, **change: Any) -> None:
    with pytest.raises(ErreurMetier) as refus:
        share(monde, menage, **change)
    assert champ in refus.value.champs, refus.value.champs


def test_the_recipient_reads_what_was_chosen_and_nothing_else(
    monde: Monde, menage: Menage, client_de: Any
) -> None:
    partage = share(monde, menage)
    adresse = reverse("conformite:lire_partage", args=[partage.pk])
    with client_de(monde.charlie) as c:
        html = c.get(adresse).content.decode()
        assert SECRET in html and "Camille Lefèvre" in html and menage.reference in html
        for jamais in (SANTE, "impasse du Moulin", "0600000000", "06 00 00 00 00", "1990"):
            assert jamais not in html, jamais
        assert "Pourquoi vois-je ce dossier" in html and "article 7-2" in html
        assert partage.reference in c.get(reverse("conformite:partages_recus")).content.decode()
        for nom in ("menages:detail", "menages:pourquoi", "documents:menage"):
            assert c.get(reverse(nom, args=[menage.pk])).status_code == 404, nom
        assert c.get(reverse("conformite:partage", args=[partage.pk])).status_code == 404
    lue = Consultation.objects.get(objet_type="conformite.partage", route="conformite:lire_partage")
    assert (lue.acteur_id, lue.niveau, lue.menage_id) == (monde.charlie.pk, 2, menage.pk)
    with client_de(monde.alice) as c:
        html = c.get(reverse("conformite:partage", args=[partage.pk])).content.decode()
    assert "Lectures" in html and lue.acteur in html


def test_made_for_somebody_it_opens_to_nobody_else(monde: Monde, menage: Menage) -> None:
    partage = share(monde, menage)
    for qui in ("prescripteur", "technicien", "bob", "eve"):
        assert not list_recus(monde.perimetre(qui), {}).exists(), qui
        with pytest.raises(Introuvable):
            find_recu(monde.perimetre(qui), partage.pk)
    assert len(read_as(monde, "charlie", partage)) == 2
    assert read_as(monde, "dpo", partage) == []
    assert [t for t, _ in read_as(monde, "technicien", partage)] == [
        "Noms et places dans le ménage"
    ]


def test_the_row_rule_closes_the_copies_by_itself(monde: Monde, menage: Menage) -> None:
    share(monde, menage)
    for qui, attendu in (("charlie", 1), ("alice", 1), ("prescripteur", 0), ("dpo", 0)):
        with ouvre_transaction(monde.perimetre(qui)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM conformite_elementpartagesocial")
            assert cursor.fetchone() == (attendu,), qui
    after = monde.perimetre("charlie", JOUR + timedelta(days=31))
    with ouvre_transaction(after), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conformite_elementpartagesocial")
        assert cursor.fetchone() == (0,)


def test_the_level_of_the_role_bounds_what_is_made_for_an_organisation(
    monde: Monde, menage: Menage
) -> None:
    ccas = {"destinataire_id": monde.ccas.pk, "utilisateur_id": None}
    refused(monde, menage, "codes", **ccas)
    refused(monde, menage, "utilisateur", **{**ccas, "utilisateur_id": monde.prescripteur.pk})
    partage = share(monde, menage, **ccas, codes=["composition"])
    assert list_recus(monde.perimetre("prescripteur"), {}).get() == partage
    assert read_as(monde, "prescripteur", partage) == [
        ("Noms et places dans le ménage", [["Camille Lefèvre", "Référent du ménage"]])
    ]
    with pytest.raises(ErreurMetier, match="autre organisation"):
        share(monde, menage, destinataire_id=monde.operateur.pk, utilisateur_id=None)


def test_what_a_sharing_asks(monde: Monde, menage: Menage) -> None:
    refused(monde, menage, "codes", codes=[])
    refused(monde, menage, "codes", codes=["vulnerabilites"])
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        tous = [i.code for i in list_items(alice, menage.pk)]
        assert max(i.niveau for i in list_items(alice, menage.pk)) == Niveau.SOCIAL
    refused(monde, menage, "codes", codes=tous)
    refused(monde, menage, "finalite", finalite="Voir")
    refused(monde, menage, "au", au=date(2027, 2, 23))
    refused(monde, menage, "au", au=JOUR - timedelta(days=1))
    refused(monde, menage, "informe_le", informe_le=JOUR + timedelta(days=1))
    refused(monde, menage, "informe_comment", informe_comment=" ")
    accord = BaseLegale.objects.get(code="accord")
    assert accord.confiance == "V"
    refused(monde, menage, "accord_le", base_id=accord.pk)
    refused(monde, menage, "accord_le", accord_le=JOUR, accord_comment="Par écrit")
    assert not Partage._base_manager.exists()
    share(monde, menage, base_id=accord.pk, accord_le=JOUR, accord_comment="Par écrit")


def test_only_who_accompanies_the_household_shares(monde: Monde, menage: Menage) -> None:
    with pytest.raises(ActeRefuse):
        share(monde, menage, "charlie", destinataire_id=monde.ccas.pk)
    with pytest.raises(ActeRefuse):
        share(monde, menage, "technicien")


def test_a_protected_address_is_never_shared(monde: Monde, menage: Menage) -> None:
    alice = monde.perimetre("alice")
    with ouvre_transaction(alice):
        save_social(
            perimetre=alice, menage_id=menage.pk, version=1,
            situation="Vit au 3, impasse du MOULIN depuis mars.",
        )  # fmt: skip
    partage = share(monde, menage, codes=["composition", "adresse", "situation"])
    assert len(read_as(monde, "charlie", partage)) == 3
    with ouvre_transaction(alice):
        fiche = Menage.objects.find_visible(alice, menage.pk)
        move_domicile(
            perimetre=alice, menage_id=menage.pk, version=fiche.version, du=JOUR, protege=True,
            domicile=DonneesDomicile(
                adresse="8 rue Cachée", code_postal="59600", commune_id=monde.commune.pk
            ),
        )  # fmt: skip
    assert [t for t, _ in read_as(monde, "charlie", partage)] == ["Noms et places dans le ménage"]
    with ouvre_transaction(alice):
        offerts = {i.code for i in list_items(alice, menage.pk)}
    assert "adresse" not in offerts and "situation" not in offerts and "composition" in offerts
    refused(monde, menage, "codes", codes=["adresse"])


def test_revoked_at_once_with_a_reason_both_are_told(
    monde: Monde, menage: Menage, client_de: Any
) -> None:
    partage = share(monde, menage)
    adresse = reverse("conformite:arreter_partage", args=[partage.pk])
    with client_de(monde.dpo) as c:
        html = c.get(reverse("conformite:partage", args=[partage.pk])).content.decode()
        assert SECRET not in html and "Situation sociale" in html, "titles alone"
        assert f"brouillons/partage-{partage.pk}-arret/" in c.get(adresse).content.decode()
        assert c.post(adresse, {"version": "1", "motif": ""}).status_code == 422
        assert c.post(adresse, {"version": "1", "motif": "Finalité dépassée"}).status_code == 302
        assert c.get(adresse).status_code == 409
    assert not list_recus(monde.perimetre("charlie"), {}).exists()
    assert read_as(monde, "charlie", partage) == []
    avis = AvisDesPartages().build(Evenement.objects.get(nom="partage.revoque").pk)
    assert {a.utilisateur_id for a in avis} >= {monde.charlie.pk, monde.alice.pk}
    assert all(SECRET not in a.texte and "Lefèvre" not in a.titre + a.texte for a in avis)
    with ouvre_transaction(monde.perimetre("alice")), pytest.raises(ActeRefuse):
        actions.end_partage(
            perimetre=monde.perimetre("alice"), partage_id=partage.pk, version=2, motif="Encore"
        )


def test_who_receives_does_not_end_it(monde: Monde, menage: Menage) -> None:
    partage = share(monde, menage)
    charlie = monde.perimetre("charlie")
    with ouvre_transaction(charlie), pytest.raises(ActeRefuse, match="accompagnent"):
        actions.end_partage(perimetre=charlie, partage_id=partage.pk, version=1, motif="Lu")
    partage.refresh_from_db()
    assert partage.revoque_le is None


def test_at_the_term_it_ends_by_itself_and_the_copies_go(monde: Monde, menage: Menage) -> None:
    partage = share(monde, menage)
    fin = partage.au
    assert list_recus(monde.perimetre("charlie", fin), {}).exists()
    lendemain = fin + timedelta(days=1)
    assert not list_recus(monde.perimetre("charlie", lendemain), {}).exists()
    for jour, reste in ((fin, 2), (lendemain, 0), (lendemain, 0)):
        with ouvre_transaction(perimetre_systeme(RAISON, jour), systeme=RAISON):
            run_partages(jour)
            copies = [m._base_manager.count() for m in (ElementPartage, ElementPartageSocial)]
        assert sum(copies) == reste
    partage.refresh_from_db()
    assert partage.efface_le == lendemain and len(partage.elements) == 2
    avis = AvisDesPartages().build(Evenement.objects.get(nom="partage.termine").pk)
    assert {a.utilisateur_id for a in avis} >= {monde.charlie.pk, monde.alice.pk}
    titres = set(
        FaitParcours.objects.visible_to(monde.perimetre("alice")).values_list("titre", flat=True)
    )
    assert "Partage d’éléments du dossier terminé" in titres


def test_an_archived_file_does_not_keep_the_other_copies(monde: Monde, menage: Menage) -> None:
    """Its term was reached just before its archive: no line is written on it, the rest goes on."""
    autre = share(monde, add_menage(monde, nom="Autre"), codes=["composition"])
    partages = [share(monde, menage), autre]
    fin = JOUR + timedelta(days=31)
    Menage.objects.unscoped(reason=RAISON).filter(pk=menage.pk).update(archive_le=fin)
    systeme = perimetre_systeme(RAISON, fin)
    with ouvre_transaction(systeme, systeme=RAISON):
        run_partages(fin)
    for partage in partages:
        partage.refresh_from_db()
        assert partage.efface_le == fin
    termines = Evenement.objects.filter(nom="partage.termine")
    assert [e.objet_id for e in termines] == [autre.pk]


def test_whoever_left_is_told_nothing_of_the_file(monde: Monde, menage: Menage) -> None:
    """The author is told as long as a mandate of the organisation that shares is theirs."""
    partage, chef = share(monde, menage), monde.perimetre("chef")
    actions.end_partage(
        perimetre=chef, partage_id=partage.pk, version=partage.version, motif="Sans objet"
    )
    arret = Evenement.objects.get(nom="partage.revoque").pk
    assert monde.alice.pk in {a.utilisateur_id for a in AvisDesPartages().build(arret)}
    Mandat.objects.filter(utilisateur=monde.alice).update(au=JOUR - timedelta(days=1))
    assert monde.alice.pk not in {a.utilisateur_id for a in AvisDesPartages().build(arret)}


def test_a_limited_mandate_gets_nothing_of_what_goes_to_all(monde: Monde, menage: Menage) -> None:
    """It does not open the sharing: neither its notice, nor the sharing when it is alone there."""
    Mandat.objects.filter(utilisateur=monde.charlie).update(convention=monde.convention)
    tous = {"utilisateur_id": None}
    refused(monde, menage, "codes", **tous)
    entier = add_personne("Zoé", "Entière")
    Mandat.objects.create(
        utilisateur=entier, organisation=monde.autre_operateur, role=Role.TRAVAILLEUR_SOCIAL,
        du=DEBUT,
    )  # fmt: skip
    share(monde, menage, **tous)
    avis = AvisDesPartages().build(Evenement.objects.get(nom="partage.ouvert").pk)
    recus = [a for a in avis if "lire" in a.url or "recus" in a.url]
    assert [(a.utilisateur_id, a.organisation_id) for a in recus] == [(entier.pk, None)]


def test_the_events_hold_no_content(monde: Monde, menage: Menage) -> None:
    share(monde, menage)
    evenement = Evenement.objects.get(nom="partage.ouvert")
    assert evenement.donnees["apres"]["elements"] == [
        "Noms et places dans le ménage", "Situation sociale",
    ]  # fmt: skip
    assert SECRET not in str(evenement.donnees)


def test_who_reads_the_file_knows_of_it(monde: Monde, menage: Menage, client_de: Any) -> None:
    partage = share(monde, menage)
    with client_de(monde.alice) as c:
        html = c.get(reverse("menages:pourquoi", args=[menage.pk])).content.decode()
        assert "Qui en lit des éléments" in html and "Toits d’ailleurs" in html
        fiche = c.get(reverse("menages:detail", args=[menage.pk])).content.decode()
        assert reverse("conformite:partager", args=[menage.pk]) in fiche
    for qui in ("alice", "chef", "dpo"):
        assert list_partages(monde.perimetre(qui), {}).get() == partage
    assert not list_partages(monde.perimetre("charlie"), {}).exists(), "received, not shared"


def test_the_person_knows_the_recipients(monde: Monde, menage: Menage) -> None:
    share(monde, menage)
    dpo = monde.perimetre("dpo")
    demande = actions.record_demande(
        perimetre=dpo, menage=menage.reference, nom="Lefèvre", prenom="Camille", droit="acces",
        recue_le=JOUR, identite="Carte vue", demande="Mon dossier",
    )  # fmt: skip
    assert isinstance(demande, DemandeDroit)
    parties = {p["titre"]: p for p in export_de(dpo, demande).parties}
    (ligne,) = parties["Partage"]["lignes"]
    assert ligne["partagé avec"] == "Toits d’ailleurs"
    assert FINALITE in ligne.values() and "Situation sociale" in str(ligne)


def test_it_follows_a_joined_file_and_comes_back(monde: Monde, menage: Menage) -> None:
    partage = share(monde, menage)
    garde, chef = add_menage(monde, nom="Autre"), monde.perimetre("chef")
    with ouvre_transaction(chef):
        fusion = merge_menages(
            perimetre=chef, garde_id=garde.pk, absorbe_id=menage.pk, motif="Une seule"
        )
    partage.refresh_from_db()
    assert partage.menage_id == garde.pk
    assert len(read_as(monde, "charlie", partage)) == 2
    with ouvre_transaction(chef):
        unmerge_menages(perimetre=chef, fusion_id=fusion.pk, motif="Deux foyers")
    partage.refresh_from_db()
    assert partage.menage_id == menage.pk and len(read_as(monde, "charlie", partage)) == 2


def test_the_archive_ends_it_and_anonymity_empties_it(monde: Monde, menage: Menage) -> None:
    partage = share(monde, menage)
    port = dict(rattachables.items())["conformite.partages"]
    systeme = perimetre_systeme(RAISON, JOUR)
    with ouvre_transaction(systeme, systeme=RAISON):
        port.archive([menage.pk], systeme)
        assert not list_recus(monde.perimetre("charlie"), {}).exists()
        port.purge([menage.pk], systeme)
        assert not ElementPartageSocial._base_manager.exists()
    partage.refresh_from_db()
    assert partage.finalite == "Effacé" and partage.elements == []
    assert partage.reference.startswith("X-") and partage.destinataire == monde.autre_operateur


def succeed(monde: Monde, nouvelle_id: int | None = None) -> Organisation:
    """The other operator ends today."""
    monde.autre_operateur.refresh_from_db()
    donnees = DonneesOrganisation(type=TypeOrganisation.ASSOCIATION, nom="La suite")
    return record_succession(
        perimetre=monde.perimetre("technique"), ancienne_id=monde.autre_operateur.pk,
        version=monde.autre_operateur.version, le=JOUR, nouvelle_id=nouvelle_id,
        donnees=None if nouvelle_id else donnees,
    )  # fmt: skip


def test_the_successor_reads_what_runs(monde: Monde, menage: Menage) -> None:
    partage, autre = share(monde, menage), share(monde, menage, utilisateur_id=None)
    alice = monde.perimetre("alice")
    actions.end_partage(perimetre=alice, partage_id=autre.pk, version=1, motif="Fini")
    nouvelle = succeed(monde)
    assert [titre for titre, _ in read_as(monde, "charlie", partage)] == [
        "Noms et places dans le ménage", "Situation sociale",
    ]  # fmt: skip
    assert find_recu(monde.perimetre("charlie"), partage.pk).destinataire == nouvelle
    autre.refresh_from_db()
    assert autre.destinataire == monde.autre_operateur, "what ended keeps its name"


def test_between_two_that_become_one_it_ends(monde: Monde, menage: Menage) -> None:
    partage = share(monde, menage)
    succeed(monde, monde.operateur.pk)
    partage.refresh_from_db()
    assert partage.revoque_le == JOUR and "plus qu’une" in partage.motif_fin
    assert partage.destinataire == monde.autre_operateur
    assert Evenement.objects.filter(nom="partage.revoque", objet_id=partage.pk).count() == 1


def test_a_recipient_closed_meanwhile_keeps_what_was_typed(
    monde: Monde, menage: Menage, client_de: Any
) -> None:
    adresse = reverse("conformite:partager", args=[menage.pk])
    Mandat.objects.filter(organisation=monde.autre_operateur).update(au=JOUR - timedelta(days=1))
    envoi = {
        "utilisateur": str(monde.charlie.pk), "codes": ["composition"], "finalite": FINALITE,
        "base": str(BaseLegale.objects.get(code="action_sociale").pk),
        "au": "2026-12-31", "informe_le": "2026-11-20", "informe_comment": "Par courrier",
    }  # fmt: skip
    with client_de(monde.alice) as c:
        reponse = c.post(f"{adresse}?organisation={monde.autre_operateur.pk}", envoi)
    html = reponse.content.decode()
    assert reponse.status_code == 422 and escape(FINALITE) in html and "Par courrier" in html
    assert "ne reçoit plus de partage" in html and f'href="{adresse}"' in html
    assert not Partage._base_manager.exists()


def test_the_page_asks_the_recipient_then_the_rest(
    monde: Monde, menage: Menage, client_de: Any
) -> None:
    adresse = reverse("conformite:partager", args=[menage.pk])
    with client_de(monde.alice) as c:
        html = c.get(adresse).content.decode()
        assert "Toits d’ailleurs" in html and "Habitat Test</option>" not in html
        suite = f"{adresse}?organisation={monde.autre_operateur.pk}"
        html = c.get(suite).content.decode()
        assert "Situation sociale (niveau social)" in html
        # The parts of the file in order; what each legal basis permits, folded under the choice.
        assert ">Domicile</p>" in html and "(niveau factuel)" not in html
        portee = BaseLegale.objects.get(code="action_sociale").portee
        assert escape(portee) in html.partition("precisions")[2].partition("</details>")[0]
        assert "RGPD, article 6 (à vérifier)" in html and SANTE not in html
        envoi = {
            "utilisateur": str(monde.charlie.pk), "codes": ["composition"], "finalite": FINALITE,
            "base": str(BaseLegale.objects.get(code="action_sociale").pk),
            "au": "2026-12-31", "informe_le": "2026-11-20", "informe_comment": "Par courrier",
        }  # fmt: skip
        assert c.post(suite, {**envoi, "au": "2027-12-31"}).status_code == 422
        reponse = c.post(suite, envoi)
        assert reponse.status_code == 302
        partage = Partage._base_manager.get()
        assert reponse.url == reverse("conformite:partage", args=[partage.pk])
        assert "Personne ne l’a encore lu" in c.get(reponse.url).content.decode()
    with client_de(monde.technicien) as c:
        assert c.get(adresse).status_code == 403
