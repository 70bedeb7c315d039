"""A series of saisines writes exactly the rows of as many ordinary deposits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps

from cariatide.demandes.actions import DepotRefuse, deposit_saisine, deposit_saisines
from cariatide.demandes.actions.donnees import DonneesSaisine
from cariatide.demandes.models import Saisine
from cariatide.demandes.queries import find_communes_couvertes, list_conventions_ouvertes
from cariatide.demandes.statuts import Canal
from cariatide.journal.models import Evenement
from cariatide.menages.actions import DonneesDomicile, DonneesMenage, DonneesPersonne
from cariatide.menages.models import Menage
from cariatide.partenaires.models import CommuneDeConvention
from cariatide.socle.contexte import ouvre_transaction
from cariatide.territoire.models import Commune, Secteur
from cariatide.territoire.recherche import find_communes_exactes
from tests.demandes.conftest import instance  # noqa: F401
from tests.distribution import DEBUT, JOUR, Monde

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("instance")]
TABLES = (
    "menages.Menage", "menages.Personne", "menages.Appartenance", "menages.Domicile",
    "menages.Rattachement", "menages.FaitParcours", "demandes.Saisine", "demandes.MotifSaisine",
    "demandes.PieceSaisine", "journal.Evenement", "journal.Livraison",
)  # fmt: skip
# What two writers of the same facts never share: keys, references, hours.
PROPRES = {
    "id", "reference", "menage_id", "personne_id", "saisine_id", "evenement_id", "source_id",
    "objet_id", "horodatage", "enregistre_le", "modifiee_le", "prochaine_tentative", "libelle",
    "titre", "mots",
}  # fmt: skip


def donnees(monde: Monde, rang: int, **more: Any) -> DonneesSaisine:
    nom = ("Bernard", "Leroy", "Dubois")[rang]
    personne = DonneesPersonne(
        nom=nom, prenom="Zoé", naissance=date(1980 + rang, 3, 1), telephone=f"+3361234567{rang}",
        courriel=f"zoe{rang}@exemple.invalid", numero_allocataire=f"1234{rang}",
    )  # fmt: skip
    return DonneesSaisine(
        convention_id=monde.convention.pk,
        motifs=["suroccupation"],
        date_saisine=date(2026, 11, 1 + rang),
        information_menage_le=date(2026, 11, 10),
        menage=DonneesMenage(
            personnes=[personne],
            domicile=DonneesDomicile(
                adresse="3 rue du Lac", code_postal="59600", commune_id=monde.commune.pk
            ),
        ),
        canal=Canal.FICHIER,
        pieces_recues=["identite"] if rang == 1 else (),
        **more,
    )


def snapshot() -> dict[str, list[Any]]:
    return {
        table: list(apps.get_model(table)._base_manager.order_by("pk").values()) for table in TABLES
    }


def compare(row: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in row.items() if k not in PROPRES}
    donnees = kept.get("donnees")
    if isinstance(donnees, dict):
        kept["donnees"] = {"apres": sorted(donnees["apres"]), "avant": donnees["avant"]}
    if "recherche" in kept:
        kept["recherche"] = [w for w in kept["recherche"].split() if not w.isdigit()]
    return kept


def written(before: dict[str, list[Any]]) -> dict[str, list[Any]]:
    now = snapshot()
    new = {}
    for table in TABLES:
        old = {row["id"] for row in before[table]}
        rows = [compare(row) for row in now[table] if row["id"] not in old]
        new[table] = sorted(rows, key=str)
    return new


def deposit(monde: Monde, series: Sequence[DonneesSaisine]) -> list[Saisine]:
    perimetre = monde.perimetre("prescripteur")
    with ouvre_transaction(perimetre):
        return deposit_saisines(perimetre=perimetre, donnees=series)


def test_a_series_writes_the_rows_of_ordinary_deposits(monde: Monde) -> None:
    perimetre = monde.perimetre("prescripteur")
    before = snapshot()
    with ouvre_transaction(perimetre):
        for rang in range(3):
            deposit_saisine(perimetre=perimetre, donnees=donnees(monde, rang))
    one_by_one = written(before)
    before = snapshot()
    deposit(monde, [replace(donnees(monde, rang), doublon_confirme=True) for rang in range(3)])
    together = written(before)
    for table in TABLES:
        assert together[table] == one_by_one[table], table
        assert together[table], f"{table} : nothing to compare"


def test_the_rows_of_a_series_are_those_of_the_domain(monde: Monde) -> None:
    saisines = deposit(monde, [donnees(monde, rang) for rang in range(3)])
    assert len({s.reference for s in saisines}) == 3
    assert all(s.statut == "deposee" and s.version == 2 for s in saisines)
    menages = Menage.objects.visible_to(monde.perimetre("dora"))
    assert sorted(menages.values_list("nom_usage", flat=True)) == ["Bernard", "Dubois", "Leroy"]
    assert Menage.objects.visible_to(monde.perimetre("charlie")).count() == 0
    libelles = Evenement.objects.filter(nom="saisine.deposee").values_list("libelle", flat=True)
    assert sorted(libelles) == sorted(str(s.reference) for s in saisines)


def test_one_refused_deposit_refuses_the_series(monde: Monde) -> None:
    series = [donnees(monde, 0), replace(donnees(monde, 1), date_saisine=date(2027, 1, 1))]
    with pytest.raises(DepotRefuse, match="avenir") as caught:
        deposit(monde, series)
    assert caught.value.rang == 1
    assert Menage.objects.unscoped(reason="test").count() == 0


def test_known_people_stop_the_series(monde: Monde) -> None:
    deposit(monde, [donnees(monde, 0)])
    with pytest.raises(DepotRefuse, match="déjà connue") as caught:
        deposit(monde, [donnees(monde, 1), donnees(monde, 0)])
    assert caught.value.rang == 1
    assert Saisine.objects.unscoped(reason="test").count() == 1


def test_a_series_holds_new_households_without_statement(monde: Monde) -> None:
    for une in (
        replace(donnees(monde, 0), expose="Ce que la personne a dit."),
        replace(donnees(monde, 0), menage=None, menage_id=1),
    ):
        with pytest.raises(DepotRefuse, match="ménages nouveaux"):
            deposit(monde, [une])


@pytest.mark.parametrize("territoire", ["aucun", "communes", "secteur", "secteur et communes"])
def test_communes_covered_together_are_those_covered_one_by_one(
    monde: Monde, territoire: str
) -> None:
    nord = list(Commune.objects.filter(departement_id="59", type="actuelle").order_by("code")[:6])
    if "secteur" in territoire:
        secteur = Secteur.objects.create(code="sambre", nom="Sambre", du=DEBUT)
        secteur.communes.set(nord[:2])
        monde.convention.secteur = secteur
        monde.convention.save()
    if "communes" in territoire:
        CommuneDeConvention.objects.create(convention=monde.convention, commune=nord[4], du=DEBUT)
    found = find_communes_couvertes(monde.convention.pk, JOUR, [c.pk for c in nord])
    assert found == {
        c.pk
        for c in nord
        if list_conventions_ouvertes(JOUR, c.pk).filter(pk=monde.convention.pk).exists()
    }
    assert find_communes_couvertes(0, JOUR, [nord[0].pk]) == set()


def test_communes_named_exactly_are_found_together() -> None:
    lieux = [("Maubeuge", "59600"), ("MAUBEUGE", "59600"), ("Maubeuge", "75001"), ("Xyz", "59600"),
             ("59600", "59600"), ("Le Quesnoy", "59530"), ("Maubeuge", "")]  # fmt: skip
    found = find_communes_exactes(lieux)
    assert {lieu: commune.code for lieu, commune in found.items()} == {
        ("Maubeuge", "59600"): "59392",
        ("MAUBEUGE", "59600"): "59392",
        ("Le Quesnoy", "59530"): "59481",
    }
