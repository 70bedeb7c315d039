"""Lists of motives and required pieces, for those who keep them."""

from itertools import groupby

from cariatide.bareme.listes import find_ligne, list_lignes
from cariatide.demandes.models import Motif, PieceRequise
from cariatide.partenaires.statuts import TypeConvention
from cariatide.socle.erreurs import Introuvable


def list_all_motifs() -> list[Motif]:
    """Every motive, those of the past included, in the order of the forms."""
    return list_lignes(Motif)


def list_pieces_by_dispositif() -> list[tuple[str, list[PieceRequise]]]:
    """(label of the kind of agreement, its pieces by order then date), past ones included."""
    rows = PieceRequise.objects.order_by("dispositif", "ordre", "code", "du", "id")
    return [
        (TypeConvention(dispositif).label, list(pieces))
        for dispositif, pieces in groupby(rows, key=lambda p: p.dispositif)
    ]


def find_motif(motif_id: int) -> Motif:
    return find_ligne(Motif, motif_id, "Ce motif n’existe pas.")


def find_piece_requise(piece_requise_id: int) -> PieceRequise:
    found = PieceRequise.objects.filter(pk=piece_requise_id).first()
    if found is None:
        raise Introuvable("Cette pièce n’existe pas.")
    return found
