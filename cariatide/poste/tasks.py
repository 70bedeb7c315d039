"""The worker's part: the file of a batch too big to be made while somebody waits."""

from django.utils import timezone

from cariatide.poste.actions import MOTIF, finish_lot
from cariatide.poste.queries import next_lot
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme


def make_lots() -> int:
    """Make the next file; returns how many were made. A killed worker leaves the batch waiting."""
    perimetre = perimetre_systeme(MOTIF, timezone.localdate())
    with ouvre_transaction(perimetre, systeme=MOTIF):
        lot = next_lot()
        if lot is None:
            return 0
        finish_lot(lot=lot, jour=perimetre.jour)
        return 1
