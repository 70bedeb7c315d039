"""Draft and deposit: rights written, nothing half-written, nothing lost, nothing sent twice."""

from datetime import date, timedelta

import pytest

from cariatide.commission.models import Instance
from cariatide.demandes import actions
from cariatide.demandes.actions import DoublonPossible
from cariatide.demandes.models import MotifSaisine, Saisine, SaisineSociale
from cariatide.demandes.queries import list_brouillons
from cariatide.demandes.statuts import StatutSaisine
from cariatide.journal.models import Evenement
from cariatide.menages.models import FaitParcours, Menage, Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import Convention
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Niveau
from cariatide.territoire.models import Commune, Secteur
from tests.demandes.conftest import Depose, donnees_saisine, pieces_of, reload
from tests.distribution import DEBUT, JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db


def test_deposit_creates_the_household_and_gives_everyone_their_rights(
    monde: Monde, depose: Depose
) -> None:
    saisine = reload(depose())
    assert saisine.statut == StatutSaisine.DEPOSEE
    assert saisine.reference is not None
    assert saisine.reference.startswith("S-2026-")
    assert saisine.deposee_le == JOUR
    assert saisine.dispositif == "mous"
    assert saisine.prescripteur_id == monde.prescripteur.pk
    assert saisine.saisie == {}
    links = set(
        Rattachement.objects.filter(menage_id=saisine.menage_id).values_list(
            "organisation_id", "niveau", "motif", "source_type", "source_id"
        )
    )
    source = ("demandes.saisine", saisine.pk)
    assert links == {
        (monde.ccas.pk, 1, MotifRattachement.PRESCRIPTION, *source),
        (monde.departement.pk, 1, MotifRattachement.SECRETARIAT, *source),
        (monde.operateur.pk, 2, MotifRattachement.INSTRUCTION, *source),
    }
    motifs = MotifSaisine.objects.unscoped(reason="test").filter(saisine=saisine)
    assert set(motifs.values_list("motif__code", flat=True)) == {"suroccupation", "non_decent"}
    assert {c: p.recue_le for c, p in pieces_of(saisine).items() if p.obligatoire} == {
        "identite": JOUR, "composition": JOUR, "ressources": JOUR, "occupation": JOUR,
    }  # fmt: skip


def test_deposit_writes_the_parcours_and_one_event(monde: Monde, depose: Depose) -> None:
    saisine = depose()
    fait = FaitParcours.objects.unscoped(reason="test").get(
        source_type="demandes.saisine", source_id=saisine.pk
    )
    assert fait.titre == f"Saisine {saisine} déposée par CCAS de test"
    assert fait.date == date(2026, 11, 16)
    evenement = Evenement.objects.get(nom="saisine.deposee")
    assert evenement.organisation_id == monde.ccas.pk
    assert evenement.donnees["apres"]["statut"] == "deposee"


@pytest.mark.parametrize(
    ("qui", "vu", "lit_expose"),
    [
        ("prescripteur", True, True),
        ("dora", True, False),
        ("alice", True, True),
        ("technicien", True, False),
        ("charlie", False, False),
        ("membre", False, False),
        ("eve", False, False),
    ],
)
def test_who_reads_the_saisine_and_its_social_statement(
    monde: Monde, depose: Depose, qui: str, vu: bool, lit_expose: bool
) -> None:
    saisine = depose()
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        assert Saisine.objects.visible_to(perimetre).filter(pk=saisine.pk).exists() is vu
        exposes = SaisineSociale.objects.visible_to(perimetre).filter(saisine=saisine)
        assert exposes.exists() is lit_expose


def test_row_rules_hide_the_statement_without_context(depose: Depose, monde: Monde) -> None:
    depose()
    assert SaisineSociale.objects.unscoped(reason="test").count() == 0
    with ouvre_transaction(monde.perimetre("dora")):
        assert SaisineSociale.objects.unscoped(reason="test").count() == 0
    with ouvre_transaction(monde.perimetre("alice")):
        assert SaisineSociale.objects.unscoped(reason="test").count() == 1


def test_deposit_takes_a_known_household(monde: Monde, depose: Depose) -> None:
    menage = add_menage(monde, "prescripteur", niveau=Niveau.FACTUEL)
    saisine = depose(menage=None, menage_id=menage.pk, commune_id=None)
    assert saisine.menage_id == menage.pk
    assert saisine.commune_id == monde.commune.pk
    assert Menage.objects.unscoped(reason="test").count() == 1


