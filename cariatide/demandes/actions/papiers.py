"""Papers of a saisine: the files sent as pieces, the sheet issued."""

from django.db import transaction

from cariatide.demandes.actions.commun import lock_saisine
from cariatide.demandes.actions.instruction import find_holder_of_pieces, receive_piece
from cariatide.demandes.documents import MODELE, build_contexte
from cariatide.demandes.models import PieceSaisine
from cariatide.demandes.presentation import describe_logement
from cariatide.demandes.queries import OBJET, build_fiche, list_pieces
from cariatide.demandes.statuts import ROLES_LECTEURS
from cariatide.documents.actions import add_piece, issue_document
from cariatide.documents.models import DocumentEmis
from cariatide.documents.statuts import TypePiece
from cariatide.menages.actions import write_fait
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.perimetre import Niveau, Perimetre

# What each piece of the reference list proves, for the list of the household's documents.
TYPES = {
    "identite": TypePiece.IDENTITE,
    "composition": TypePiece.FAMILLE,
    "ressources": TypePiece.RESSOURCES,
    "imposition": TypePiece.RESSOURCES,
    "occupation": TypePiece.BAIL,
    "demande_logement": TypePiece.DEMANDE_LOGEMENT,
    "etat_logement": TypePiece.PHOTO,
}


@transaction.atomic
def send_piece(
    *, perimetre: Perimetre, saisine_id: int, piece_id: int, nom: str, contenu: bytes
) -> PieceSaisine:
    """Join the file of a piece, which is thereby received today.

    Level F: the secretariat checks it, and the prescriber's role goes no further.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    mandat = find_holder_of_pieces(saisine, perimetre)
    attendue = next((p for p in list_pieces(perimetre, saisine_id) if p.pk == piece_id), None)
    if attendue is None:
        raise Introuvable("Cette pièce ne fait pas partie de la saisine.")
    document = add_piece(
        perimetre=perimetre,
        contenu=contenu,
        nom=nom,
        type_=TYPES.get(attendue.code, TypePiece.AUTRE),
        niveau=Niveau.FACTUEL,
        organisation_id=mandat.organisation_id,
        objet=(OBJET, saisine_id),
        menage_id=saisine.menage_id,
        libelle=attendue.libelle,
        obligatoire=attendue.obligatoire,
        mandat=mandat,
    )
    return receive_piece(
        perimetre=perimetre,
        saisine_id=saisine_id,
        piece_id=piece_id,
        recue_le=perimetre.jour,
        document_id=document.pk,
    )


@transaction.atomic
def issue_fiche(*, perimetre: Perimetre, saisine_id: int) -> DocumentEmis:
    """The sheet of the saisine as it stands today, kept for ever; facts alone (level F)."""
    fiche = build_fiche(perimetre, saisine_id)
    saisine = fiche.saisine
    mandat = perimetre.find_mandat(ROLES_LECTEURS)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’établir cette fiche.")
    assert saisine.menage_id is not None  # a draft has no sheet
    document = issue_document(
        perimetre=perimetre,
        modele=MODELE,
        contexte=build_contexte(fiche, describe_logement(saisine), perimetre.jour),
        organisation_id=mandat.organisation_id,
        objet=(OBJET, saisine.pk),
        menage_id=saisine.menage_id,
        titre=f"Fiche de saisine {saisine}",
        mandat=mandat,
    )
    write_fait(
        perimetre=perimetre,
        menage_id=saisine.menage_id,
        le=perimetre.jour,
        domaine="documents",
        titre=f"Fiche de saisine {saisine} établie",
        detail=document.reference,
        source=(OBJET, saisine.pk),
    )
    return document
