"""Writes on the list of the reasons of a reorientation: dated, ended, never deleted.

The requests already made keep the code they bear.
"""

from datetime import date

from django.db import transaction

from cariatide.bareme.listes import (
    add_ligne,
    end_ligne,
    require_mandat,
    tell_ligne,
    update_ligne,
)
from cariatide.mesures.models import MotifReorientation
from cariatide.mesures.queries import find_motif_reorientation
from cariatide.socle.perimetre import Perimetre

_DERNIERE = "Une réorientation a toujours un motif : gardez-en un en usage."


@transaction.atomic
def add_motif_reorientation(
    *, perimetre: Perimetre, code: str, libelle: str, du: date, ordre: int = 100, source: str = ""
) -> MotifReorientation:
    """A reason to go on elsewhere, offered by the forms from a date."""
    mandat = require_mandat(perimetre)
    motif = add_ligne(
        MotifReorientation, code=code, libelle=libelle, du=du, ordre=ordre, source=source,
        deja="Un motif de réorientation porte déjà ce code.",
    )  # fmt: skip
    apres = {"code": motif.code, "du": du}
    tell_ligne("motif_reorientation.ajoute", perimetre, mandat, motif, apres)
    return motif


@transaction.atomic
def update_motif_reorientation(
    *, perimetre: Perimetre, motif_reorientation_id: int, libelle: str, ordre: int, source: str = ""
) -> MotifReorientation:
    """Correct the words or the rank of a reason; its code and its dates stay."""
    mandat = require_mandat(perimetre)
    motif = _lock(motif_reorientation_id)
    avant = update_ligne(motif, libelle=libelle, ordre=ordre, source=source)
    apres = {"libelle": motif.libelle, "ordre": ordre, "source": motif.source}
    tell_ligne("motif_reorientation.modifie", perimetre, mandat, motif, apres, avant)
    return motif


@transaction.atomic
def end_motif_reorientation(
    *, perimetre: Perimetre, motif_reorientation_id: int, au: date
) -> MotifReorientation:
    """Offer a reason no longer after a day; the requests that bear it keep it."""
    mandat = require_mandat(perimetre)
    motif = _lock(motif_reorientation_id)
    end_ligne(motif, au, derniere=_DERNIERE)
    tell_ligne("motif_reorientation.termine", perimetre, mandat, motif, {"au": au})
    return motif


def _lock(motif_reorientation_id: int) -> MotifReorientation:
    find_motif_reorientation(motif_reorientation_id)
    return MotifReorientation.objects.select_for_update(of=("self",)).get(pk=motif_reorientation_id)
