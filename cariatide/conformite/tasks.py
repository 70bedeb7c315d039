"""The worker's part of a purge: one file, one transaction; a killed worker goes on from there."""

import logging
from datetime import date

from django.db import DatabaseError, transaction
from django.utils import timezone

from cariatide.conformite.actions.partages import forget_partages
from cariatide.conformite.actions.purges import finish_purge, mark_ligne, run_ligne
from cariatide.conformite.queries import next_ligne, next_to_finish
from cariatide.conformite.statuts import StatutLignePurge
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import perimetre_systeme

log = logging.getLogger("cariatide.purge")
PAQUET = 20
MOTIF = "conservation des dossiers"


def run_purges() -> int:
    """Do a batch of files of the confirmed purges; returns how many pieces of work were done."""
    done = 0
    while done < PAQUET and _run_one():
        done += 1
    return done


def _run_one() -> bool:
    perimetre = perimetre_systeme(MOTIF, timezone.localdate())
    with ouvre_transaction(perimetre, systeme=MOTIF):
        ligne = next_ligne()
        if ligne is None:
            purge = next_to_finish()
            if purge is None:
                return False
            finish_purge(perimetre=perimetre, purge=purge)
            return True
        menage_id = ligne.menage_id
        try:
            with transaction.atomic():
                run_ligne(perimetre=perimetre, ligne=ligne)
        except ErreurMetier as error:
            ligne.menage_id, ligne.bilan = menage_id, {}
            mark_ligne(ligne, StatutLignePurge.ECARTEE, str(error))
        except DatabaseError as error:
            # Said without its text, which may hold what the row holds.
            log.exception("dossier écarté purge=%s ligne=%s", ligne.purge_id, ligne.pk)
            ligne.menage_id, ligne.bilan = menage_id, {}
            motif = f"Erreur technique : {type(error).__name__}."
            mark_ligne(ligne, StatutLignePurge.ECARTEE, motif)
        return True


def run_partages(jour: date) -> None:
    """Once a day: the copies of the sharings that ended are erased, both sides told of a term."""
    forget_partages(perimetre=perimetre_systeme("fin des partages", jour))
