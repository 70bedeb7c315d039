"""The only writes on homes, owners, diagnoses and offers."""

from cariatide.parc.actions.logements import (
    OBJET,
    DonneesLogement,
    DonneesProprietaire,
    change_proprietaire,
    create_logement,
    create_proprietaire,
    update_logement,
    update_proprietaire,
)
from cariatide.parc.actions.offres import (
    OBJET_OFFRE,
    DonneesDiagnostic,
    ElementVu,
    advance_offre,
    open_offre,
    record_diagnostic,
)

__all__ = [
    "OBJET",
    "OBJET_OFFRE",
    "DonneesDiagnostic",
    "DonneesLogement",
    "DonneesProprietaire",
    "ElementVu",
    "advance_offre",
    "change_proprietaire",
    "create_logement",
    "create_proprietaire",
    "open_offre",
    "record_diagnostic",
    "update_logement",
    "update_proprietaire",
]
