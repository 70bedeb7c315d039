"""The only writes: issue a document, add a piece, note what the scanner says, withdraw it, purge.

The line of the household's parcours is written by the caller, which knows the household.
"""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cariatide.documents.acces import require_menage
from cariatide.documents.antivirus import Verdict, find_analyseur
from cariatide.documents.contextes.base import Contexte
from cariatide.documents.images import strip_metadata
from cariatide.documents.modeles import find_modele
from cariatide.documents.models import FICHIERS, Classable, DocumentEmis, Piece
from cariatide.documents.moteur import to_donnees
from cariatide.documents.queries import papiers_of, rows_of_systeme
from cariatide.documents.rules import (
    ACCEPTES,
    TAILLE_MAX,
    Nature,
    clean_nom,
    compute_report,
    is_heic,
    sniff,
)
from cariatide.documents.statuts import Analyse, TypePiece
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.socle.references import next_reference

PREFIXE = "DOC"


@transaction.atomic
def issue_document(
    *,
    perimetre: Perimetre,
    modele: str,
    contexte: Contexte,
    organisation_id: int,
    objet: tuple[str, int],
    menage_id: int | None = None,
    titre: str = "",
    mandat: MandatEnVigueur | None = None,
    remplace_id: int | None = None,
) -> DocumentEmis:
    """Render, number, keep and journal a document; it never changes afterwards.

    contexte.reference is replaced by the number given here. objet: ("commission.seance", pk).
    titre: factual, shown in lists to whoever may read that level; the template's label by default.
    """
    niveau = contexte.niveau
    mandat = _require_right(perimetre, organisation_id, menage_id, niveau, mandat)
    gabarit = find_modele(modele)
    if not isinstance(contexte, gabarit.contexte):
        raise TypeError(f"{modele} attend un contexte {gabarit.contexte.__name__}.")
    if remplace_id is not None:
        _require_replaceable(perimetre, remplace_id, objet)
    titre = (titre or gabarit.libelle)[:200]
    reference = next_reference(PREFIXE, contexte.etabli_le.year)
    contexte = dataclasses.replace(contexte, reference=reference)
    octets = gabarit.render(contexte, titre=titre)
    document = DocumentEmis(
        reference=reference,
        modele=gabarit.code,
        modele_version=gabarit.version,
        titre=titre,
        titre_normalise=normalise(titre)[:200],
        etabli_le=contexte.etabli_le,
        emis_le=timezone.now(),
        remplace_id=remplace_id,
    )
    _describe(document, perimetre, niveau, organisation_id, objet, menage_id, octets)
    _keep(document, octets, contexte=to_donnees(contexte))
    _record(
        "document.emis",
        perimetre,
        mandat,
        document,
        f"{gabarit.libelle} {reference}",
        {"modele": modele, "titre": titre, "sha256": document.sha256},
    )
    return document


def _check_piece(niveau: Niveau, menage_id: int | None, recue_le: date, jour: date) -> None:
    """What is known before the content is read."""
    if niveau > Niveau.FACTUEL and menage_id is None:
        raise ErreurMetier(
            "Une pièce sociale ou confidentielle concerne un ménage.",
            {"niveau": "Choisissez le niveau factuel, ou rattachez la pièce à un ménage."},
        )
    if recue_le > jour:
        raise ErreurMetier(
            "La date de réception est à venir.",
            {"recue_le": "Une pièce ne peut pas être reçue dans l’avenir."},
        )


@transaction.atomic
def add_piece(
    *,
    perimetre: Perimetre,
    contenu: bytes,
    nom: str,
    type_: str,
    niveau: Niveau,
    organisation_id: int,
    objet: tuple[str, int],
    menage_id: int | None = None,
    libelle: str = "",
    obligatoire: bool = False,
    recue_le: date | None = None,
    mandat: MandatEnVigueur | None = None,
) -> Piece:
    """Keep an uploaded file; what it is is read in its content. Refusals name their field.

    An image is kept without its metadata. With a scanner, the piece waits in quarantine.
    """
    mandat = _require_right(perimetre, organisation_id, menage_id, niveau, mandat)
    recue_le = recue_le or perimetre.jour
    _check_piece(niveau, menage_id, recue_le, perimetre.jour)
    nature = _check_file(contenu)
    contenu = strip_metadata(contenu, nature.type_mime)
    piece = Piece(
        type=TypePiece(type_),
        libelle=(libelle.strip() or TypePiece(type_).label)[:160],
        nom_fichier=clean_nom(nom, nature),
        type_mime=nature.type_mime,
        obligatoire=obligatoire,
        recue_le=recue_le,
        deposee_le=timezone.now(),
        analyse=Analyse.EN_ATTENTE if find_analyseur() else Analyse.NON_ANALYSEE,
    )
    _describe(piece, perimetre, niveau, organisation_id, objet, menage_id, contenu)
    _refuse_twice(perimetre, piece)
    _keep(piece, contenu)
    _record(
        "piece.deposee",
        perimetre,
        mandat,
        piece,
        piece.get_type_display(),
        {"type": piece.type, "taille": piece.taille, "sha256": piece.sha256},
    )
    return piece


