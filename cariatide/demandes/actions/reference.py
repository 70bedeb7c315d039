"""Writes on the lists: motives and required pieces are added, dated and ended, never deleted.

A code never changes meaning: it is what saisines keep. A piece that changes gets a new version
from a date, so that a saisine is judged on the list of its day.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from cariatide.demandes.models import Motif, PieceRequise
from cariatide.demandes.queries.reference import find_motif, find_piece_requise
from cariatide.demandes.rules import is_code
from cariatide.demandes.statuts import DISPOSITIFS, ROLES_LISTES
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

MOTIF, PIECE = "demandes.motif", "demandes.piecerequise"
_CODE = "Un code s’écrit en minuscules sans accent, avec des chiffres et « _ », sur 32 signes."


@transaction.atomic
def add_motif(
    *, perimetre: Perimetre, code: str, libelle: str, du: date, ordre: int = 100, source: str = ""
) -> Motif:
    """A reason to ask an instance, offered by the forms from a date."""
    mandat = _require(perimetre)
    code = _clean_code(code)
    if Motif.objects.filter(code=code).exists():
        raise _refuse("code", "Un motif porte déjà ce code.")
    motif = Motif.objects.create(
        code=code, libelle=_clean(libelle, "libelle"), ordre=ordre, du=du, source=source.strip()
    )
    _tell("motif.ajoute", perimetre, mandat, motif, {"code": code, "du": du})
    return motif


@transaction.atomic
def update_motif(
    *, perimetre: Perimetre, motif_id: int, libelle: str, ordre: int, source: str = ""
) -> Motif:
    """Correct the words or the rank of a motive; its code and its dates stay."""
    mandat = _require(perimetre)
    motif = _lock_motif(motif_id)
    avant = {"libelle": motif.libelle, "ordre": motif.ordre, "source": motif.source}
    motif.libelle, motif.ordre = _clean(libelle, "libelle"), ordre
    motif.source = source.strip()
    motif.save(update_fields=["libelle", "ordre", "source"])
    apres = {"libelle": motif.libelle, "ordre": ordre, "source": motif.source}
    _tell("motif.modifie", perimetre, mandat, motif, apres, avant)
    return motif


@transaction.atomic
def end_motif(*, perimetre: Perimetre, motif_id: int, au: date) -> Motif:
    """Offer a motive no longer after a day; saisines that bear it keep it."""
    mandat = _require(perimetre)
    motif = _lock_motif(motif_id)
    _check_end(motif, au)
    autres = Motif.objects.filter(Q(au__isnull=True) | Q(au__gt=au), du__lte=au)
    if not autres.exclude(pk=motif.pk).exists():
        raise _refuse("au", "Une saisine a toujours un motif : gardez-en un en usage.")
    motif.au = au
    motif.save(update_fields=["au"])
    _tell("motif.termine", perimetre, mandat, motif, {"au": au})
    return motif


@transaction.atomic
def add_piece_requise(
    *,
    perimetre: Perimetre,
    dispositif: str,
    code: str,
    libelle: str,
    obligatoire: bool,
    du: date,
    source: str,
    ordre: int = 100,
) -> PieceRequise:
    """A piece that the saisines of one kind of agreement carry from a date, by which decision."""
    mandat = _require(perimetre)
    if dispositif not in {d.value for d in DISPOSITIFS}:
        raise _refuse("dispositif", "Choisissez le dispositif.")
    code = _clean_code(code)
    same = PieceRequise.objects.filter(dispositif=dispositif, code=code)
    if same.filter(Q(au__isnull=True) | Q(au__gte=du)).exists():
        raise _refuse("code", "Cette pièce est déjà demandée à cette date ou plus tard.")
    piece = PieceRequise.objects.create(
        dispositif=dispositif, code=code, libelle=_clean(libelle, "libelle"), ordre=ordre,
        obligatoire=obligatoire, du=du, source=_clean(source, "source"),
    )  # fmt: skip
    apres = {"dispositif": dispositif, "code": code, "obligatoire": obligatoire, "du": du}
    _tell("piece_requise.ajoutee", perimetre, mandat, piece, apres)
    return piece


@transaction.atomic
def revise_piece_requise(
    *,
    perimetre: Perimetre,
    piece_requise_id: int,
    libelle: str,
    obligatoire: bool,
    ordre: int,
    du: date,
    source: str,
) -> PieceRequise:
    """Change a piece from a date: the present version ends on the eve, saisines before keep it."""
    mandat = _require(perimetre)
    piece = _lock_piece(piece_requise_id)
    _check_open(piece)
    if du <= piece.du:
        raise _refuse("du", "Choisissez une date postérieure au début de la version actuelle.")
    piece.au = du - timedelta(days=1)
    piece.save(update_fields=["au"])
    suite = PieceRequise.objects.create(
        dispositif=piece.dispositif, code=piece.code, libelle=_clean(libelle, "libelle"),
        obligatoire=obligatoire, ordre=ordre, du=du, source=_clean(source, "source"),
    )  # fmt: skip
    apres = {"libelle": suite.libelle, "obligatoire": obligatoire, "du": du, "source": suite.source}
    avant = {"libelle": piece.libelle, "obligatoire": piece.obligatoire}
    _tell("piece_requise.revisee", perimetre, mandat, suite, apres, avant)
    return suite


@transaction.atomic
def end_piece_requise(*, perimetre: Perimetre, piece_requise_id: int, au: date) -> PieceRequise:
    """Ask for a piece no longer after a day."""
    mandat = _require(perimetre)
    piece = _lock_piece(piece_requise_id)
    _check_end(piece, au)
    piece.au = au
    piece.save(update_fields=["au"])
    _tell("piece_requise.terminee", perimetre, mandat, piece, {"au": au})
    return piece


def _require(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_LISTES)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de tenir ces listes.")
    return mandat


def _lock_motif(motif_id: int) -> Motif:
    find_motif(motif_id)
    return Motif.objects.select_for_update(of=("self",)).get(pk=motif_id)


def _lock_piece(piece_requise_id: int) -> PieceRequise:
    find_piece_requise(piece_requise_id)
    return PieceRequise.objects.select_for_update(of=("self",)).get(pk=piece_requise_id)


def _check_open(ligne: Motif | PieceRequise) -> None:
    if ligne.au is not None:
        raise ActeRefuse(f"« {ligne.libelle} » a déjà une fin, le {ligne.au:%d/%m/%Y}.")


def _check_end(ligne: Motif | PieceRequise, au: date) -> None:
    _check_open(ligne)
    if au < ligne.du:
        raise _refuse("au", "La date de fin précède la date de début.")


def _clean(texte: str, champ: str) -> str:
    texte = " ".join(texte.split())
    if not texte:
        raise _refuse(champ, "Ce champ est nécessaire.")
    return texte


def _clean_code(code: str) -> str:
    code = code.strip()
    if not is_code(code):
        raise _refuse("code", _CODE)
    return code


def _refuse(champ: str, phrase: str) -> ErreurMetier:
    return ErreurMetier(phrase, {champ: phrase})


def _tell(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    ligne: Motif | PieceRequise,
    apres: dict[str, Any],
    avant: dict[str, Any] | None = None,
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=MOTIF if isinstance(ligne, Motif) else PIECE,
        objet_id=ligne.pk,
        libelle=ligne.libelle,
        avant=avant or {},
        apres=apres,
    )
