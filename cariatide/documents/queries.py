"""Reads of documents and pieces: always within the perimeter, and always checked by their hash."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from cariatide.documents.acces import require_menage
from cariatide.documents.models import FICHIERS, DocumentEmis, Piece
from cariatide.documents.statuts import Analyse
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
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
_QUARANTAINE = {
    Analyse.EN_ATTENTE: "Cette pièce est en quarantaine : l’analyse antivirus n’est pas finie. "
    "Revenez dans un instant.",
    Analyse.INFECTEE: "Cette pièce est en quarantaine : l’antivirus y a trouvé un virus. "
    "Retirez-la, et demandez-en une autre copie.",
    Analyse.IMPOSSIBLE: "Cette pièce est en quarantaine : l’antivirus n’a pas pu l’analyser. "
    "Réduisez-la ou séparez-la en plusieurs, puis joignez-la de nouveau.",
}
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


def rows_of_systeme(modele: type[Any]) -> QuerySet[Any]:
    """Every row, for the scanner, the purge and a batch: the worker acts, and nobody reads."""
    rows: QuerySet[Any] = modele.objects.unscoped(reason="analyse, purge et lots de documents")
    return rows


def papiers_of(
    menage_ids: Sequence[int], objets: Mapping[str, Sequence[int]]
) -> dict[type[Any], QuerySet[Any]]:
    """Documents and pieces of these households, and those of these objects without a household."""
    condition = Q(menage_id__in=list(menage_ids))
    for objet_type, ids in objets.items():
        condition |= Q(menage_id__isnull=True, objet_type=objet_type, objet_id__in=list(ids))
    return {modele: rows_of_systeme(modele).filter(condition) for modele in (DocumentEmis, Piece)}


def next_to_scan() -> Piece | None:
    """The next piece that the scanner has not judged, locked: those in quarantine first.

    Another worker skips it; a killed one leaves it as it was.
    """
    now = timezone.now()
    attente = (
        rows_of_systeme(Piece)
        .select_for_update(of=("self",), skip_locked=True)
        .filter(analyse__in=[Analyse.EN_ATTENTE, Analyse.NON_ANALYSEE], retiree_le__isnull=True)
        .filter(Q(analyse_apres__isnull=True) | Q(analyse_apres__lte=now))
        .order_by(Case(When(analyse=Analyse.EN_ATTENTE, then=Value(0)), default=Value(1)), "pk")
    )
    found: Piece | None = attente.first()
    return found


def read_for_scan(piece: Piece) -> bytes | None:
    """The content whoever may read it: the worker sends it to the scanner."""
    fichiers = rows_of_systeme(FICHIERS[piece.niveau_de_lecture])
    fichier = fichiers.filter(piece_id=piece.pk).first()
    return bytes(fichier.octets) if fichier else None


def read_document(perimetre: Perimetre, document: DocumentEmis) -> bytes:
    """The PDF as it was issued. Raises ErreurMetier when the bytes no longer match their hash."""
    fichiers = FICHIERS[document.niveau_de_lecture].objects.visible_to(perimetre)
    return _checked(fichiers.filter(document_id=document.pk).first(), document.sha256)


def read_factuels(document_ids: Sequence[int]) -> dict[int, bytes]:
    """The PDFs of these documents that are of level F, by id, checked by their hash.

    For what gathers letters that an act already chose among those that its author reads.
    """
    fichiers = rows_of_systeme(FICHIERS[Niveau.FACTUEL]).filter(document_id__in=list(document_ids))
    return {
        fichier.document_id: _checked(fichier, fichier.document.sha256)
        for fichier in fichiers.select_related("document").defer("contexte")
    }


def read_contexte(perimetre: Perimetre, document: DocumentEmis) -> dict[str, Any]:
    """What the template received, in canonical form."""
    fichiers = FICHIERS[document.niveau_de_lecture].objects.visible_to(perimetre)
    fichier = fichiers.filter(document_id=document.pk).defer("octets").first()
    if fichier is None:
        raise Introuvable("Le contenu de ce document n’est pas dans votre périmètre.")
    contexte: dict[str, Any] = fichier.contexte
    return contexte


def read_piece(perimetre: Perimetre, piece: Piece) -> bytes:
    """The file as it is kept; Introuvable once withdrawn, ActeRefuse while in quarantine."""
    if piece.en_quarantaine:
        raise ActeRefuse(_QUARANTAINE[Analyse(piece.analyse)])
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


def lecture_archive(perimetre: Perimetre, kwargs: dict[str, Any]) -> list[Lecture]:
    """The archive of a household's pieces: one line for each piece that leaves."""
    menage_id = kwargs["menage_id"]
    require_menage(perimetre, menage_id, Niveau.FACTUEL)
    lues = [
        Lecture(
            "documents.piece", p.pk, menage_id, p.niveau_de_lecture,
            f"{p.get_type_display()} (archive)",
        )
        for p in list_pieces(perimetre, menage_id=menage_id)
        if not p.en_quarantaine
    ]  # fmt: skip
    vide = Lecture("menages.menage", menage_id, menage_id, Niveau.FACTUEL, "Archive sans pièce")
    return lues or [vide]


def lecture_menage(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The list of a household's documents."""
    menage_id = kwargs["menage_id"]
    require_menage(perimetre, menage_id, Niveau.FACTUEL)
    return Lecture("menages.menage", menage_id, menage_id, Niveau.FACTUEL, "Documents du ménage")
