"""Access to households: one condition, read by every query; row rules as a second lock."""

from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Prefetch

from cariatide.menages.actions import attach, detach
from cariatide.menages.models import Appartenance, Domicile, Menage, MenageSocial
from cariatide.menages.queries import list_lecteurs
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import Mandat
from cariatide.partenaires.statuts import Role
from cariatide.socle.access import PorteeManquante, lift_scope
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.perimetre import Niveau, perimetre_systeme
from cariatide.territoire.models import Commune, Secteur
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db


def test_unscoped_queries_raise_when_they_run(monde: Monde) -> None:
    queryset = Menage.objects.filter(public_plan=True)
    for execute in (
        list,
        lambda q: q.count(),
        lambda q: q.exists(),
        lambda q: q.first(),
        lambda q: list(q.iterator()),
        lambda q: q.aggregate(),
        lambda q: q.in_bulk(),
        lambda q: q.update(telephone=""),
        lambda q: q.delete(),
        lambda q: q.explain(),
    ):
        with pytest.raises(PorteeManquante):
            execute(queryset)


@pytest.mark.parametrize(
    "combine",
    [
        lambda a, b: a | b,
        lambda a, b: b | a,
        lambda a, b: a & b,
        lambda a, b: a.union(b),
        lambda a, b: b.union(a),
        lambda a, b: a.difference(b),
    ],
)
def test_rows_without_scope_do_not_join_those_with_one(monde: Monde, combine: Any) -> None:
    add_menage(monde, qui="charlie")
    scoped = Menage.objects.visible_to(monde.perimetre("alice"))
    with pytest.raises(PorteeManquante):
        list(combine(scoped, Menage.objects.all()))
    assert list(combine(scoped, scoped.filter(public_plan=True))) == []


@pytest.mark.parametrize("acces", ["reverse", "prefetch"])
def test_reverse_managers_and_prefetches_are_closed_too(monde: Monde, acces: str) -> None:
    """`menage.appartenances` is no way round; a prefetch names a scoped queryset."""
    menage = add_menage(monde)
    alice = monde.perimetre("alice")
    rows = Menage.objects.visible_to(alice).filter(pk=menage.pk)
    with pytest.raises(PorteeManquante):
        if acces == "reverse":
            list(rows.get().appartenances.all())
        else:
            list(rows.prefetch_related("appartenances"))
    scoped = Prefetch("appartenances", Appartenance.objects.visible_to(alice), to_attr="lues")
    (lu,) = rows.prefetch_related(scoped)
    assert [a.menage_id for a in lu.lues] == [menage.pk]


def test_unscoped_needs_a_reason(monde: Monde) -> None:
    with pytest.raises(ValueError, match="motif"):
        Menage.objects.unscoped(reason=" ")


@pytest.mark.parametrize(
    ("qui", "vu"),
    [("alice", True), ("collegue", True), ("chef", True), ("charlie", False), ("bob", False)],
)
def test_only_the_attached_organisation_sees_a_household(monde: Monde, qui: str, vu: bool) -> None:
    menage = add_menage(monde)
    assert Menage.objects.visible_to(monde.perimetre(qui)).filter(pk=menage.pk).exists() is vu


def test_person_without_mandate_sees_nothing(monde: Monde) -> None:
    menage = add_menage(monde)
    with pytest.raises(Introuvable):
        Menage.objects.find_visible(monde.perimetre("eve"), menage.pk)


def test_a_link_holds_between_its_dates_only(monde: Monde) -> None:
    menage = add_menage(monde)
    attach(
        menage_id=menage.pk,
        organisation_id=monde.autre_operateur.pk,
        niveau=Niveau.FACTUEL,
        motif=MotifRattachement.OPERATEUR,
        source=("tests", 1),
        du=JOUR - timedelta(days=7),
        au=JOUR,
    )
    seen = [
        Menage.objects.visible_to(monde.perimetre("charlie", JOUR + timedelta(days=d))).count()
        for d in (-8, -7, 0, 1)
    ]
    assert seen == [0, 1, 1, 0]


def test_detach_ends_the_links_of_its_source(monde: Monde) -> None:
    menage = add_menage(monde)
    attach(
        menage_id=menage.pk,
        organisation_id=monde.autre_operateur.pk,
        niveau=Niveau.FACTUEL,
        motif=MotifRattachement.OPERATEUR,
        source=("tests", 2),
        du=JOUR - timedelta(days=7),
    )
    assert detach(source=("tests", 2), au=JOUR - timedelta(days=1)) == 1
    assert not Menage.objects.visible_to(monde.perimetre("charlie")).exists()


def test_level_of_the_role_caps_the_level_of_the_link(monde: Monde) -> None:
    menage = add_menage(monde)
    with ouvre_transaction(perimetre_systeme("test", JOUR), systeme="test"):
        MenageSocial.objects.create(menage=menage, situation="suivi budgétaire")
    with ouvre_transaction(monde.perimetre("alice")):
        assert MenageSocial.objects.visible_to(monde.perimetre("alice")).count() == 1
    technicien = monde.perimetre("technicien")
    with ouvre_transaction(technicien):
        assert Menage.objects.visible_to(technicien).count() == 1
        assert MenageSocial.objects.visible_to(technicien).count() == 0


