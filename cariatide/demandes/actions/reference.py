"""Writes on the lists: motives and required pieces are added, dated and ended, never deleted.

A code never changes meaning: it is what saisines keep. A piece that changes gets a new version
from a date, so that a saisine is judged on the list of its day.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from cariatide.bareme.listes import (
    add_ligne,
    check_end,
    check_open,
    clean,
    clean_code,
    end_ligne,
    refuse,
    require_mandat,
    tell_ligne,
    update_ligne,
)
from cariatide.demandes.models import Motif, PieceRequise
from cariatide.demandes.queries.reference import find_motif, find_piece_requise
from cariatide.demandes.statuts import DISPOSITIFS
from cariatide.socle.perimetre import Perimetre


@transaction.atomic
def add_motif(
    *, perimetre: Perimetre, code: str, libelle: str, du: date, ordre: int = 100, source: str = ""
) -> Motif:
    """A reason to ask an instance, offered by the forms from a date."""
    mandat = require_mandat(perimetre)
    motif = add_ligne(
        Motif, code=code, libelle=libelle, du=du, ordre=ordre, source=source,
        deja="Un motif porte déjà ce code.",
    )  # fmt: skip
    tell_ligne("motif.ajoute", perimetre, mandat, motif, {"code": motif.code, "du": du})
    return motif


@transaction.atomic
def update_motif(
    *, perimetre: Perimetre, motif_id: int, libelle: str, ordre: int, source: str = ""
) -> Motif:
    """Correct the words or the rank of a motive; its code and its dates stay."""
    mandat = require_mandat(perimetre)
    motif = _lock_motif(motif_id)
    avant = update_ligne(motif, libelle=libelle, ordre=ordre, source=source)
    apres = {"libelle": motif.libelle, "ordre": ordre, "source": motif.source}
    tell_ligne("motif.modifie", perimetre, mandat, motif, apres, avant)
    return motif


@transaction.atomic
def end_motif(*, perimetre: Perimetre, motif_id: int, au: date) -> Motif:
    """Offer a motive no longer after a day; saisines that bear it keep it."""
    mandat = require_mandat(perimetre)
    motif = _lock_motif(motif_id)
    end_ligne(motif, au, derniere="Une saisine a toujours un motif : gardez-en un en usage.")
    tell_ligne("motif.termine", perimetre, mandat, motif, {"au": au})
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
    mandat = require_mandat(perimetre)
    if dispositif not in {d.value for d in DISPOSITIFS}:
        raise refuse("dispositif", "Choisissez le dispositif.")
    code = clean_code(code)
    same = PieceRequise.objects.filter(dispositif=dispositif, code=code)
    if same.filter(Q(au__isnull=True) | Q(au__gte=du)).exists():
        raise refuse("code", "Cette pièce est déjà demandée à cette date ou plus tard.")
    piece = PieceRequise.objects.create(
        dispositif=dispositif, code=code, libelle=clean(libelle, "libelle"), ordre=ordre,
        obligatoire=obligatoire, du=du, source=clean(source, "source"),
    )  # fmt: skip
    apres = {"dispositif": dispositif, "code": code, "obligatoire": obligatoire, "du": du}
    tell_ligne("piece_requise.ajoutee", perimetre, mandat, piece, apres)
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
    mandat = require_mandat(perimetre)
    piece = _lock_piece(piece_requise_id)
    check_open(piece)
    if du <= piece.du:
        raise refuse("du", "Choisissez une date postérieure au début de la version actuelle.")
    piece.au = du - timedelta(days=1)
    piece.save(update_fields=["au"])
    suite = PieceRequise.objects.create(
        dispositif=piece.dispositif, code=piece.code, libelle=clean(libelle, "libelle"),
        obligatoire=obligatoire, ordre=ordre, du=du, source=clean(source, "source"),
    )  # fmt: skip
    apres = {"libelle": suite.libelle, "obligatoire": obligatoire, "du": du, "source": suite.source}
    avant = {"libelle": piece.libelle, "obligatoire": piece.obligatoire}
    tell_ligne("piece_requise.revisee", perimetre, mandat, suite, apres, avant)
    return suite


@transaction.atomic
def end_piece_requise(*, perimetre: Perimetre, piece_requise_id: int, au: date) -> PieceRequise:
    """Ask for a piece no longer after a day."""
    mandat = require_mandat(perimetre)
    piece = _lock_piece(piece_requise_id)
    check_end(piece, au)
    piece.au = au
    piece.save(update_fields=["au"])
    tell_ligne("piece_requise.terminee", perimetre, mandat, piece, {"au": au})
    return piece


def _lock_motif(motif_id: int) -> Motif:
    find_motif(motif_id)
    return Motif.objects.select_for_update(of=("self",)).get(pk=motif_id)


def _lock_piece(piece_requise_id: int) -> PieceRequise:
    find_piece_requise(piece_requise_id)
    return PieceRequise.objects.select_for_update(of=("self",)).get(pk=piece_requise_id)
