"""The team as its head of service reads it: load, what is late, who hands over to whom."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from cariatide.echeances.models import Echeance
from cariatide.mesures.models import TransfertProgramme
from cariatide.mesures.statuts import StatutTransfert
from cariatide.socle.perimetre import Perimetre

_OUVERTS = (StatutTransfert.PREVU, StatutTransfert.EN_COURS)


def list_transferts(perimetre: Perimetre) -> QuerySet[TransfertProgramme]:
    """Transfers planned or running that concern this person or this team."""
    found: QuerySet[TransfertProgramme] = (
        TransfertProgramme.objects.visible_to(perimetre)
        .filter(statut__in=_OUVERTS)
        .select_related("de", "vers")
        .order_by("du", "pk")
    )
    return found


def add_retards(perimetre: Perimetre, charges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each worker the delays that are late: one query for the team."""
    ids = [c["referent_id"] for c in charges if c["referent_id"]]
    late = Q(due_le__lt=perimetre.jour)
    rows: Iterable[dict[str, Any]] = (
        Echeance.objects.visible_to(perimetre)
        .filter(statut=Echeance.Statut.OUVERTE, utilisateur_id__in=ids)
        .order_by()
        .values("utilisateur_id")
        .annotate(retards=Count("pk", filter=late), ouvertes=Count("pk"))
    )
    par_personne = {row["utilisateur_id"]: row for row in rows}
    return [
        {**c, "echeances_en_retard": par_personne.get(c["referent_id"], {}).get("retards", 0)}
        for c in charges
    ]
