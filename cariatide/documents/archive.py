"""A household's pieces in one ZIP file, written while it is sent: one piece in memory at a time."""

import zipfile
from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from cariatide.documents.models import Piece
from cariatide.documents.queries import list_pieces, read_piece
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre

SOMMAIRE = "A LIRE.txt"
_BLOC = 256 * 1024


class _Tampon:
    """What zipfile writes to: a file that only grows, emptied as it is sent."""

    def __init__(self) -> None:
        self._blocs: list[bytes] = []

    def write(self, octets: bytes) -> int:
        self._blocs.append(bytes(octets))
        return len(octets)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        pris = b"".join(self._blocs)
        self._blocs.clear()
        return pris


def stream_pieces(perimetre: Perimetre, menage_id: int, libelle: str) -> Iterator[bytes]:
    """The ZIP of what this perimeter may read, and a summary that names what was left out."""
    tampon = _Tampon()
    lignes = [f"Pièces du ménage {libelle}, au {format_date(perimetre.jour)}.", ""]
    with (
        ouvre_transaction(perimetre, read_only=True),
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_STORED) as archive,
    ):
        for rang, piece in enumerate(list_pieces(perimetre, menage_id=menage_id), 1):
            nom = f"{rang:03} {piece.nom_fichier}"
            try:
                octets = read_piece(perimetre, piece)
            except ErreurMetier as erreur:
                lignes.append(f"{piece.libelle} : non jointe. {erreur.message}")
                continue
            with archive.open(_entry(nom, piece), "w") as entree:
                for debut in range(0, len(octets), _BLOC):
                    entree.write(octets[debut : debut + _BLOC])
                    yield tampon.take()
            lignes.append(
                f"{nom} : {piece.libelle}, {piece.get_type_display()}, niveau "
                f"{piece.niveau_de_lecture.libelle.lower()}, {piece.get_analyse_display().lower()}."
            )
        if len(lignes) == 2:
            lignes.append("Aucune pièce ne se lit avec vos droits.")
        sommaire = zipfile.ZipInfo(SOMMAIRE, _moment(perimetre.jour))
        archive.writestr(sommaire, "\r\n".join([*lignes, ""]))
    yield tampon.take()


def _entry(nom: str, piece: Piece) -> zipfile.ZipInfo:
    deposee = timezone.localtime(piece.deposee_le)
    return zipfile.ZipInfo(nom, deposee.timetuple()[:6])


def _moment(jour: date) -> tuple[int, int, int, int, int, int]:
    return (jour.year, jour.month, jour.day, 0, 0, 0)
