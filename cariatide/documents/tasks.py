"""Background work: one piece at a time goes to the scanner.

The lock, the verdict and the event are one transaction: a worker killed in the middle leaves the
piece in its quarantine, and the next one scans it.
"""

import logging

from django.utils import timezone

from cariatide.documents.actions import leave_quarantaine, postpone_analyse, record_verdict
from cariatide.documents.antivirus import AnalyseurInjoignable, Verdict, find_analyseur
from cariatide.documents.queries import next_to_scan, read_for_scan
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme

log = logging.getLogger("cariatide.antivirus")
MOTIF = "analyse antivirus des pièces"


def scan_next() -> int:
    """Scan the next piece; returns how many were judged (0: nothing to do, or no answer)."""
    perimetre = perimetre_systeme(MOTIF, timezone.localdate())
    analyseur = find_analyseur()
    with ouvre_transaction(perimetre, systeme=MOTIF):
        if analyseur is None:
            return leave_quarantaine()
        piece = next_to_scan()
        if piece is None:
            return 0
        contenu = read_for_scan(piece)
        try:
            verdict = Verdict() if contenu is None else analyseur.scan(contenu)
        except AnalyseurInjoignable as error:
            postpone_analyse(piece=piece, cause=str(error))
            log.warning("analyse remise piece=%s cause=%s", piece.pk, error)
            return 0
        record_verdict(perimetre=perimetre, piece=piece, verdict=verdict)
        return 1
