"""The condition of access, limit by limit: level, team, territory, agreement, dates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cariatide.menages.acces import condition_menage, condition_rattache, links_of
from cariatide.menages.actions import attach, write_fait
from cariatide.menages.models import Appartenance, FaitParcours, Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.access import NOTHING
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.territoire.models import Commune, Secteur
from tests.distribution import JOUR, Monde, add_menage

pytestmark = pytest.mark.django_db
HIER = JOUR - timedelta(days=1)


@pytest.fixture
def menage(monde: Monde) -> Menage:
    """Of nobody here but by the link that the test writes; the other one stays closed."""
    add_menage(monde, nom="Voisin")
    return add_menage(monde)


def link(monde: Monde, menage: Menage, **options: object) -> None:
    attach(
        menage_id=menage.pk,
        organisation_id=monde.autre_operateur.pk,
        **{
            "niveau": Niveau.SOCIAL, "motif": MotifRattachement.OPERATEUR, "source": ("tests", 1),
            "du": HIER,
        } | options,
    )  # type: ignore[arg-type]  # fmt: skip


def mandat(monde: Monde, **options: object) -> MandatEnVigueur:
    base = MandatEnVigueur(
        1, monde.autre_operateur.pk, "O", "travailleur_social", "TS", Niveau.CONFIDENTIEL
    )
    return replace(base, **options)  # type: ignore[arg-type]


def reads(
    monde: Monde,
    *mandats: MandatEnVigueur,
    niveau: Niveau = Niveau.FACTUEL,
    qui: int = 999,
    jour: date = JOUR,
) -> bool:
    perimetre = Perimetre(qui, "Essai", jour, mandats)
    rows = Menage.objects.unscoped(reason="test").filter(condition_menage(perimetre, niveau))
    liens = links_of(perimetre, niveau)
    hung = Appartenance.objects.unscoped(reason="test").filter(
        condition_rattache(perimetre, niveau)
    )
    assert rows.exists() == liens.exists() == hung.exists()
    linked = set(liens.values_list("menage_id", flat=True))
    assert set(rows.values_list("pk", flat=True)) == linked
    assert set(hung.values_list("menage_id", flat=True)) == linked
    return bool(linked)


def test_organisation_et_dates(monde: Monde, menage: Menage) -> None:
    assert not reads(monde, mandat(monde))
    link(monde, menage, au=JOUR)
    assert reads(monde, mandat(monde))
    assert not reads(monde)
    assert not reads(monde, mandat(monde, organisation_id=monde.ccas.pk))
    jours = [HIER - timedelta(days=1), HIER, JOUR, JOUR + timedelta(days=1)]
    assert [reads(monde, mandat(monde), jour=j) for j in jours] == [False, True, True, False]


@pytest.mark.parametrize("lien", [Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL])
@pytest.mark.parametrize("role", [Niveau.AGREGE, Niveau.FACTUEL, Niveau.SOCIAL])
@pytest.mark.parametrize("lu", [Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL])
def test_le_plus_bas_du_lien_et_du_role(
    monde: Monde, menage: Menage, lien: Niveau, role: Niveau, lu: Niveau
) -> None:
    link(monde, menage, niveau=lien)
    assert reads(monde, mandat(monde, niveau_max=role), niveau=lu) == (min(lien, role) >= lu)


def test_un_lien_personnel_s_ouvre_a_la_personne_et_a_son_chef(
    monde: Monde, menage: Menage
) -> None:
    link(monde, menage, utilisateur_id=monde.charlie.pk)
    assert reads(monde, mandat(monde), qui=monde.charlie.pk)
    assert not reads(monde, mandat(monde), qui=monde.alice.pk)
    assert reads(monde, mandat(monde, equipe=True), qui=monde.alice.pk)


def test_un_mandat_borne_a_une_convention(monde: Monde, menage: Menage) -> None:
    borne = mandat(monde, convention_id=monde.convention.pk)
    link(monde, menage)
    assert not reads(monde, borne)
    assert reads(monde, mandat(monde))
    link(monde, menage, source=("tests", 2), convention_id=monde.convention.pk)
    assert reads(monde, borne)
    assert not reads(monde, replace(borne, convention_id=monde.convention.pk + 1))


def test_un_mandat_sans_borne_lit_ce_qui_vient_d_une_convention(
    monde: Monde, menage: Menage
) -> None:
    link(monde, menage, convention_id=monde.convention.pk)
    assert reads(monde, mandat(monde))


@pytest.mark.parametrize("lu", [Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL])
def test_le_parcours_se_lit_jusqu_a_son_niveau(monde: Monde, menage: Menage, lu: Niveau) -> None:
    link(monde, menage, niveau=Niveau.CONFIDENTIEL)
    for niveau in (Niveau.FACTUEL, Niveau.SOCIAL, Niveau.CONFIDENTIEL):
        write_fait(
            perimetre=monde.perimetre("alice"), menage_id=menage.pk, le=HIER, domaine="essai",
            titre=f"Niveau {niveau}", source=("essai", int(niveau)), niveau=niveau,
        )  # fmt: skip
    faits = FaitParcours.objects.unscoped(reason="test").filter(domaine="essai")
    perimetre = Perimetre(999, "Essai", JOUR, (mandat(monde, niveau_max=lu),))
    condition = FaitParcours.access_condition(perimetre)
    niveaux = set(faits.filter(condition).values_list("niveau", flat=True))
    assert niveaux == set(range(1, int(lu) + 1))


def test_un_mandat_borne_a_un_secteur(monde: Monde, menage: Menage) -> None:
    link(monde, menage)
    ailleurs = Commune.objects.exclude(pk=menage.commune_id).first()
    ici, la = (Secteur.objects.create(code=n, nom=n, du=HIER) for n in ("Ici", "Là"))
    ici.communes.add(menage.commune_id)
    la.communes.add(ailleurs)
    assert reads(monde, mandat(monde, secteur_id=ici.pk))
    assert not reads(monde, mandat(monde, secteur_id=la.pk))


def test_un_mandat_ne_prete_rien_a_un_autre(monde: Monde, menage: Menage) -> None:
    """High level elsewhere, low level here: what is here is read at the low level."""
    link(monde, menage, niveau=Niveau.CONFIDENTIEL)
    ici = mandat(monde, niveau_max=Niveau.FACTUEL)
    ailleurs = mandat(monde, organisation_id=monde.ccas.pk)
    assert reads(monde, ici, ailleurs)
    assert not reads(monde, ici, ailleurs, niveau=Niveau.SOCIAL)


def test_sans_niveau_la_condition_est_fermee(monde: Monde) -> None:
    perimetre = Perimetre(1, "Essai", JOUR, (mandat(monde, niveau_max=Niveau.FACTUEL),))
    assert condition_menage(perimetre, Niveau.SOCIAL) == NOTHING
    assert condition_menage(perimetre, Niveau.FACTUEL) != NOTHING
