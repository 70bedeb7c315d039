"""The only writes: holds, archives, purges, exceptional accesses, rights, register, sharings."""

from cariatide.conformite.actions.archives import anonymise_dossier, archive_dossier, rend_dossier
from cariatide.conformite.actions.droits import close_demande, record_demande, rectify
from cariatide.conformite.actions.exceptions import close_exception, open_exception
from cariatide.conformite.actions.gels import lift_gel, pose_gel
from cariatide.conformite.actions.partages import (
    DonneesPartage,
    close_partages,
    end_partage,
    forget_partages,
    hand_over_partages,
    open_partage,
)
from cariatide.conformite.actions.purges import abandon_purge, confirm_purge, prepare_purge
from cariatide.conformite.actions.registre import (
    close_traitement,
    create_traitement,
    prefill_registre,
    review_traitement,
    write_version,
)

__all__ = [
    "DonneesPartage",
    "abandon_purge",
    "anonymise_dossier",
    "archive_dossier",
    "close_demande",
    "close_exception",
    "close_partages",
    "close_traitement",
    "confirm_purge",
    "create_traitement",
    "end_partage",
    "forget_partages",
    "hand_over_partages",
    "lift_gel",
    "open_exception",
    "open_partage",
    "pose_gel",
    "prefill_registre",
    "prepare_purge",
    "record_demande",
    "rectify",
    "rend_dossier",
    "review_traitement",
    "write_version",
]