def test_row_rules_answer_nothing_without_context(monde: Monde) -> None:
    menage = add_menage(monde)
    with ouvre_transaction(perimetre_systeme("test", JOUR), systeme="test"):
        MenageSocial.objects.create(menage=menage, situation="suivi budgétaire")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM menages_menagesocial")
        assert cursor.fetchone() == (0,)
    for qui, count in (("alice", 1), ("charlie", 0), ("technicien", 0), ("alice", 1)):
        with ouvre_transaction(monde.perimetre(qui)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM menages_menagesocial")
            assert cursor.fetchone() == (count,)


def test_protected_address_is_read_at_the_confidential_level_only(monde: Monde) -> None:
    menage = add_menage(monde, adresse_protegee=True, niveau=Niveau.SOCIAL)
    assert not Domicile.objects.visible_to(monde.perimetre("alice")).exists()
    attach(
        menage_id=menage.pk,
        organisation_id=monde.operateur.pk,
        utilisateur_id=monde.alice.pk,
        niveau=Niveau.CONFIDENTIEL,
        motif=MotifRattachement.REFERENT,
        source=("tests", 3),
        du=JOUR,
    )
    assert Domicile.objects.visible_to(monde.perimetre("alice")).exists()
    assert Domicile.objects.visible_to(monde.perimetre("chef")).exists()
    assert not Domicile.objects.visible_to(monde.perimetre("collegue")).exists()
    menage.refresh_from_db()
    assert "moulin" not in menage.recherche


def test_who_reads_is_said_once_an_organisation(monde: Monde) -> None:
    """Several reasons of one organisation make one reader: its highest level, its last day."""
    menage = add_menage(monde)
    for pk, motif, au, qui in (
        (1, MotifRattachement.SEANCE, date(2026, 12, 1), None),
        (2, MotifRattachement.SEANCE, date(2026, 12, 31), None),
        (3, MotifRattachement.PRESCRIPTION, date(2026, 12, 15), monde.prescripteur.pk),
    ):
        attach(
            menage_id=menage.pk,
            organisation_id=monde.ccas.pk,
            niveau=Niveau.SOCIAL if qui else Niveau.FACTUEL,
            motif=motif,
            source=("essai", pk),
            du=date(2026, 11, 1),
            au=au,
            utilisateur_id=qui,
        )
    ccas, operateur = list_lecteurs(monde.perimetre("alice"), menage.pk)
    assert (ccas.organisation, operateur.organisation) == ("CCAS de test", "Habitat Test")
    assert ccas.motifs == (
        "a déposé la saisine",
        "siège à la séance qui examine le dossier",
    )
    assert ccas.personnes == ("Paul Prévost",)
    assert (ccas.niveau, ccas.au, len(ccas.droits)) == (Niveau.SOCIAL, date(2026, 12, 31), 3)
    assert operateur.au is None


def test_the_role_of_a_mandate_never_takes_the_territory_of_another(monde: Monde) -> None:
    """A social worker elsewhere and a technician here: facts here, and nothing social anywhere."""
    menage = add_menage(monde)
    with ouvre_transaction(perimetre_systeme("test", JOUR), systeme="test"):
        MenageSocial.objects.create(menage=menage, situation="suivi budgétaire")
    ailleurs = Secteur.objects.create(code="ailleurs", nom="Ailleurs", du=date(2020, 1, 1))
    ailleurs.communes.add(Commune.objects.exclude(pk=monde.commune.pk).order_by("pk").first())
    mandat = Mandat.objects.get(utilisateur=monde.alice)

    def read() -> tuple[int, int]:
        perimetre = monde.perimetre("alice")
        with ouvre_transaction(perimetre):
            return (
                Menage.objects.visible_to(perimetre).count(),
                MenageSocial.objects.visible_to(perimetre).count(),
            )

    assert read() == (1, 1)
    mandat.secteur = ailleurs
    mandat.save(update_fields=["secteur"])
    assert read() == (0, 0)
    Mandat.objects.create(
        utilisateur=monde.alice, organisation=monde.operateur, role=Role.TECHNICIEN,
        du=date(2020, 1, 1),
    )  # fmt: skip
    assert read() == (1, 0)


def test_a_perimeter_is_frozen(monde: Monde) -> None:
    perimetre = monde.perimetre("alice")
    with pytest.raises(FrozenInstanceError):
        perimetre.mandats = ()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        perimetre.mandats[0].niveau_max = Niveau.CONFIDENTIEL  # type: ignore[misc]


def test_one_object_is_the_list_filtered_by_its_key(monde: Monde) -> None:
    premier, second, ailleurs = add_menage(monde), add_menage(monde), add_menage(monde, "charlie")
    alice = monde.perimetre("alice")
    for menage in (second, premier):
        assert Menage.objects.find_visible(alice, menage.pk) == menage
    for pk in (ailleurs.pk, ailleurs.pk + 1_000):
        with pytest.raises(Introuvable):
            Menage.objects.find_visible(alice, pk)


def test_a_lookup_in_a_table_takes_values_or_a_query(monde: Monde) -> None:
    premier, second = add_menage(monde), add_menage(monde)
    rows = Menage.objects.visible_to(monde.perimetre("alice"))
    assert list(rows.filter(pk__dans=[second.pk, second.pk + 1_000])) == [second]
    assert set(rows.filter(pk__dans=[premier.pk, second.pk])) == {premier, second}


def test_a_lifted_scope_gives_every_row_and_asks_why(monde: Monde) -> None:
    """The same for a model named when it runs, protected or not."""
    add_menage(monde)
    with pytest.raises(PorteeManquante):
        list(Menage.objects.all())
    assert lift_scope("menages.Menage", reason="un essai").count() == 1
    assert lift_scope(Commune, reason="un essai").count() == Commune.objects.count() > 0
    for modele in (Menage, Commune):
        with pytest.raises(ValueError, match="motif"):
            lift_scope(modele, reason=" ")
