"""Zones that are never guessed, sectors, and what they cover."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cariatide.journal.models import Evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.territoire import actions
from cariatide.territoire.models import (
    Arrondissement,
    Commune,
    Departement,
    Epci,
    Secteur,
    ZonageCommune,
)
from cariatide.territoire.queries import (
    ZoneAmbigue,
    ZoneInconnue,
    communes_of,
    find_zone,
    list_secteurs,
    share_of_population,
)
from cariatide.territoire.statuts import ROLES_DES_SECTEURS, ZONES_ADMISES, Zonage
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def actuelle(code: str) -> Commune:
    return Commune.objects.get(code=code, type="actuelle")


@pytest.mark.parametrize(
    ("code", "zonage", "ancien", "zone"),
    [
        ("72181", Zonage.APL, None, "2"),
        ("72181", Zonage.ABC, None, "B1"),
        ("75056", Zonage.APL, None, "1bis"),
        ("75056", Zonage.ABC, None, "Abis"),
        ("93066", Zonage.APL, "93059", "1"),
        ("93066", Zonage.ABC, "93066", "Abis"),
        ("15031", Zonage.ABC, None, "C"),  # re-created: zone of the commune it came out of
    ],
)
def test_zone(code: str, zonage: Zonage, ancien: str | None, zone: str) -> None:
    found = find_zone(actuelle(code), zonage, le=JOUR, ancien_code=ancien)
    assert found.zone == zone
    assert found.source.startswith("openfisca-france")


@pytest.mark.parametrize("code", ["98735", "97701"])
def test_zone_inconnue_est_une_erreur(code: str) -> None:
    with pytest.raises(ZoneInconnue, match="aucune source"):
        find_zone(actuelle(code), Zonage.APL, le=JOUR)


def test_zone_avant_la_date_de_la_source() -> None:
    with pytest.raises(ZoneInconnue, match="13/09/2011"):
        find_zone(actuelle("72181"), Zonage.APL, le=date(2011, 9, 13))


def test_zone_d_une_commune_fusionnee_depend_de_la_partie() -> None:
    with pytest.raises(ZoneAmbigue, match="Précisez laquelle") as error:
        find_zone(actuelle("93066"), Zonage.APL, le=JOUR)
    assert error.value.zones == {"93059": "1", "93066": "1bis"}


def test_zones_chargees_sont_celles_qui_existent() -> None:
    for zonage, admises in ZONES_ADMISES.items():
        rows = ZonageCommune.objects.filter(zonage=zonage)
        assert set(rows.values_list("zone", flat=True)) == set(admises)


@pytest.fixture
def secteur() -> Secteur:
    """84 communes of the arrondissement of Avesnes-sur-Helpe, the first by code."""
    secteur = Secteur.objects.create(code="s84", nom="84 communes", du=date(2020, 1, 1))
    communes = communes_of(Arrondissement.objects.get(code="592")).order_by("code")[:84]
    secteur.communes.set(list(communes))
    return secteur


def test_part_de_la_population(secteur: Secteur) -> None:
    arrondissement = Arrondissement.objects.get(code="592")
    part = share_of_population(secteur, arrondissement)
    rows = list(communes_of(arrondissement).order_by("code").values_list("population", flat=True))
    assert (part.communes, part.communes_reference) == (84, len(rows))
    assert part.part == Decimal(sum(rows[:84])) / Decimal(sum(rows))
    assert (part.sans_population, part.hors_reference) == (0, 0)


def test_part_ne_compte_que_la_reference(secteur: Secteur) -> None:
    secteur.communes.add(actuelle("72181"))
    avant = share_of_population(secteur, Arrondissement.objects.get(code="592"))
    assert (avant.communes, avant.hors_reference) == (84, 1)
    sarthe = share_of_population(secteur, Departement.objects.get(code="72"))
    assert (sarthe.communes, sarthe.hors_reference) == (1, 84)
    assert sarthe.part is not None and 0 < sarthe.part < 1
    assert share_of_population(secteur, secteur).part == 1


def test_part_sans_population_connue() -> None:
    secteur = Secteur.objects.create(code="taaf", nom="Terres australes", du=JOUR)
    secteur.communes.add(actuelle("98412"))
    part = share_of_population(secteur, Departement.objects.get(code="984"))
    assert part.part is None
    assert part.sans_population == 5


def test_epci_et_departement() -> None:
    mans = actuelle("72181")
    assert mans.epci is not None and mans.epci.nom == "CU Le Mans Métropole"
    assert mans.arrondissement is not None and mans.arrondissement.departement_id == "72"
    assert communes_of(Epci.objects.get(pk=mans.epci_id)).filter(pk=mans.pk).exists()


# -- acts on sectors -------------------------------------------------------------------------


def create(monde: Monde, qui: str, **plus: Any) -> Secteur:
    options = {"code": "est", "nom": "Secteur est", "du": date(2026, 1, 1),
               "commune_ids": [monde.commune.pk]} | plus  # fmt: skip
    return actions.create_secteur(perimetre=monde.perimetre(qui), **options)


def test_secteur_commun_par_le_plan(monde: Monde) -> None:
    secteur = create(monde, "bob")
    assert list(secteur.communes.all()) == [monde.commune]
    evenement = Evenement.objects.get(nom="secteur.cree", objet_id=secteur.pk)
    assert (evenement.acteur_id, evenement.role) == (monde.bob.pk, "charge_du_plan")


def test_secteur_d_une_organisation_par_son_administratrice(monde: Monde) -> None:
    secteur = create(monde, "administratrice", organisation_id=monde.operateur.pk)
    listed = list_secteurs(le=JOUR, organisation_ids=[monde.operateur.pk])
    assert list(listed) == [secteur]
    assert list(list_secteurs(le=JOUR, organisation_ids=[monde.ccas.pk])) == []
    assert list(list_secteurs(le=date(2025, 12, 31))) == []


@pytest.mark.parametrize(
    ("qui", "organisation"),
    [("alice", None), ("alice", "operateur"), ("administratrice", None),
     ("administratrice", "ccas"), ("eve", None), ("bob", "operateur")],
)  # fmt: skip
def test_secteur_refuse(monde: Monde, qui: str, organisation: str | None) -> None:
    organisation_id = getattr(monde, organisation).pk if organisation else None
    with pytest.raises(ActeRefuse):
        create(monde, qui, organisation_id=organisation_id)
    assert not Secteur.objects.exists()


@pytest.mark.parametrize(
    ("plus", "champ"),
    [
        ({"commune_ids": []}, "communes"),
        ({"commune_ids": [0]}, "communes"),
        ({"nom": " "}, "nom"),
        ({"au": date(2025, 1, 1)}, "au"),
    ],
)
def test_secteur_mal_saisi(monde: Monde, plus: dict[str, Any], champ: str) -> None:
    with pytest.raises(ErreurMetier) as error:
        create(monde, "bob", **plus)
    assert champ in error.value.champs


def test_secteur_de_communes_actuelles_seulement(monde: Monde) -> None:
    deleguee = Commune.objects.get(code="01015", type="deleguee")
    with pytest.raises(ErreurMetier, match="actuelles"):
        create(monde, "bob", commune_ids=[deleguee.pk])


def test_meme_code_deux_fois(monde: Monde) -> None:
    create(monde, "bob")
    with pytest.raises(ErreurMetier, match="porte déjà ce code"):
        create(monde, "bob")


def test_changer_puis_clore(monde: Monde) -> None:
    secteur = create(monde, "bob")
    perimetre = monde.perimetre("bob")
    mans = actuelle("72181")
    actions.set_communes(perimetre=perimetre, secteur_id=secteur.pk, commune_ids=[mans.pk])
    evenement = Evenement.objects.get(nom="secteur.communes_modifiees")
    assert evenement.donnees == {"avant": {"retirees": ["59392"]}, "apres": {"ajoutees": ["72181"]}}
    with pytest.raises(ErreurMetier, match="précède"):
        actions.close_secteur(perimetre=perimetre, secteur_id=secteur.pk, au=date(2025, 1, 1))
    closed = actions.close_secteur(perimetre=perimetre, secteur_id=secteur.pk, au=date(2026, 6, 30))
    assert list(list_secteurs(le=date(2026, 6, 30))) == [closed]
    assert list(list_secteurs(le=date(2026, 7, 1))) == []
    with pytest.raises(Introuvable):
        actions.close_secteur(perimetre=perimetre, secteur_id=0, au=JOUR)


def test_roles_declares_plus_haut() -> None:
    assert set(Role.values) >= ROLES_DES_SECTEURS