@transaction.atomic
def record_verdict(*, perimetre: Perimetre, piece: Piece, verdict: Verdict) -> None:
    """Note what the scanner said; the caller holds the lock on the piece."""
    if verdict.is_sain:
        piece.analyse, piece.analyse_detail = Analyse.SAINE, ""
    elif verdict.trop_grand:
        piece.analyse = Analyse.IMPOSSIBLE
        piece.analyse_detail = "Fichier plus lourd que la limite de l’analyseur."
    else:
        piece.analyse, piece.analyse_detail = Analyse.INFECTEE, verdict.signature[:200]
    piece.analysee_le, piece.analyse_apres = timezone.now(), None
    piece.save(update_fields=["analyse", "analyse_detail", "analysee_le", "analyse_apres"])
    _record(
        f"piece.{piece.analyse}",
        perimetre,
        None,
        piece,
        piece.get_analyse_display(),
        {"analyse": piece.analyse, "detail": piece.analyse_detail},
    )


@transaction.atomic
def postpone_analyse(*, piece: Piece, cause: str) -> None:
    """The scanner did not answer: ask again later, each time a little later."""
    piece.analyse_tentatives = min(piece.analyse_tentatives + 1, 1000)
    piece.analyse_detail = cause[:200]
    delai = timedelta(seconds=compute_report(piece.analyse_tentatives))
    piece.analyse_apres = timezone.now() + delai
    piece.save(update_fields=["analyse_tentatives", "analyse_detail", "analyse_apres"])


@transaction.atomic
def leave_quarantaine() -> int:
    """The service no longer has a scanner: what waited for it is « Non analysée »; how many."""
    attente = rows_of_systeme(Piece).filter(analyse=Analyse.EN_ATTENTE)
    return attente.update(analyse=Analyse.NON_ANALYSEE, analyse_apres=None, analyse_detail="")


@transaction.atomic
def withdraw_piece(*, perimetre: Perimetre, piece_id: int, motif: str) -> Piece:
    """Take a piece out (wrong household, wrong file): its line stays, its content is erased."""
    motif = motif.strip()
    if not motif:
        raise ErreurMetier("Un retrait est motivé.", {"motif": "Dites pourquoi en une phrase."})
    piece: Piece = Piece.objects.select_for_update(of=("self",)).find_visible(perimetre, piece_id)
    mandat = next(
        (m for m in perimetre.mandats if m.organisation_id == piece.organisation_id), None
    )
    if mandat is None:
        raise ActeRefuse("Seule l’organisation qui a déposé une pièce peut la retirer.")
    if piece.retiree_le is not None:
        raise ActeRefuse("Cette pièce est déjà retirée.")
    piece.retiree_le = timezone.now()
    piece.retiree_motif = motif[:200]
    piece.retiree_par = perimetre.utilisateur
    piece.save(update_fields=["retiree_le", "retiree_motif", "retiree_par"])
    FICHIERS[piece.niveau_de_lecture].objects.visible_to(perimetre).filter(
        piece_id=piece.pk
    ).delete()
    _record(
        "piece.retiree",
        perimetre,
        mandat,
        piece,
        piece.get_type_display(),
        {"motif": piece.retiree_motif},
    )
    return piece


