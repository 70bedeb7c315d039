"""Writing the valid lines of a batch, all or nothing, and taking all of it back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cariatide.echanges.actions.commun import lock_lot, record_lot, tell
from cariatide.echanges.lifecycle import CYCLE
from cariatide.echanges.models import LigneImport, LotImport
from cariatide.echanges.ports import LigneRefusee, Verdict, importables
from cariatide.echanges.rules import CONSERVATION_LIGNES
from cariatide.echanges.statuts import StatutLigne, StatutLot
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.masse import TRANCHE
from cariatide.socle.perimetre import Perimetre

_DEJA = """UPDATE echanges_ligneimport AS l
SET statut = 'deja', motifs = '["Cette ligne est déjà importée."]'
WHERE l.lot_id = %s AND l.statut = 'valide' AND EXISTS (
  SELECT FROM echanges_ligneimport AS d WHERE d.cle = l.cle AND d.statut = 'integree')"""
# What was sent is not needed any more once it is written; rejected lines are still to be mended.
_INTEGREE = """UPDATE echanges_ligneimport AS l
SET statut = 'integree', objet_type = v.objet_type, objet_id = v.objet_id,
  cellules = '[]', donnees = '{}'
FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS v(id, objet_type, objet_id)
WHERE l.id = v.id"""


@transaction.atomic
def integrate_lot(*, perimetre: Perimetre, lot_id: int) -> LotImport:
    """Write every valid line, all or nothing; a line refused meanwhile cancels the whole."""
    lot = lock_lot(perimetre, lot_id)
    mandat = CYCLE.apply(lot, "integrer", Contexte(perimetre, perimetre.jour))
    _lock_sender(lot)
    with connection.cursor() as cursor:
        cursor.execute(_DEJA, [lot.pk])
    valid = LigneImport.objects.visible_to(perimetre).filter(
        lot_id=lot.pk, statut=StatutLigne.VALIDE
    )
    total = valid.count()
    if not total:
        raise ActeRefuse("Aucune ligne de ce fichier n’est à intégrer.")
    done = 0
    valides = valid.order_by("numero").values_list("pk", "numero", "cle", "libelle", "donnees")
    while lignes := list(valides[:TRANCHE]):
        _write(lot, lignes, perimetre)
        done += len(lignes)
        tell(perimetre, "integration", done, total)
    lot.integre_le = timezone.now()
    lot.save(update_fields=["statut", "integre_le"])
    record_lot(perimetre, mandat, lot, "import.integre", total)
    return lot


def _lock_sender(lot: LotImport) -> None:
    """Two files of one sender are integrated one after the other: the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('echanges'), hashtext(%s))",
            [f"{lot.genre} {lot.organisation_id}"],
        )


def _write(lot: LotImport, lignes: Sequence[tuple[Any, ...]], perimetre: Perimetre) -> None:
    verdicts = [Verdict(*ligne[1:]) for ligne in lignes]
    try:
        objets = importables.get(lot.genre).apply(verdicts, lot.options, perimetre)
    except LigneRefusee as error:
        raise ActeRefuse(f"{error.message} Rien n’est intégré : corrigez le fichier.") from error
    types, ids = zip(*objets, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_INTEGREE, [[ligne[0] for ligne in lignes], list(types), list(ids)])


@transaction.atomic
def cancel_lot(*, perimetre: Perimetre, lot_id: int) -> LotImport:
    """Give up a checked batch, or undo an integrated one as a whole."""
    lot = lock_lot(perimetre, lot_id)
    integrated = lot.statut == StatutLot.INTEGRE
    mandat = CYCLE.apply(lot, "annuler", Contexte(perimetre, perimetre.jour))
    every = LigneImport.objects.visible_to(perimetre).filter(lot_id=lot.pk)
    lignes = every.filter(statut=StatutLigne.INTEGREE)
    if integrated:
        tell(perimetre, "annulation", 0, 0)
        objets = list(lignes.order_by("-numero").values_list("objet_type", "objet_id"))
        importables.get(lot.genre).revert(objets, perimetre)
    count = lignes.update(statut=StatutLigne.ANNULEE)
    every.update(cellules=[], donnees={})
    lot.annule_le = timezone.now()
    lot.save(update_fields=["statut", "annule_le"])
    record_lot(perimetre, mandat, lot, "import.annule", count)
    return lot


def forget_lignes(jour: date) -> None:
    """Empty what senders wrote in files received long ago."""
    limite = jour - timedelta(days=CONSERVATION_LIGNES)
    LigneImport.objects.unscoped(reason="effacement des lignes reçues il y a longtemps").filter(
        lot__recu_le__date__lt=limite
    ).exclude(cellules=[], donnees={}).update(cellules=[], donnees={})
