"""Whoever has no link reads no row, table by table, by the first lock alone: row rules are open."""

import pytest
from django.apps import apps

from cariatide.partenaires.models import Organisation
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.socle.access import ModeleProtege
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from tests.demonstration.conftest import en_systeme
from tests.distribution import DEBUT, JOUR

# Reads the dates and places of every session, not their cases.
CALENDRIER = {Role.CHARGE_DU_PLAN}
PERSONNE = 999_999_999  # no account bears it


def list_proteges() -> list[type[ModeleProtege]]:
    return [m for m in apps.get_models() if issubclass(m, ModeleProtege)]


def count_visible(perimetre: Perimetre) -> tuple[dict[str, int], int]:
    """Table → rows that this perimeter sees, of those that have some; and how many tables have."""
    seen, filled = {}, 0
    with en_systeme():
        for modele in list_proteges():
            if not modele.objects.unscoped(reason="test").exists():
                continue
            filled += 1
            if n := modele.objects.visible_to(perimetre).count():
                seen[modele._meta.label] = n
    return seen, filled


def test_sans_mandat_aucune_ligne(demonstration: None) -> None:
    seen, filled = count_visible(Perimetre(PERSONNE, "Personne", JOUR))
    assert filled > 30
    assert seen == {}


@pytest.mark.parametrize("niveau", list(Niveau))
def test_une_organisation_sans_lien_ne_lit_rien(demonstration: None, niveau: Niveau) -> None:
    """Every role at once, in an organisation that nothing is linked to."""
    organisation = Organisation.objects.create(
        type=TypeOrganisation.OPERATEUR, nom=f"Sans lien {niveau}",
        nom_normalise=f"sans lien {niveau}", du=DEBUT,
    )  # fmt: skip
    mandats = tuple(
        MandatEnVigueur(-i, organisation.pk, "O", r.value, r.label, niveau, equipe=True)
        for i, r in enumerate(Role, 1)
        if r not in CALENDRIER
    )
    seen, _ = count_visible(Perimetre(PERSONNE, "Personne", JOUR, mandats))
    # Of the whole département, the data-protection officer reads who opened what by exception,
    # who shared what with whom, what people asked and which files are at their term.
    assert set(seen) == {
        "partenaires.SessionException", "conformite.DemandeDroit", "conformite.Partage",
        "conformite.Purge", "conformite.LignePurge",
    }  # fmt: skip
