"""What a perimeter answers: roles, the mandate of an act, organisations by level."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cariatide.socle.perimetre import ExceptionEnVigueur, MandatEnVigueur, Niveau, Perimetre
from tests.distribution import JOUR


def mandat(id_: int, organisation: int, role: str, niveau: Niveau, equipe: bool) -> MandatEnVigueur:
    return MandatEnVigueur(id_, organisation, f"O{organisation}", role, role, niveau, equipe)


A = mandat(1, 10, "technicien", Niveau.FACTUEL, False)
B = mandat(2, 20, "travailleur_social", Niveau.CONFIDENTIEL, False)
C = mandat(3, 20, "chef_de_service", Niveau.SOCIAL, True)
D = mandat(4, 30, "technicien", Niveau.AGREGE, True)
PERIMETRE = Perimetre(1, "Essai", JOUR, (A, B, C, D))


def test_roles() -> None:
    assert PERIMETRE.has_role("technicien")
    assert PERIMETRE.has_role("inconnu", "chef_de_service")
    assert not PERIMETRE.has_role("inconnu")
    assert not PERIMETRE.has_role()
    assert Perimetre(1, "Essai", JOUR).is_empty and not PERIMETRE.is_empty


@pytest.mark.parametrize(
    ("roles", "organisation", "attendu"),
    [
        ({"technicien"}, None, A),
        ({"technicien"}, 30, D),
        ({"technicien"}, 20, None),
        ({"chef_de_service", "travailleur_social"}, 20, B),
        ({"chef_de_service"}, 20, C),
        ({"chef_de_service"}, 10, None),
        ({"inconnu"}, None, None),
        (set(), 10, None),
    ],
)
def test_mandat_d_un_acte(
    roles: set[str], organisation: int | None, attendu: MandatEnVigueur | None
) -> None:
    """The role of one mandate never combines with the organisation of another."""
    assert PERIMETRE.find_mandat(roles, organisation) is attendu


def test_ce_que_des_roles_donnent_par_eux_memes() -> None:
    exception = ExceptionEnVigueur(1, 5, "M-1", "urgence", datetime(2027, 1, 1, tzinfo=UTC))
    ouvert = replace(PERIMETRE, exceptions=(exception,))
    seul = ouvert.only({"technicien", "inconnu"})
    assert (seul.mandats, seul.exceptions) == ((A, D), ())
    assert (seul.utilisateur_id, seul.jour) == (1, JOUR)
    assert ouvert.only(set()).is_empty


def test_organisations_par_niveau() -> None:
    assert PERIMETRE.organisations_at(Niveau.AGREGE) == (10, 20, 30)
    assert PERIMETRE.organisations_at(Niveau.FACTUEL) == (10, 20)
    assert PERIMETRE.organisations_at(Niveau.CONFIDENTIEL) == (20,)
    assert PERIMETRE.equipes_at(Niveau.AGREGE) == (20, 30)
    assert PERIMETRE.equipes_at(Niveau.SOCIAL) == (20,)
    assert PERIMETRE.equipes_at(Niveau.CONFIDENTIEL) == ()


def test_un_acces_d_exception_est_celui_d_un_menage() -> None:
    exceptions = tuple(
        ExceptionEnVigueur(n, 100 + n, f"M-{n}", "Plainte", datetime(2026, 11, 22, 18, tzinfo=UTC))
        for n in (1, 2)
    )
    perimetre = Perimetre(1, "Essai", JOUR, (D,), exceptions)
    assert perimetre.find_exception(102) is exceptions[1]
    assert perimetre.find_exception(101) is exceptions[0]
    assert perimetre.find_exception(103) is None
    assert perimetre.find_exception(None) is None
    assert perimetre.may_read(Niveau.FACTUEL) and not perimetre.may_read(Niveau.SOCIAL)
    assert not replace(perimetre, exceptions=()).may_read(Niveau.FACTUEL)


@pytest.mark.parametrize("niveau", list(Niveau))
def test_un_niveau_se_lit_jusqu_au_sien(niveau: Niveau) -> None:
    perimetre = Perimetre(1, "Essai", JOUR, (mandat(1, 10, "technicien", niveau, True),))
    for lu in Niveau:
        assert perimetre.may_read(lu) is (lu <= niveau)
        assert bool(perimetre.organisations_at(lu)) is (lu <= niveau)
        assert bool(perimetre.equipes_at(lu)) is (lu <= niveau)
