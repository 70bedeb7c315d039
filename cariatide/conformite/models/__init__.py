"""Rows of the data-protection officer: conservation, rights, register of processing."""

from cariatide.conformite.models.conservation import (
    ArchiveDossier,
    DemandeDroit,
    GelConservation,
    LignePurge,
    Purge,
)
from cariatide.conformite.models.registre import Traitement, VersionTraitement

__all__ = [
    "ArchiveDossier",
    "DemandeDroit",
    "GelConservation",
    "LignePurge",
    "Purge",
    "Traitement",
    "VersionTraitement",
]