def test_deposit_refuses_a_household_outside_the_perimeter(monde: Monde, depose: Depose) -> None:
    menage = add_menage(monde, "charlie")
    with pytest.raises(Introuvable):
        depose(menage=None, menage_id=menage.pk)
    assert not Saisine.objects.unscoped(reason="test").exists()


@pytest.mark.parametrize(
    ("champ", "options"),
    [
        ("information_menage_le", {"information_menage_le": None}),
        ("information_menage_le", {"information_menage_le": JOUR + timedelta(days=1)}),
        ("date_saisine", {"date_saisine": JOUR + timedelta(days=1)}),
        ("motif_urgence", {"urgence": True}),
        ("motifs", {"motifs": []}),
        ("motifs", {"motifs": ["inconnu"]}),
        ("convention", {"convention_id": None}),
        ("convention", {"convention_id": 999_999}),
        ("menage", {"menage": None}),
    ],
)
def test_deposit_names_the_field_to_mend_and_writes_nothing(
    depose: Depose, champ: str, options: dict[str, object]
) -> None:
    with pytest.raises(ErreurMetier) as refus:
        depose(**options)
    assert champ in refus.value.champs
    assert not Saisine.objects.unscoped(reason="test").exists()
    assert not Menage.objects.unscoped(reason="test").exists()
    assert not Evenement.objects.exists()


def test_every_field_to_mend_comes_at_once(depose: Depose) -> None:
    with pytest.raises(ErreurMetier) as refus:
        depose(motifs=[], information_menage_le=None, convention_id=None)
    assert set(refus.value.champs) == {"motifs", "information_menage_le", "convention"}


def test_an_agreement_answers_within_its_territory_only(monde: Monde, depose: Depose) -> None:
    secteur = Secteur.objects.create(code="A", nom="Secteur A", du=DEBUT)
    secteur.communes.add(Commune.objects.get(code="59350", type="actuelle"))
    Convention.objects.filter(pk=monde.convention.pk).update(secteur=secteur)
    with pytest.raises(ErreurMetier) as refus:
        depose()
    assert "ne couvre pas Maubeuge (59)" in refus.value.champs["convention"]
    secteur.communes.add(monde.commune)
    assert depose().statut == StatutSaisine.DEPOSEE


def test_an_ended_agreement_or_one_without_instance_is_refused(
    monde: Monde, depose: Depose, instance: Instance
) -> None:
    Instance.objects.filter(pk=instance.pk).update(au=JOUR - timedelta(days=1))
    with pytest.raises(ErreurMetier) as refus:
        depose()
    assert "aucune instance" in refus.value.champs["convention"]


def test_people_who_look_known_are_shown_then_confirmed(monde: Monde, depose: Depose) -> None:
    premiere = depose()
    with pytest.raises(DoublonPossible) as refus:
        depose()
    assert [p.menage_id for p in refus.value.proches] == [premiere.menage_id]
    seconde = depose(doublon_confirme=True)
    assert seconde.menage_id != premiere.menage_id


def test_a_second_open_saisine_of_one_household_is_confirmed(monde: Monde, depose: Depose) -> None:
    premiere = depose()
    with pytest.raises(ErreurMetier, match=f"{premiere.reference} de ce ménage est déjà en cours"):
        depose(menage=None, menage_id=premiere.menage_id)
    assert depose(menage=None, menage_id=premiere.menage_id, doublon_confirme=True).pk


def test_a_secretariat_types_the_letter_of_another_organisation(
    monde: Monde, depose: Depose
) -> None:
    saisine = depose("dora", origine_id=monde.bailleur.pk, agent="Mme Roy", canal="courrier")
    assert saisine.origine_organisation_id == monde.bailleur.pk
    assert saisine.redaction_id == monde.departement.pk
    assert saisine.prescripteur_id is None
    with pytest.raises(ErreurMetier) as refus:
        depose("prescripteur", origine_id=monde.bailleur.pk)
    assert "origine" in refus.value.champs


@pytest.mark.parametrize("qui", ["technicien", "bob", "dpo", "membre", "eve"])
def test_other_roles_do_not_deposit(depose: Depose, qui: str) -> None:
    with pytest.raises(ActeRefuse):
        depose(qui)


