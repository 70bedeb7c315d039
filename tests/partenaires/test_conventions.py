"""Agreements: preparation, funders, targets, territory, signature, amendments."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cariatide.journal.models import Evenement
from cariatide.partenaires import actions
from cariatide.partenaires.actions import ChangementDemande, DonneesConvention
from cariatide.partenaires.models import Convention, Financement
from cariatide.partenaires.queries import build_fiche_convention, list_page_conventions
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.territoire.models import Arrondissement, Commune
from cariatide.territoire.queries import communes_of
from tests.distribution import JOUR, Monde

pytestmark = pytest.mark.django_db


def donnees(monde: Monde, **plus: Any) -> DonneesConvention:
    valeurs: dict[str, Any] = {
        "type": TypeConvention.ASLL,
        "reference": "ASLL-2027",
        "intitule": "Accompagnement social",
        "commanditaire_id": monde.departement.pk,
        "operateur_id": monde.operateur.pk,
        "du": date(2027, 1, 1),
        "au": date(2029, 12, 31),
        **plus,
    }
    return DonneesConvention(**valeurs)


def create(monde: Monde, **plus: Any) -> Convention:
    return actions.create_convention(
        perimetre=monde.perimetre("bob"), donnees=donnees(monde, **plus)
    )


def test_le_commanditaire_prepare(monde: Monde) -> None:
    convention = create(monde)
    assert convention.signee_le is None
    assert Evenement.objects.get(nom="convention.creee").role == "charge_du_plan"
    with pytest.raises(ErreurMetier, match="de votre organisation"):
        actions.create_convention(
            perimetre=monde.perimetre("administratrice"), donnees=donnees(monde, reference="X")
        )
    with pytest.raises(Introuvable):
        actions.update_convention(
            perimetre=monde.perimetre("administratrice"),
            convention_id=convention.pk, donnees=donnees(monde), version=1,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"reference": " "}, "reference"),
        ({"reference": "mous-2025"}, "reference"),
        ({"intitule": ""}, "intitule"),
        ({"type": "pacte"}, "type"),
        ({"au": date(2026, 1, 1)}, "au"),
        ({"operateur_id": 999_999}, "operateur"),
        ({"du": date(1980, 1, 1)}, "commanditaire"),
    ],
)
def test_mauvaise_saisie(monde: Monde, champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(ErreurMetier) as refus:
        create(monde, **champs)
    assert champ in refus.value.champs


def test_versions(monde: Monde) -> None:
    convention = create(monde)
    bob = monde.perimetre("bob")
    actions.update_convention(
        perimetre=bob, convention_id=convention.pk, version=1,
        donnees=donnees(monde, intitule="Nouvel intitulé"),
    )  # fmt: skip
    with pytest.raises(ConflitDeVersion):
        actions.update_convention(
            perimetre=bob, convention_id=convention.pk, version=1, donnees=donnees(monde)
        )
    convention.refresh_from_db()
    assert (convention.intitule, convention.version) == ("Nouvel intitulé", 2)


def fund(
    monde: Monde, convention: Convention, qui: str, taux: str | None, montant: str | None
) -> Financement:
    convention.refresh_from_db()
    return actions.set_financement(
        perimetre=monde.perimetre("bob"),
        convention_id=convention.pk,
        financeur_id=getattr(monde, qui).pk,
        montant_annuel=Decimal(montant) if montant else None,
        taux=Decimal(taux) if taux else None,
        version=convention.version,
    )


def test_financeurs(monde: Monde) -> None:
    convention = create(monde)
    fund(monde, convention, "departement", "60", "60000.50")
    fund(monde, convention, "prefecture", "40", None)
    with pytest.raises(ErreurMetier, match="dépasse 100"):
        fund(monde, convention, "bailleur", "0.01", None)
    with pytest.raises(ErreurMetier, match="un montant annuel, un taux"):
        fund(monde, convention, "bailleur", None, None)
    with pytest.raises(ErreurMetier, match="négatif"):
        fund(monde, convention, "bailleur", None, "-1")
    fund(monde, convention, "departement", "50", "60000.50")
    fund(monde, convention, "bailleur", "10", "1000")
    fiche = build_fiche_convention(convention.pk)
    assert [(f.financeur.nom, f.taux) for f in fiche.financements] == [
        ("Conseil départemental de test", Decimal(50)),
        ("Logis de test", Decimal(10)),
        ("Préfecture de test", Decimal(40)),
    ]
    assert fiche.total_annuel == Decimal("61000.50")
    convention.refresh_from_db()
    actions.remove_financement(
        perimetre=monde.perimetre("bob"), convention_id=convention.pk,
        financeur_id=monde.bailleur.pk, version=convention.version,
    )  # fmt: skip
    assert convention.financements.count() == 2


def set_target(monde: Monde, convention: Convention, minimum: int, maximum: int | None) -> None:
    convention.refresh_from_db()
    actions.set_objectif(
        perimetre=monde.perimetre("bob"), convention_id=convention.pk, unite="mesures",
        minimum=minimum, maximum=maximum, version=convention.version,
    )  # fmt: skip


def sign(monde: Monde, convention: Convention, le: date = date(2026, 11, 20)) -> Convention:
    convention.refresh_from_db()
    return actions.sign_convention(
        perimetre=monde.perimetre("bob"), convention_id=convention.pk, le=le,
        version=convention.version,
    )  # fmt: skip


def test_objectifs_puis_signature(monde: Monde) -> None:
    convention = create(monde)
    with pytest.raises(ErreurMetier, match="inférieur au minimum"):
        set_target(monde, convention, 30, 20)
    set_target(monde, convention, 20, 30)
    with pytest.raises(ErreurMetier, match="avenir"):
        sign(monde, convention, date(2026, 11, 23))
    sign(monde, convention)
    with pytest.raises(ActeRefuse, match="avenant"):
        set_target(monde, convention, 40, None)
    with pytest.raises(ActeRefuse, match="déjà signée"):
        sign(monde, convention)
    convention.refresh_from_db()
    with pytest.raises(ActeRefuse, match="avenant"):
        actions.update_convention(
            perimetre=monde.perimetre("bob"), convention_id=convention.pk,
            donnees=donnees(monde, au=date(2030, 12, 31)), version=convention.version,
        )  # fmt: skip
    fund(monde, convention, "prefecture", None, "100")  # decided each year: still open


def amend(monde: Monde, **plus: Any) -> Any:
    monde.convention.refresh_from_db()
    valeurs: dict[str, Any] = {
        "signe_le": date(2026, 6, 1),
        "objet": "Prolongation d’un an",
        "version": monde.convention.version,
        **plus,
    }
    return actions.add_avenant(
        perimetre=monde.perimetre("bob"), convention_id=monde.convention.pk, **valeurs
    )


def test_avenant_garde_l_avant_et_l_apres(monde: Monde) -> None:
    avenant = amend(
        monde,
        fin=date(2028, 12, 31),
        objectifs=[ChangementDemande("menages", 25, 35), ChangementDemande("places", 4, None)],
    )
    assert (avenant.numero, avenant.fin_avant, avenant.fin_apres) == (
        1, date(2027, 12, 31), date(2028, 12, 31),
    )  # fmt: skip
    ((_, changements),) = build_fiche_convention(monde.convention.pk).avenants
    bornes = ("unite", "minimum_avant", "maximum_avant", "minimum_apres", "maximum_apres")
    assert [tuple(getattr(c, b) for b in bornes) for c in changements] == [
        ("menages", 20, 30, 25, 35),
        ("places", None, None, 4, None),
    ]
    monde.convention.refresh_from_db()
    assert monde.convention.au == date(2028, 12, 31)
    assert monde.convention.objectifs.get(unite="menages").minimum == 25
    second = amend(monde, objet="Fin des places", signe_le=date(2026, 7, 1),
                   objectifs=[ChangementDemande("places", None)])  # fmt: skip
    assert second.numero == 2
    assert not monde.convention.objectifs.filter(unite="places").exists()
    apres = Evenement.objects.filter(nom="convention.avenant").first()
    assert apres is not None and apres.donnees["apres"]["menages"] == [25, 35]


@pytest.mark.parametrize(
    ("plus", "phrase"),
    [
        ({}, "ne change rien"),
        ({"fin": date(2027, 12, 31)}, "ne change rien"),
        ({"fin": date(2024, 1, 1)}, "précède le début"),
        ({"fin": date(2028, 1, 1), "objet": " "}, "objet"),
        ({"fin": date(2028, 1, 1), "signe_le": date(2027, 1, 1)}, "avenir"),
        ({"fin": date(2028, 1, 1), "signe_le": date(2024, 1, 1)}, "précède celle"),
        ({"objectifs": [ChangementDemande("menages", 30, 20)]}, "inférieur"),
        ({"fin": date(2028, 1, 1), "version": 99}, "Quelqu’un d’autre"),
    ],
)
def test_avenants_refuses(monde: Monde, plus: dict[str, Any], phrase: str) -> None:
    with pytest.raises(ErreurMetier, match=phrase):
        amend(monde, **plus)
    assert not monde.convention.avenants.exists()


def test_un_brouillon_n_a_pas_d_avenant(monde: Monde) -> None:
    convention = create(monde)
    with pytest.raises(ActeRefuse, match="pas signée"):
        actions.add_avenant(
            perimetre=monde.perimetre("bob"), convention_id=convention.pk, signe_le=JOUR,
            objet="Essai", version=1, fin=date(2030, 1, 1),
        )  # fmt: skip


def test_territoire_et_part_de_population(monde: Monde) -> None:
    convention = create(monde)
    arrondissement = Arrondissement.objects.get(nom="Avesnes-sur-Helpe")
    communes = list(communes_of(arrondissement).order_by("code"))
    moitie = [c.pk for c in communes[: len(communes) // 2]]
    convention = actions.set_secteur(
        perimetre=monde.perimetre("bob"), convention_id=convention.pk,
        commune_ids=moitie, version=1,
    )  # fmt: skip
    assert convention.secteur is not None
    assert convention.secteur.organisation_id == monde.departement.pk
    couverture = build_fiche_convention(convention.pk).couvertures[0]
    assert couverture.reference == "Arrondissement : Avesnes-sur-Helpe"
    assert couverture.part.communes == len(moitie)
    attendu = sum(c.population or 0 for c in communes[: len(moitie)])
    total = sum(c.population or 0 for c in communes)
    assert couverture.part.part == Decimal(attendu) / Decimal(total)
    sign(monde, convention)
    convention.refresh_from_db()
    with pytest.raises(ActeRefuse, match="avenant"):
        actions.set_secteur(
            perimetre=monde.perimetre("bob"), convention_id=convention.pk,
            commune_ids=[c.pk for c in communes], version=convention.version,
        )  # fmt: skip
    with pytest.raises(ErreurMetier, match="Déjà dans le territoire"):
        actions.add_avenant(
            perimetre=monde.perimetre("bob"), convention_id=convention.pk,
            signe_le=JOUR, objet="Extension", version=convention.version,
            commune_ids=[communes[0].pk],
        )  # fmt: skip
    actions.add_avenant(
        perimetre=monde.perimetre("bob"), convention_id=convention.pk,
        signe_le=JOUR, objet="Extension", version=convention.version,
        commune_ids=[communes[-1].pk],
    )  # fmt: skip
    (ajout,) = build_fiche_convention(convention.pk).communes_ajoutees
    assert (ajout.commune_id, ajout.du) == (communes[-1].pk, date(2027, 1, 1))


def test_l_administrateur_technique_cree_un_secteur_commun(monde: Monde) -> None:
    convention = create(monde)
    convention = actions.set_secteur(
        perimetre=monde.perimetre("technique"), convention_id=convention.pk,
        commune_ids=[Commune.objects.get(code="59392", type="actuelle").pk], version=1,
    )  # fmt: skip
    assert convention.secteur is not None and convention.secteur.organisation_id is None


def test_liste_filtree(monde: Monde) -> None:
    future = create(monde)
    assert list(list_page_conventions(JOUR, {})) == [monde.convention]
    assert list(list_page_conventions(JOUR, {"etat": "a_venir"})) == [future]
    assert list(list_page_conventions(JOUR, {"etat": "toutes", "type": "asll"})) == [future]
    assert not list_page_conventions(JOUR, {"organisation": monde.ccas.pk}).exists()
