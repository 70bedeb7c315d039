"""Two associations merge: one organisation with two predecessors, each keeping its own past."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from cariatide.commission.models import Instance, MembreInstance
from cariatide.menages.models import Menage
from cariatide.partenaires.models import Convention, Organisation, Succession
from cariatide.partenaires.queries import (
    build_fiche_convention,
    build_perimetre,
    chain_of_succession,
    organisation_name_at,
)
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from tests.bases import ROOT, database_name, fresh_clone, owner_url, remove
from tests.commission.fabrique import add_instance
from tests.distribution import DEBUT, JOUR, Monde, add_menage
from tests.partenaires.test_organisations import succeed, take_over

pytestmark = pytest.mark.django_db
LE = date(2026, 11, 1)
VEILLE = date(2026, 10, 31)


@pytest.fixture
def fusion(monde: Monde) -> Organisation:
    """The two operators of the tests become one."""
    Convention.objects.create(
        type="asll", reference="ASLL-V", intitule="Convention du voisin",
        commanditaire=monde.departement, operateur=monde.autre_operateur,
        du=DEBUT, au=date(2028, 12, 31),
    )  # fmt: skip
    nouvelle = succeed(monde, monde.operateur, "Habitat Réuni", LE)
    return take_over(monde, monde.autre_operateur, nouvelle, LE)


def test_a_merger_has_both_predecessors(monde: Monde, fusion: Organisation) -> None:
    rows = Succession.objects.filter(nouvelle=fusion).order_by("ancienne__nom_normalise")
    anciennes = {monde.operateur, monde.autre_operateur}
    assert {r.ancienne for r in rows} == anciennes
    assert {r.le for r in rows} == {LE}
    assert set(chain_of_succession(fusion)) == {*anciennes, fusion}
    assert chain_of_succession(fusion)[-1] == fusion
    for ancienne in anciennes:
        ancienne.refresh_from_db()
        assert ancienne.au == VEILLE
        assert chain_of_succession(ancienne)[-1] == fusion
        assert organisation_name_at(ancienne, JOUR) == "Habitat Réuni"
        assert organisation_name_at(ancienne, VEILLE) == ancienne.nom
    ensemble = organisation_name_at(fusion, VEILLE)
    assert ensemble in {" et ".join(sorted((o.nom for o in anciennes), reverse=r)) for r in (0, 1)}


def test_people_and_households_of_both_follow(monde: Monde, fusion: Organisation) -> None:
    for personne in (monde.alice, monde.charlie):
        assert build_perimetre(personne, LE).organisation_ids == (fusion.pk,)
    assert build_perimetre(monde.alice, VEILLE).organisation_ids == (monde.operateur.pk,)
    assert build_perimetre(monde.charlie, VEILLE).organisation_ids == (monde.autre_operateur.pk,)


def test_what_each_signed_keeps_its_name(monde: Monde, fusion: Organisation) -> None:
    voisine = Convention.objects.get(reference="ASLL-V")
    monde.convention.refresh_from_db()
    assert voisine.operateur == monde.convention.operateur == fusion
    noms = [build_fiche_convention(c.pk).operateur for c in (monde.convention, voisine)]
    assert noms == [monde.operateur.nom, monde.autre_operateur.nom]
    # Taken over once more, the first signatory is still the one printed.
    succeed(monde, fusion, "Habitat Partagé", date(2026, 11, 15))
    noms = [build_fiche_convention(c.pk).operateur for c in (monde.convention, voisine)]
    assert noms == [monde.operateur.nom, monde.autre_operateur.nom]


def test_an_agreement_of_an_absorbed_body_keeps_its_name(monde: Monde) -> None:
    """The one that absorbs was in force all along: its own name is not that of the signatory."""
    take_over(monde, monde.operateur, monde.autre_operateur, LE)
    assert build_fiche_convention(monde.convention.pk).operateur == monde.operateur.nom


def test_links_of_a_household_known_to_both_go_on(monde: Monde) -> None:
    menage = add_menage(monde)
    nouvelle = succeed(monde, monde.operateur, "Habitat Réuni", LE)
    take_over(monde, monde.autre_operateur, nouvelle, LE)
    assert Menage.objects.visible_to(monde.perimetre("alice")).get() == menage
    assert Menage.objects.visible_to(monde.perimetre("alice", VEILLE)).get() == menage


def test_two_members_of_an_instance_hold_one_seat(monde: Monde) -> None:
    instance = add_instance(monde)
    sieges = MembreInstance.objects.filter(instance=instance)
    before = {o: sieges.get(organisation=o) for o in (monde.ccas, monde.prefecture)}
    nouvelle = succeed(monde, monde.ccas, "Service réuni", LE)
    take_over(monde, monde.prefecture, nouvelle, LE)
    for organisation, siege in before.items():
        siege.refresh_from_db()
        assert (siege.organisation, siege.au) == (organisation, VEILLE), "the past keeps its seat"
    (siege,) = sieges.filter(organisation=nouvelle)
    assert (siege.du, siege.au) == (LE, None)
    assert siege.voix is (before[monde.ccas].voix or before[monde.prefecture].voix)


def test_what_both_hold_and_one_may_hold_is_refused_in_words(monde: Monde) -> None:
    instance = add_instance(monde)
    Instance.objects.create(
        type=instance.type, nom=instance.nom, secretariat=monde.ccas, du=instance.du
    )
    with pytest.raises(ActeRefuse, match="ce qu’une seule peut tenir"):
        take_over(monde, monde.ccas, instance.secretariat, LE)
    assert not Succession.objects.exists()
    monde.ccas.refresh_from_db()
    assert monde.ccas.au is None


def test_a_circle_is_refused_however_long(monde: Monde, fusion: Organisation) -> None:
    suite = succeed(monde, fusion, "Habitat Partagé", date(2026, 11, 15))
    for ancienne in (monde.operateur, monde.autre_operateur, fusion):
        with pytest.raises(ErreurMetier, match="précède déjà"):
            take_over(monde, suite, ancienne, JOUR)


@pytest.fixture
def base() -> Iterator[str]:
    """A database of its own, as the owner: migrations change tables."""
    nom = database_name("fusion")
    fresh_clone(nom)
    yield owner_url(nom)
    remove(nom)


def test_the_migration_goes_both_ways(base: str) -> None:
    """Back, one column holds the first predecessor; forth again, it is a row."""

    def migrate(nom: str) -> None:
        environment = {
            **os.environ, "CARIATIDE_TEST_URL": base,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }  # fmt: skip
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0", "partenaires", nom],
            env=environment, check=True,
        )  # fmt: skip

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(base) as connection:
            return connection.execute(sql).fetchall()

    with psycopg.connect(base) as connection:
        for nom, du, au in (
            ("Nord", DEBUT, VEILLE), ("Sud", DEBUT, VEILLE), ("Réuni", date(2020, 1, 1), None),
        ):  # fmt: skip
            connection.execute(
                "INSERT INTO partenaires_organisation (type, nom, nom_normalise, sigle, siret,"
                " adresse, code_postal, ville, telephone, courriel, du, au, version)"
                " VALUES ('operateur', %s, %s, '', '', '', '', '', '', '', %s, %s, 1)",
                (nom, nom.lower(), du, au),
            )
        connection.execute(
            "INSERT INTO partenaires_succession (ancienne_id, nouvelle_id, le)"
            " SELECT a.id, n.id, %s FROM partenaires_organisation a, partenaires_organisation n"
            " WHERE a.au IS NOT NULL AND n.au IS NULL ORDER BY a.nom",
            (LE,),
        )
    migrate("0003")
    avant = "SELECT o.nom, a.nom FROM partenaires_organisation o"
    avant += " JOIN partenaires_organisation a ON a.id = o.succede_a_id"
    assert rows(avant) == [("Réuni", "Nord")]
    migrate("0004")
    apres = "SELECT a.nom, n.nom, s.le FROM partenaires_succession s"
    apres += " JOIN partenaires_organisation a ON a.id = s.ancienne_id"
    apres += " JOIN partenaires_organisation n ON n.id = s.nouvelle_id"
    assert rows(apres) == [("Nord", "Réuni", LE)], "the day it took over, not that of its creation"
