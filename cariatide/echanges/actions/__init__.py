"""The only writes on batches: receive and check, match again, integrate, cancel as a whole."""

from cariatide.echanges.actions.integration import cancel_lot, forget_lignes, integrate_lot
from cariatide.echanges.actions.listes import delete_filtre, record_export, save_filtre
from cariatide.echanges.actions.reception import (
    ColonnesIntrouvables,
    Fichier,
    match_lot,
    receive_lot,
)

__all__ = [
    "ColonnesIntrouvables",
    "Fichier",
    "cancel_lot",
    "delete_filtre",
    "forget_lignes",
    "integrate_lot",
    "match_lot",
    "receive_lot",
    "record_export",
    "save_filtre",
]
