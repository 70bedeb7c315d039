"""What a perimeter answers: roles, the mandate of an act, organisations by level."""

import pytest

from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
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


def test_organisations_par_niveau() -> None:
    assert PERIMETRE.organisations_at(Niveau.AGREGE) == (10, 20, 30)
    assert PERIMETRE.organisations_at(Niveau.FACTUEL) == (10, 20)
    assert PERIMETRE.organisations_at(Niveau.CONFIDENTIEL) == (20,)
    assert PERIMETRE.equipes_at(Niveau.AGREGE) == (20, 30)
    assert PERIMETRE.equipes_at(Niveau.SOCIAL) == (20,)
    assert PERIMETRE.equipes_at(Niveau.CONFIDENTIEL) == ()
