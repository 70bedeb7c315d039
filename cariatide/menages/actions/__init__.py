"""The only writes on households, their members, their links and their parcours."""

from cariatide.menages.actions.budget import ROLES_SITUATION, DonneesLigne, record_situation
from cariatide.menages.actions.composition import (
    add_membre,
    change_referent,
    end_appartenance,
    separate_menage,
)
from cariatide.menages.actions.conservation import (
    bring_back,
    count_purge,
    find_foyer,
    list_blocages,
    put_away,
    wipe,
)
from cariatide.menages.actions.creation import (
    DonneesDomicile,
    DonneesMenage,
    DonneesPersonne,
    create_menage,
)
from cariatide.menages.actions.fusion import ROLES_FUSION, merge_menages, unmerge_menages
from cariatide.menages.actions.liens import (
    OBJET,
    attach,
    build_fait,
    detach,
    lock_menage,
    refresh_recherche,
    write_fait,
)
from cariatide.menages.actions.masse import (
    LienNouveau,
    attach_new,
    create_menages,
    write_faits,
)
from cariatide.menages.actions.purge import purge_menages
from cariatide.menages.actions.rectification import rectify_personne
from cariatide.menages.actions.regroupement import join_menages, undo_regroupement
from cariatide.menages.actions.situation import move_domicile, save_confidentiel, save_social

__all__ = [
    "OBJET",
    "ROLES_FUSION",
    "ROLES_SITUATION",
    "DonneesDomicile",
    "DonneesLigne",
    "DonneesMenage",
    "DonneesPersonne",
    "LienNouveau",
    "add_membre",
    "attach",
    "attach_new",
    "bring_back",
    "build_fait",
    "change_referent",
    "count_purge",
    "create_menage",
    "create_menages",
    "detach",
    "end_appartenance",
    "find_foyer",
    "join_menages",
    "list_blocages",
    "lock_menage",
    "merge_menages",
    "move_domicile",
    "purge_menages",
    "put_away",
    "record_situation",
    "rectify_personne",
    "refresh_recherche",
    "save_confidentiel",
    "save_social",
    "separate_menage",
    "undo_regroupement",
    "unmerge_menages",
    "wipe",
    "write_fait",
    "write_faits",
]
