"""The list of the reasons of a reorientation, for the forms and for those who keep it."""

from datetime import date

from django.db.models import Q, QuerySet

from cariatide.bareme.listes import find_ligne, list_lignes
from cariatide.mesures.models import MotifReorientation
from cariatide.partenaires.queries import en_vigueur


def list_motifs_reorientation(jour: date, garde: int | None = None) -> QuerySet[MotifReorientation]:
    """Reasons in use on that day; `garde`: the one that a request bears, whatever its end."""
    offerts = MotifReorientation.objects.filter(Q(en_vigueur(jour)) | Q(pk=garde))
    return offerts.order_by("ordre", "libelle")


def list_all_motifs_reorientation() -> list[MotifReorientation]:
    """Every reason, those of the past included, in the order of the forms."""
    return list_lignes(MotifReorientation)


def find_motif_reorientation(motif_id: int) -> MotifReorientation:
    return find_ligne(MotifReorientation, motif_id, "Ce motif n’existe pas.")
