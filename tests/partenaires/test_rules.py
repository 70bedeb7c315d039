"""Pure rules: SIRET, who administers, who grants which role."""

from datetime import date

import pytest

from cariatide.partenaires.rules import (
    ROLES_RESERVES,
    clean_siret,
    find_administration,
    find_mandat_convention,
    is_in_force,
    list_grantable,
)
from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

JOUR = date(2026, 11, 22)


def perimetre(*mandats: tuple[str, int]) -> Perimetre:
    return Perimetre(
        utilisateur_id=1,
        utilisateur="Essai",
        jour=JOUR,
        mandats=tuple(
            MandatEnVigueur(i, organisation, f"O{organisation}", role, role, Niveau.AGREGE)
            for i, (role, organisation) in enumerate(mandats)
        ),
    )


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("", ""),
        ("  ", ""),
        ("73282932000074", "73282932000074"),
        ("732 829 320 00074", "73282932000074"),
        ("732\u00a0829\u202f320 00074", "73282932000074"),
        ("35600000000048", "35600000000048"),  # La Poste has its own key
    ],
)
def test_siret(texte: str, attendu: str) -> None:
    assert clean_siret(texte) == attendu


@pytest.mark.parametrize("texte", ["73282932000075", "7328293200007", "7328293200007A", "0"])
def test_siret_refuse(texte: str) -> None:
    with pytest.raises(ValueError, match="quatorze chiffres"):
        clean_siret(texte)


def test_administrateur_administre_la_sienne_seule() -> None:
    sien = perimetre((Role.ADMINISTRATEUR, 7))
    assert find_administration(sien, 7) is not None
    assert find_administration(sien, 8) is None
    technique = perimetre((Role.ADMINISTRATEUR_TECHNIQUE, 7))
    assert find_administration(technique, 8) is not None
    assert find_administration(perimetre((Role.CHEF_DE_SERVICE, 7)), 7) is None


def test_le_mandat_le_plus_proche_est_nomme() -> None:
    deux = perimetre((Role.ADMINISTRATEUR_TECHNIQUE, 1), (Role.ADMINISTRATEUR, 7))
    mandat = find_administration(deux, 7)
    assert mandat is not None and mandat.role == Role.ADMINISTRATEUR
    mandat = find_administration(deux, 8)
    assert mandat is not None and mandat.role == Role.ADMINISTRATEUR_TECHNIQUE


def test_roles_accordables() -> None:
    accordables = list_grantable(perimetre((Role.ADMINISTRATEUR, 7)), 7)
    assert Role.TRAVAILLEUR_SOCIAL in accordables and Role.ADMINISTRATEUR in accordables
    assert not ROLES_RESERVES & set(accordables)
    assert list_grantable(perimetre((Role.ADMINISTRATEUR, 7)), 8) == []
    assert list_grantable(perimetre((Role.ADMINISTRATEUR_TECHNIQUE, 1)), 8) == list(Role)
    assert list_grantable(perimetre((Role.SECRETARIAT, 7)), 7) == []


def test_une_convention_est_ecrite_par_son_commanditaire() -> None:
    assert find_mandat_convention(perimetre((Role.CHARGE_DU_PLAN, 7)), 7) is not None
    assert find_mandat_convention(perimetre((Role.CHARGE_DU_PLAN, 7)), 8) is None
    assert find_mandat_convention(perimetre((Role.FINANCEUR, 7)), 7) is None
    assert find_mandat_convention(perimetre((Role.ADMINISTRATEUR_TECHNIQUE, 1)), 8) is not None


@pytest.mark.parametrize(
    ("du", "au", "attendu"),
    [
        (JOUR, JOUR, True),
        (date(2026, 1, 1), None, True),
        (date(2026, 11, 23), None, False),
        (date(2026, 1, 1), date(2026, 11, 21), False),
    ],
)
def test_en_vigueur_bornes_comprises(du: date, au: date | None, attendu: bool) -> None:
    assert is_in_force(du, au, JOUR) is attendu