@transaction.atomic
def purge_papiers(
    *,
    perimetre: Perimetre,
    menage_ids: Sequence[int],
    objets: Mapping[str, Sequence[int]] | None = None,
) -> dict[str, int]:
    """Erase every document and piece of a household at the end of its retention.

    objets: by type of object, ids whose papers name no household in their row (a session, a
    draft). The only deletion that the database accepts; run by the system, never by a request.
    """
    if perimetre.utilisateur_id is not None:
        raise ActeRefuse("La purge est faite par le système, selon les durées de conservation.")
    papiers = papiers_of(menage_ids, objets or {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cariatide.purge', 'oui', true)")
    effaces = {}
    for classe, lignes in papiers.items():
        cle, champ = classe._meta.label, "document" if classe is DocumentEmis else "piece"
        pks = list(lignes.values_list("pk", flat=True))
        for modele in FICHIERS.values():
            rows_of_systeme(modele).filter(**{f"{champ}_id__in": pks}).delete()
        if classe is DocumentEmis:
            # The later one first: it points to the one it replaces.
            effaces[cle] = sum(d.delete()[0] for d in lignes.order_by("-pk"))
        else:
            effaces[cle] = lignes.delete()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cariatide.purge', '', true)")
    if any(effaces.values()):
        menage_id = menage_ids[0] if menage_ids else None
        record_evenement(
            "documents.purges",
            perimetre=perimetre,
            objet_type="menages.menage",
            objet_id=menage_id or 0,
            menage_id=menage_id,
            apres=effaces,
        )
    return effaces


def _describe(
    ligne: Classable,
    perimetre: Perimetre,
    niveau: Niveau,
    organisation_id: int,
    objet: tuple[str, int],
    menage_id: int | None,
    octets: bytes,
) -> None:
    """What documents and pieces have in common."""
    ligne.niveau = int(niveau)
    ligne.menage_id = menage_id
    ligne.objet_type, ligne.objet_id = objet
    ligne.organisation_id = organisation_id
    ligne.auteur_id = perimetre.utilisateur_id
    ligne.auteur = perimetre.utilisateur
    ligne.taille = len(octets)
    ligne.sha256 = hashlib.sha256(octets).hexdigest()


def _keep(
    ligne: DocumentEmis | Piece, octets: bytes, contexte: dict[str, Any] | None = None
) -> None:
    """Write the line, and its content in the table of its level."""
    ligne.save(force_insert=True)
    champ = "document" if isinstance(ligne, DocumentEmis) else "piece"
    fichier = FICHIERS[ligne.niveau_de_lecture](
        **{champ: ligne}, menage_id=ligne.menage_id, contexte=contexte, octets=octets
    )
    fichier.save(force_insert=True)


def _record(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    ligne: DocumentEmis | Piece,
    libelle: str,
    apres: dict[str, Any],
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ligne._meta.label_lower,
        objet_id=ligne.pk,
        menage_id=ligne.menage_id,
        niveau=ligne.niveau_de_lecture,
        libelle=libelle,
        apres=apres,
    )


def _require_right(
    perimetre: Perimetre,
    organisation_id: int,
    menage_id: int | None,
    niveau: Niveau,
    mandat: MandatEnVigueur | None,
) -> MandatEnVigueur | None:
    """The mandate used, given or not. The system (no person) acts for any organisation."""
    if perimetre.utilisateur_id is None:
        return mandat
    tenus = perimetre.mandats if mandat is None else (mandat,)
    used = next(
        (m for m in tenus if m.organisation_id == organisation_id and m.niveau_max >= niveau), None
    )
    if used is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de le faire pour cette organisation.")
    if menage_id is not None:
        require_menage(perimetre, menage_id, niveau)
    return used


def _require_replaceable(perimetre: Perimetre, document_id: int, objet: tuple[str, int]) -> None:
    ancien: DocumentEmis = DocumentEmis.objects.find_visible(perimetre, document_id)
    if (ancien.objet_type, ancien.objet_id) != objet:
        raise ActeRefuse("Un document en remplace un autre du même dossier.")
    if DocumentEmis.objects.visible_to(perimetre).filter(remplace_id=document_id).exists():
        raise ActeRefuse("Ce document est déjà remplacé : remplacez le plus récent.")


def _check_file(contenu: bytes) -> Nature:
    if not contenu:
        raise ErreurMetier("Le fichier est vide.", {"fichier": "Ce fichier est vide."})
    if len(contenu) > TAILLE_MAX:
        raise ErreurMetier(
            "Le fichier est trop lourd.",
            {"fichier": "Ce fichier dépasse 20 Mo. Réduisez-le, ou séparez-le en plusieurs."},
        )
    nature = sniff(contenu)
    if is_heic(contenu):
        raise ErreurMetier(
            "Cette photographie garde des renseignements que nous ne savons pas effacer.",
            {"fichier": "Enregistrez cette photographie HEIC en JPEG, puis joignez-la."},
        )
    if nature is None:
        raise ErreurMetier(
            "Cette sorte de fichier n’est pas acceptée.",
            {"fichier": f"Joignez un fichier de l’une de ces sortes : {ACCEPTES}, sans macro."},
        )
    return nature


def _refuse_twice(perimetre: Perimetre, piece: Piece) -> None:
    twin = Piece.objects.visible_to(perimetre).filter(
        objet_type=piece.objet_type,
        objet_id=piece.objet_id,
        niveau=piece.niveau,
        sha256=piece.sha256,
        retiree_le__isnull=True,
    )
    if found := twin.first():
        raise ErreurMetier(
            "Ce fichier est déjà joint.",
            {"fichier": f"Ce fichier est déjà joint sous le nom « {found.libelle} »."},
        )
