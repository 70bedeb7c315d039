"""Reads of batches."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet

from cariatide.echanges.models import LigneImport, LotImport
from cariatide.echanges.statuts import StatutLigne
from cariatide.socle.perimetre import Perimetre


def list_lots(perimetre: Perimetre) -> QuerySet[LotImport]:
    """Batches of the perimeter, latest first."""
    return LotImport.objects.visible_to(perimetre).order_by("-recu_le", "-id")


def count_lignes(perimetre: Perimetre, lot_id: int) -> dict[str, int]:
    """Number of lines by state, every state present."""
    counts = dict(
        LigneImport.objects.visible_to(perimetre)
        .filter(lot_id=lot_id)
        .order_by()
        .values_list("statut")
        .annotate(n=Count("id"))
    )
    return {str(s): counts.get(str(s), 0) for s in StatutLigne}


def list_lignes(perimetre: Perimetre, lot_id: int, statut: str = "") -> QuerySet[LigneImport]:
    """Lines of a batch in the order of the file."""
    found = LigneImport.objects.visible_to(perimetre).filter(lot_id=lot_id)
    if statut:
        found = found.filter(statut=statut)
    return found.order_by("numero")


def iter_rejets(perimetre: Perimetre, lot: LotImport) -> Iterator[dict[str, Any]]:
    """Rejected lines as the sender wrote them, with the reason, for the file to mend."""
    for ligne in list_lignes(perimetre, lot.pk, StatutLigne.REJETEE).iterator(chunk_size=1000):
        row = {lot.correspondance[code]: valeur for code, valeur in ligne.valeurs.items()}
        yield {"Ligne": ligne.numero, "Motif du rejet": " ".join(ligne.motifs), **row}
