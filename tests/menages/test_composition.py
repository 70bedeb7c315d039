"""Who lives together: entries, exits, référent, separation; what is impossible is refused whole."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cariatide.journal.models import Evenement
from cariatide.menages.actions import (
    DonneesPersonne,
    add_membre,
    change_referent,
    end_appartenance,
    separate_menage,
)
from cariatide.menages.models import Appartenance, FaitParcours, Menage, Personne
from cariatide.menages.rules import Membre, check_compositions, compute_age, describe_composition
from cariatide.menages.statuts import MotifDeSortie, RoleMenage
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from tests.distribution import JOUR, Monde, add_menage

ENTREE = date(2026, 1, 15)  # of the référent, born on 4 May 1990
NAISSANCE = date(1990, 5, 4)
R, C, E, A = (RoleMenage.REFERENT, RoleMenage.CONJOINT, RoleMenage.ENFANT, RoleMenage.ASCENDANT)


def membre(role: str, naissance: date | None = None, du: date = ENTREE, au: Any = None) -> Membre:
    return Membre(role, naissance, du, au)


ALICE = membre(R, NAISSANCE)


@pytest.mark.parametrize(
    ("membres", "phrase"),
    [
        ([], "un référent, et un seul"),
        ([membre(C)], "un référent, et un seul"),
        ([ALICE, membre(R, date(1980, 1, 1))], "un référent, et un seul"),
        ([ALICE, membre(C), membre(C)], "deux conjoints"),
        ([membre(R, date(2010, 12, 1))], "au moins 16 ans"),
        ([ALICE, membre(E, date(1989, 1, 1))], "Un enfant ne peut pas être né avant"),
        ([ALICE, membre(E, NAISSANCE)], "Un enfant ne peut pas être né avant"),
        ([ALICE, membre(A, date(1991, 1, 1))], "Un ascendant ne peut pas être né après"),
        # Possible on the first day, no more on the day somebody entered later.
        ([ALICE, membre(C), membre(C, du=date(2026, 3, 1))], "deux conjoints"),
    ],
)
def test_compositions_impossibles(membres: list[Membre], phrase: str) -> None:
    with pytest.raises(ErreurMetier, match=phrase):
        check_compositions(membres, ENTREE)


@pytest.mark.parametrize(
    "membres",
    [
        [ALICE],
        [membre(R)],
        [ALICE, membre(C), membre(E, date(2015, 1, 1)), membre(A, date(1960, 1, 1)), membre(E)],
        [ALICE, membre(C, au=date(2026, 2, 28)), membre(C, du=date(2026, 3, 1))],
        [membre(R, date(2010, 1, 14))],
    ],
)
def test_compositions_possibles(membres: list[Membre]) -> None:
    check_compositions(membres, ENTREE)


def test_age_et_description() -> None:
    assert [compute_age(NAISSANCE, date(2026, 5, j)) for j in (3, 4)] == [35, 36]
    famille = [ALICE, membre(E, date(2008, 11, 22)), membre(E, date(2008, 11, 23)), membre(E)]
    assert describe_composition(famille, JOUR) == "2 adultes, 2 enfants"
    assert describe_composition(famille, date(2025, 1, 1)) == "composition non renseignée"


@pytest.fixture
def menage(monde: Monde) -> Menage:
    return add_menage(monde)


def version(menage: Menage) -> int:
    menage.refresh_from_db(from_queryset=Menage.objects.unscoped(reason="test"))
    return menage.version


def enter(
    monde: Monde, menage: Menage, role: str, naissance: date | None, du: date, prenom: str = "Noé"
) -> Appartenance:
    """A person enters, with the version just read."""
    return add_membre(
        perimetre=monde.perimetre("alice"),
        menage_id=menage.pk,
        personne=DonneesPersonne("Lefèvre", prenom, role=role, naissance=naissance),
        du=du,
        version=version(menage),
    )


def leave(monde: Monde, menage: Menage, qui: Appartenance, au: date, **plus: Any) -> Appartenance:
    valeurs: dict[str, Any] = {"motif": MotifDeSortie.AUTRE, "version": version(menage), **plus}
    return end_appartenance(
        perimetre=monde.perimetre("alice"), menage_id=menage.pk, appartenance_id=qui.pk, au=au,
        **valeurs,
    )  # fmt: skip


def refuse(phrase: str, acte: Callable[[], Any], menage: Menage) -> None:
    """The act is refused in those words and leaves nothing behind it."""

    def photo() -> tuple[Any, ...]:
        return (
            version(menage),
            Menage.objects.unscoped(reason="test").count(),
            Personne.objects.unscoped(reason="test").count(),
            list(
                Appartenance.objects.unscoped(reason="test")
                .order_by("pk")
                .values_list("pk", "role", "du", "au")
            ),
            FaitParcours.objects.unscoped(reason="test").count(),
            Evenement.objects.count(),
        )

    before = photo()
    with pytest.raises(ErreurMetier, match=phrase):
        acte()
    assert photo() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "naissance", "du", "phrase"),
    [
        (C, None, date(2026, 11, 23), "dans l’avenir"),
        (E, date(2026, 12, 1), JOUR, "naissance est dans l’avenir"),
        (A, date(1900, 1, 1), JOUR, "plus de 120 ans"),
        (E, date(2026, 6, 1), date(2026, 5, 31), "précède la naissance"),
        (E, date(1980, 1, 1), JOUR, "né avant le référent"),
        (A, date(1995, 1, 1), JOUR, "né après le référent"),
        (R, date(1985, 1, 1), JOUR, "un référent, et un seul"),
        (C, None, date(2026, 1, 14), "un référent, et un seul"),
    ],
)
def test_entrees_refusees(
    monde: Monde, menage: Menage, role: str, naissance: Any, du: date, phrase: str
) -> None:
    refuse(phrase, lambda: enter(monde, menage, role, naissance, du), menage)


@pytest.mark.django_db
def test_un_conjoint_ecrit_apres_le_suivant(monde: Monde, menage: Menage) -> None:
    """The second spouse is known from March; one from February would make two of them."""
    enter(monde, menage, C, None, date(2026, 3, 1), "Sami")
    refuse("deux conjoints", lambda: enter(monde, menage, C, None, date(2026, 2, 1)), menage)


@pytest.mark.django_db
def test_une_version_perimee_ne_change_rien(monde: Monde, menage: Menage) -> None:
    perimee = version(menage)
    enter(monde, menage, C, None, date(2026, 3, 1), "Sami")
    with pytest.raises(ConflitDeVersion):
        add_membre(
            perimetre=monde.perimetre("alice"), menage_id=menage.pk, version=perimee,
            personne=DonneesPersonne("Lefèvre", "Noé", role=E), du=date(2026, 4, 1),
        )  # fmt: skip
    assert Appartenance.objects.unscoped(reason="test").count() == 2


@pytest.mark.django_db
def test_entree_puis_sortie(monde: Monde, menage: Menage) -> None:
    sami = enter(monde, menage, C, date(1988, 1, 1), date(2026, 3, 1), "Sami")
    refuse("précède l’entrée", lambda: leave(monde, menage, sami, date(2026, 2, 28)), menage)
    refuse("dans l’avenir", lambda: leave(monde, menage, sami, date(2026, 11, 23)), menage)
    sortie = leave(monde, menage, sami, date(2026, 9, 30), motif=MotifDeSortie.DECES)
    assert (sortie.au, sortie.motif_sortie) == (date(2026, 9, 30), MotifDeSortie.DECES)
    personne = Personne.objects.unscoped(reason="test").get(pk=sami.personne_id)
    assert personne.deces_le == date(2026, 9, 30)
    refuse("déjà quitté", lambda: leave(monde, menage, sami, JOUR), menage)
    titres = FaitParcours.objects.visible_to(monde.perimetre("alice")).values_list("titre", "date")
    assert {
        ("Entrée dans le ménage : Sami Lefèvre", date(2026, 3, 1)),
        ("Sortie du ménage : Sami Lefèvre", date(2026, 9, 30)),
    } <= set(titres)


@pytest.mark.django_db
def test_le_referent_ne_part_pas_sans_successeur(monde: Monde, menage: Menage) -> None:
    alice = Appartenance.objects.visible_to(monde.perimetre("alice")).get(menage=menage)
    refuse("Désignez d’abord un autre référent", lambda: leave(monde, menage, alice, JOUR), menage)


def change(monde: Monde, menage: Menage, qui: Appartenance, le: date) -> Appartenance:
    return change_referent(
        perimetre=monde.perimetre("alice"), menage_id=menage.pk, appartenance_id=qui.pk, le=le,
        version=version(menage),
    )  # fmt: skip


@pytest.mark.django_db
def test_changer_de_referent(monde: Monde, menage: Menage) -> None:
    sami = enter(monde, menage, C, date(1988, 1, 1), date(2026, 3, 1), "Sami")
    enfant = enter(monde, menage, E, date(2015, 1, 1), date(2026, 3, 1))
    refuse("au moins 16 ans", lambda: change(monde, menage, enfant, date(2026, 6, 1)), menage)
    refuse("précède l’entrée", lambda: change(monde, menage, sami, date(2026, 3, 1)), menage)
    refuse("dans l’avenir", lambda: change(monde, menage, sami, date(2026, 12, 1)), menage)
    change(monde, menage, sami, date(2026, 6, 1))
    roles = Appartenance.objects.visible_to(monde.perimetre("alice")).filter(menage=menage)
    assert sorted(roles.filter(au=None).values_list("personne__prenom", "role")) == [
        ("Camille", C), ("Noé", E), ("Sami", R),
    ]  # fmt: skip
    assert roles.filter(au=date(2026, 5, 31)).count() == 2


def part(monde: Monde, menage: Menage, qui: list[Appartenance], le: date, **plus: Any) -> Menage:
    valeurs: dict[str, Any] = {
        "referent_id": qui[0].pk if qui else 0,
        "motif": MotifDeSortie.AUTRE,
        "version": version(menage),
        **plus,
    }
    return separate_menage(
        perimetre=monde.perimetre("alice"), menage_id=menage.pk,
        appartenance_ids=[a.pk for a in qui], le=le, **valeurs,
    )  # fmt: skip


@pytest.mark.django_db
def test_separation(monde: Monde, menage: Menage) -> None:
    sami = enter(monde, menage, C, date(1988, 1, 1), date(2026, 3, 1), "Sami")
    enfant = enter(monde, menage, E, date(2015, 1, 1), date(2026, 3, 1))
    nouveau = part(monde, menage, [sami, enfant], date(2026, 7, 1))
    alice = monde.perimetre("alice")
    assert (nouveau.issu_de_id, nouveau.commune_id) == (menage.pk, menage.commune_id)
    assert Menage.objects.visible_to(alice).filter(pk=nouveau.pk).exists(), "the rights follow"
    ici = Appartenance.objects.visible_to(alice)
    assert sorted(ici.filter(menage=nouveau).values_list("personne__prenom", "role", "du")) == [
        ("Noé", E, date(2026, 7, 1)), ("Sami", R, date(2026, 7, 1)),
    ]  # fmt: skip
    reste = ici.filter(menage=menage, au=None).values_list("personne__prenom", flat=True)
    assert list(reste) == ["Camille"]
    assert ici.filter(menage=menage, au=date(2026, 6, 30)).count() == 2, "nobody is deleted"


@pytest.mark.django_db
def test_separations_refusees(monde: Monde, menage: Menage) -> None:
    alice = Appartenance.objects.visible_to(monde.perimetre("alice")).get(menage=menage)
    sami = enter(monde, menage, C, date(1988, 1, 1), date(2026, 3, 1), "Sami")
    enfant = enter(monde, menage, E, date(2015, 1, 1), date(2026, 3, 1))
    autre = add_menage(monde, nom="Okafor")
    etranger = Appartenance.objects.visible_to(monde.perimetre("alice")).get(menage=autre)
    juillet = date(2026, 7, 1)
    for phrase, qui, le, plus in (
        ("personnes qui partent", [], juillet, {}),
        ("personnes qui partent", [sami, etranger], juillet, {}),
        ("doit être l’une des personnes", [sami], juillet, {"referent_id": alice.pk}),
        ("autre référent pour le ménage d’origine", [alice], juillet, {}),
        ("précède une entrée", [sami], date(2026, 3, 1), {}),
        ("dans l’avenir", [sami], date(2026, 12, 1), {}),
        ("au moins 16 ans", [enfant], juillet, {}),
    ):
        refuse(phrase, lambda q=qui, d=le, p=plus: part(monde, menage, q, d, **p), menage)
