"""Entries of households into homes, for the tests."""

from datetime import date
from typing import Any

from cariatide.baux.actions import DonneesEntree, record_entree
from cariatide.baux.models import Occupation
from cariatide.menages.models import Menage
from cariatide.parc.models import Logement
from tests.distribution import Monde


def entree(monde: Monde, **options: Any) -> DonneesEntree:
    """An entry under the MOUS agreement, on 1 September 2026."""
    valeurs: dict[str, Any] = {
        "nature": "bail",
        "date_signature": date(2026, 9, 1),
        "entree_le": date(2026, 9, 1),
        "convention_id": monde.convention.pk,
    }
    return DonneesEntree(**{**valeurs, **options})


def add_entree(
    monde: Monde, menage: Menage, logement: Logement, qui: str = "alice", **options: Any
) -> Occupation:
    """That household enters that home."""
    perimetre = monde.perimetre(qui)
    if "entree_le" in options:
        options.setdefault("date_signature", options["entree_le"])
    return record_entree(
        perimetre=perimetre,
        menage_id=menage.pk,
        logement_id=logement.pk,
        organisation_id=perimetre.mandats[0].organisation_id,
        donnees=entree(monde, **options),
    )
