"""Rows of the data-protection officer: conservation, rights, register of processing, sharings."""

from cariatide.conformite.models.conservation import (
    ArchiveDossier,
    DemandeDroit,
    GelConservation,
    LignePurge,
    Purge,
)
from cariatide.conformite.models.partage import (
    BaseLegale,
    ElementPartage,
    ElementPartageSocial,
    Partage,
)
from cariatide.conformite.models.registre import Traitement, VersionTraitement

__all__ = [
    "ArchiveDossier",
    "BaseLegale",
    "DemandeDroit",
    "ElementPartage",
    "ElementPartageSocial",
    "GelConservation",
    "LignePurge",
    "Partage",
    "Purge",
    "Traitement",
    "VersionTraitement",
]