# -- drafts ------------------------------------------------------------------------------------


def _draft(monde: Monde, qui: str = "prescripteur", expose: str = "Brouillon d’exposé") -> Saisine:
    perimetre = monde.perimetre(qui)
    with ouvre_transaction(perimetre):
        return actions.save_brouillon(
            perimetre=perimetre, saisie={"nom": "Incomplet"}, expose=expose
        )


def test_a_draft_survives_incomplete_and_is_resumed(monde: Monde, instance: Instance) -> None:
    draft = _draft(monde)
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        [found] = list_brouillons(perimetre)
        assert (found.pk, found.saisie, found.reference) == (draft.pk, {"nom": "Incomplet"}, None)
        actions.save_brouillon(
            perimetre=perimetre, saisine_id=draft.pk, saisie={"nom": "Suite"}, expose="Repris",
            version=1,
        )  # fmt: skip
        assert SaisineSociale.objects.visible_to(perimetre).get().expose == "Repris"
        saisine = actions.deposit_saisine(
            perimetre=perimetre, saisine_id=draft.pk, donnees=donnees_saisine(monde), version=2
        )
        assert list_brouillons(perimetre).count() == 0
    assert (saisine.pk, saisine.statut, saisine.saisie) == (draft.pk, "deposee", {})


def test_a_draft_belongs_to_its_organisation_and_its_statement_to_its_author(
    monde: Monde,
) -> None:
    draft = _draft(monde, "alice")
    for qui, vu, lit in (("collegue", 1, 0), ("alice", 1, 1), ("charlie", 0, 0), ("dora", 0, 0)):
        perimetre = monde.perimetre(qui)
        with ouvre_transaction(perimetre):
            assert Saisine.objects.visible_to(perimetre).filter(pk=draft.pk).count() == vu
            assert SaisineSociale.objects.visible_to(perimetre).count() == lit
            assert SaisineSociale.objects.unscoped(reason="test").count() == lit


def test_a_colleague_deposits_the_draft_and_keeps_the_authors_statement(
    monde: Monde, instance: Instance
) -> None:
    draft = _draft(monde, "alice")
    collegue = monde.perimetre("collegue")
    with ouvre_transaction(collegue):
        actions.deposit_saisine(
            perimetre=collegue, saisine_id=draft.pk, donnees=donnees_saisine(monde, expose="Vu")
        )
        exposes = SaisineSociale.objects.visible_to(collegue).order_by("id")
        assert [e.expose for e in exposes] == ["Brouillon d’exposé", "Vu"]


def test_depositing_twice_sends_once(monde: Monde, instance: Instance) -> None:
    draft = _draft(monde)
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        for _ in range(2):
            saisine = actions.deposit_saisine(
                perimetre=perimetre, saisine_id=draft.pk, donnees=donnees_saisine(monde), version=1
            )
    assert saisine.statut == StatutSaisine.DEPOSEE
    assert Menage.objects.unscoped(reason="test").count() == 1
    assert Evenement.objects.filter(nom="saisine.deposee").count() == 1


def test_a_stale_draft_is_refused_and_a_sent_one_is_no_draft_any_more(
    monde: Monde, instance: Instance, depose: Depose
) -> None:
    draft = _draft(monde)
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        with pytest.raises(ConflitDeVersion):
            actions.save_brouillon(
                perimetre=perimetre, saisine_id=draft.pk, saisie={}, expose="", version=7
            )
        with pytest.raises(ConflitDeVersion):
            actions.deposit_saisine(
                perimetre=perimetre, saisine_id=draft.pk, donnees=donnees_saisine(monde), version=7
            )
    sent = depose()
    with pytest.raises(ActeRefuse, match="déjà déposée"):
        actions.save_brouillon(
            perimetre=perimetre, saisine_id=sent.pk, saisie={}, expose="", version=sent.version
        )
    with pytest.raises(ActeRefuse, match="ne se supprime pas"):
        actions.discard_brouillon(perimetre=perimetre, saisine_id=sent.pk)


def test_a_discarded_draft_leaves_one_event_only(monde: Monde) -> None:
    draft = _draft(monde)
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        actions.discard_brouillon(perimetre=perimetre, saisine_id=draft.pk)
    assert not Saisine.objects.unscoped(reason="test").exists()
    assert Evenement.objects.get().nom == "saisine.brouillon_supprime"
