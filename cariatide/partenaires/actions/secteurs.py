"""Sectors, as the pages of the administrators change them.

The acts on the communes belong to territoire; what only this floor knows is added here: a signed
agreement holds its territory, which then changes by an amendment alone.
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries.secteurs import find_secteur
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.actions import close_secteur, set_communes
from cariatide.territoire.models import Secteur


@transaction.atomic
def change_communes(
    *, perimetre: Perimetre, secteur_id: int, commune_ids: Collection[int]
) -> Secteur:
    """Replace the communes of a sector that no signed agreement holds."""
    find_secteur(perimetre, secteur_id)
    signee = Convention.objects.filter(secteur_id=secteur_id, signee_le__isnull=False).first()
    if signee:
        raise ActeRefuse(
            f"La convention {signee.reference}, signée, porte ce secteur : son territoire change "
            "par un avenant."
        )
    return set_communes(perimetre=perimetre, secteur_id=secteur_id, commune_ids=commune_ids)


@transaction.atomic
def end_secteur(*, perimetre: Perimetre, secteur_id: int, au: date) -> Secteur:
    """Give a sector its last day, unless an agreement still runs on it after that day."""
    find_secteur(perimetre, secteur_id)
    encore = Convention.objects.filter(secteur_id=secteur_id, au__gt=au).first()
    if encore:
        raise ActeRefuse(
            f"La convention {encore.reference} porte ce secteur jusqu’au {encore.au:%d/%m/%Y}."
        )
    return close_secteur(perimetre=perimetre, secteur_id=secteur_id, au=au)
