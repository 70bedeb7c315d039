"""Reads of documents and pieces: always within the perimeter, and always checked by their hash."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet

from cariatide.documents.acces import require_menage
from cariatide.documents.models import FICHIERS, DocumentEmis, Piece
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

TRIS = (
    Tri("recents", "Du plus récent au plus ancien", ("emis_le",), descendant=True),
    Tri("anciens", "Du plus ancien au plus récent", ("emis_le",)),
    Tri("titre", "Par titre", ("titre_normalise",)),
    Tri("titre_desc", "Par titre, de Z à A", ("titre_normalise",), descendant=True),
)
CHAMPS = (
    "pk", "reference", "titre", "modele", "emis_le", "auteur", "niveau", "menage_id", "taille",
    "organisation__nom",
)  # fmt: skip


def list_documents(
    perimetre: Perimetre,
    *,
    menage_id: int | None = None,
    objet: tuple[str, int] | None = None,
) -> QuerySet[DocumentEmis]:
    """Issued documents, the latest first, of a household and/or of one object."""
    documents = DocumentEmis.objects.visible_to(perimetre)
    if menage_id is not None:
        documents = documents.filter(menage_id=menage_id)
    if objet is not None:
        documents = documents.filter(objet_type=objet[0], objet_id=objet[1])
    return documents.order_by("-emis_le", "-pk")


def search_documents(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[DocumentEmis]:
    """The list page: q (reference or words of the title), modele, du, au."""
    documents = DocumentEmis.objects.visible_to(perimetre)
    if q := filtres.get("q"):
        mots = Q()
        for mot in normalise(q).split():
            mots &= Q(titre_normalise__contains=mot)
        documents = documents.filter(mots | Q(reference__iexact=q.strip()))
    if modele := filtres.get("modele"):
        documents = documents.filter(modele=modele)
    if du := filtres.get("du"):
        documents = documents.filter(etabli_le__gte=du)
    if au := filtres.get("au"):
        documents = documents.filter(etabli_le__lte=au)
    return documents


def list_pieces(
    perimetre: Perimetre,
    *,
    menage_id: int | None = None,
    objet: tuple[str, int] | None = None,
    retirees: bool = False,
) -> QuerySet[Piece]:
    """Pieces, the latest first; withdrawn ones only when asked for."""
    pieces = Piece.objects.visible_to(perimetre)
    if menage_id is not None:
        pieces = pieces.filter(menage_id=menage_id)
    if objet is not None:
        pieces = pieces.filter(objet_type=objet[0], objet_id=objet[1])
    if not retirees:
        pieces = pieces.filter(retiree_le__isnull=True)
    return pieces.order_by(F("deposee_le").desc(), "-pk")


def read_document(perimetre: Perimetre, document: DocumentEmis) -> bytes:
    """The PDF as it was issued. Raises ErreurMetier when the bytes no longer match their hash."""
    fichiers = FICHIERS[document.niveau_de_lecture].objects.visible_to(perimetre)
    return _checked(fichiers.filter(document_id=document.pk).first(), document.sha256)


def read_contexte(perimetre: Perimetre, document: DocumentEmis) -> dict[str, Any]:
    """What the template received, in canonical form."""
    fichiers = FICHIERS[document.niveau_de_lecture].objects.visible_to(perimetre)
    fichier = fichiers.filter(document_id=document.pk).defer("octets").first()
    if fichier is None:
        raise Introuvable("Le contenu de ce document n’est pas dans votre périmètre.")
    contexte: dict[str, Any] = fichier.contexte
    return contexte


def read_piece(perimetre: Perimetre, piece: Piece) -> bytes:
    """The file as it was received; Introuvable once withdrawn."""
    fichiers = FICHIERS[piece.niveau_de_lecture].objects.visible_to(perimetre)
    return _checked(fichiers.filter(piece_id=piece.pk).first(), piece.sha256)


def _checked(fichier: Any, sha256: str) -> bytes:
    if fichier is None:
        raise Introuvable("Ce contenu n’existe plus, ou n’est pas dans votre périmètre.")
    octets = bytes(fichier.octets)
    if hashlib.sha256(octets).hexdigest() != sha256:
        raise ErreurMetier(
            "L’empreinte de ce fichier ne correspond plus à celle de son dépôt : il n’est pas "
            "montré. Prévenez l’administrateur de la plateforme."
        )
    return octets


def lecture_document(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the journal keeps of a download."""
    document: DocumentEmis = DocumentEmis.objects.find_visible(perimetre, kwargs["document_id"])
    return Lecture(
        "documents.documentemis",
        document.pk,
        document.menage_id,
        document.niveau_de_lecture,
        document.reference,
    )


def lecture_piece(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    piece: Piece = Piece.objects.find_visible(perimetre, kwargs["piece_id"])
    return Lecture(
        "documents.piece",
        piece.pk,
        piece.menage_id,
        piece.niveau_de_lecture,
        piece.get_type_display(),
    )


def lecture_menage(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The list of a household's documents."""
    menage_id = kwargs["menage_id"]
    require_menage(perimetre, menage_id, Niveau.FACTUEL)
    return Lecture("menages.menage", menage_id, menage_id, Niveau.FACTUEL, "Documents du ménage")
