"""The only writes on households, their members, their links and their parcours."""

from cariatide.menages.actions.composition import (
    add_membre,
    change_referent,
    end_appartenance,
    separate_menage,
)
from cariatide.menages.actions.creation import (
    DonneesDomicile,
    DonneesMenage,
    DonneesPersonne,
    create_menage,
)
from cariatide.menages.actions.liens import (
    OBJET,
    attach,
    detach,
    lock_menage,
    refresh_recherche,
    write_fait,
)
from cariatide.menages.actions.purge import purge_menage
from cariatide.menages.actions.situation import move_domicile, save_confidentiel, save_social

__all__ = [
    "OBJET",
    "DonneesDomicile",
    "DonneesMenage",
    "DonneesPersonne",
    "add_membre",
    "attach",
    "change_referent",
    "create_menage",
    "detach",
    "end_appartenance",
    "lock_menage",
    "move_domicile",
    "purge_menage",
    "refresh_recherche",
    "save_confidentiel",
    "save_social",
    "separate_menage",
    "write_fait",
]
