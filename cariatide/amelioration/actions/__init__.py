"""The only writes on works and their financing."""

from cariatide.amelioration.actions.financements import (
    DonneesFinancement,
    remove_financement,
    save_financement,
)
from cariatide.amelioration.actions.operations import (
    DonneesActe,
    DonneesOperation,
    advance_operation,
    open_operation,
    update_operation,
)
from cariatide.amelioration.queries import OBJET

__all__ = [
    "OBJET",
    "DonneesActe",
    "DonneesFinancement",
    "DonneesOperation",
    "advance_operation",
    "open_operation",
    "remove_financement",
    "save_financement",
    "update_operation",
]
