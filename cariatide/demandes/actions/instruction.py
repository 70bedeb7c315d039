"""Acts of the secretariat before the session: pieces, admissibility, emergency orientation."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse

from cariatide.commission.actions.agenda import inscribe_at_next
from cariatide.demandes.actions.commun import apply_act, finish, lock_saisine
from cariatide.demandes.models import Orientation, PieceSaisine, Saisine
from cariatide.demandes.queries import OBJET, list_pieces, list_pieces_manquantes
from cariatide.demandes.rules import check_le
from cariatide.demandes.statuts import Axe, IssueSaisine, StatutSaisine
from cariatide.echeances.actions import plan_echeance, settle_echeance
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import detach, write_fait
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

PIECES = "saisine.pieces"
# Pieces are asked for and received as long as no session has decided.
_PIECES_OUVERTES = frozenset(
    {
        StatutSaisine.DEPOSEE,
        StatutSaisine.RECEVABLE,
        StatutSaisine.AJOURNEE,
        StatutSaisine.ORIENTEE_PROVISOIRE,
        StatutSaisine.INSCRITE,
    }
)


def _secretariat(saisine: Saisine, perimetre: Perimetre) -> MandatEnVigueur:
    instance = saisine.instance
    mandat = instance and perimetre.find_mandat({Role.SECRETARIAT}, instance.secretariat_id)
    if not mandat:
        raise ActeRefuse("Seul le secrétariat de l’instance saisie peut le faire.")
    return mandat


# -- pieces ------------------------------------------------------------------------------------


@transaction.atomic
def request_pieces(
    *,
    perimetre: Perimetre,
    saisine_id: int,
    codes: Sequence[str],
    attendue_le: date,
    version: int | None = None,
) -> Saisine:
    """Ask the prescriber for missing pieces, for a day; the prescriber is told."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    mandat = _secretariat(saisine, perimetre)
    if saisine.statut not in _PIECES_OUVERTES:
        raise ActeRefuse("Cette saisine n’attend plus de pièces.")
    if attendue_le < perimetre.jour:
        message = "Cette date est passée."
        raise ErreurMetier(message, {"attendue_le": message})
    wanted = [
        p for p in list_pieces(perimetre, saisine_id) if p.code in codes and p.recue_le is None
    ]
    if not wanted:
        message = "Choisissez au moins une pièce qui n’est pas encore reçue."
        raise ErreurMetier(message, {"pieces": message})
    for piece in wanted:
        piece.demandee_le, piece.attendue_le = perimetre.jour, attendue_le
        piece.save(update_fields=["demandee_le", "attendue_le"])
    libelles = ", ".join(p.libelle for p in wanted)
    plan_echeance(
        code=PIECES,
        libelle=f"Pièces à transmettre pour la saisine {saisine}",
        objet=(OBJET, saisine.pk),
        menage_id=saisine.menage_id,
        menage_libelle=str(saisine.menage),
        due_le=attendue_le,
        utilisateur_id=saisine.prescripteur_id,
        organisation_id=saisine.origine_organisation_id,
        url=reverse("demandes:detail", args=[saisine.pk]),
        source=f"Demande de pièces du {format_date(perimetre.jour)}",
    )
    return finish(
        saisine,
        "saisine.pieces_demandees",
        perimetre=perimetre,
        mandat=mandat,
        avant=saisine.statut,
        champs=(),
        titre=f"Pièces demandées pour la saisine {saisine}",
        detail=f"{libelles}, pour le {format_date(attendue_le)}",
        apres={"pieces": [p.code for p in wanted], "attendue_le": attendue_le},
    )


@transaction.atomic
def receive_piece(
    *,
    perimetre: Perimetre,
    saisine_id: int,
    piece_id: int,
    recue_le: date | None,
    document_id: int | None = None,
) -> PieceSaisine:
    """Note that a piece arrived on a day, or (None) that it did not after all.

    By the secretariat, or by the organisation that sent the saisine. When the last required one
    arrives the delay is settled and the secretariat is told.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    mandat = find_holder_of_pieces(saisine, perimetre)
    _check_reception(saisine, recue_le, perimetre.jour)
    pieces = {p.pk: p for p in list_pieces(perimetre, saisine_id)}
    if piece_id not in pieces:
        raise Introuvable("Cette pièce ne fait pas partie de la saisine.")
    piece = pieces[piece_id]
    avant, piece.recue_le = piece.recue_le, recue_le
    piece.document_id = document_id or (piece.document_id if recue_le else None)
    piece.save(update_fields=["recue_le", "document_id"])
    complete = not list_pieces_manquantes(list(pieces.values()))
    if complete:
        settle_echeance(code=PIECES, objet=(OBJET, saisine.pk), le=perimetre.jour)
    write_fait(
        perimetre=perimetre,
        menage_id=saisine.menage_id or 0,
        le=recue_le or perimetre.jour,
        domaine="demandes",
        titre=f"Pièce {'reçue' if recue_le else 'notée non reçue'} pour la saisine {saisine}",
        detail=piece.libelle,
        source=(OBJET, saisine.pk),
    )
    record_evenement(
        "saisine.pieces_completes" if complete and recue_le else "saisine.piece_recue",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=saisine.pk,
        menage_id=saisine.menage_id,
        libelle=str(saisine),
        avant={piece.code: avant},
        apres={piece.code: recue_le},
    )
    return piece


def _check_reception(saisine: Saisine, recue_le: date | None, jour: date) -> None:
    if saisine.statut not in _PIECES_OUVERTES:
        raise ActeRefuse("Cette saisine n’attend plus de pièces.")
    if recue_le is not None and recue_le > jour:
        message = "Cette date est dans l’avenir."
        raise ErreurMetier(message, {"recue_le": message})


def find_holder_of_pieces(saisine: Saisine, perimetre: Perimetre) -> MandatEnVigueur:
    """The mandate that records a piece: the prescriber's organisation or the secretariat."""
    from_origin = perimetre.find_mandat(
        {
            Role.PRESCRIPTEUR,
            Role.TRAVAILLEUR_SOCIAL,
            Role.CHEF_DE_SERVICE,
            Role.CHARGE_DE_CLIENTELE,
        },
        saisine.origine_organisation_id,
    )
    return from_origin or _secretariat(saisine, perimetre)


# -- admissibility -----------------------------------------------------------------------------


@transaction.atomic
def declare_recevable(*, perimetre: Perimetre, saisine_id: int, version: int) -> Saisine:
    """Every required piece is there: the saisine waits for an agenda."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    missing = list_pieces_manquantes(list_pieces(perimetre, saisine_id))
    avant = saisine.statut
    mandat = apply_act(saisine, "recevoir", perimetre, manquantes=missing)
    saisine.recevable_le = perimetre.jour
    settle_echeance(code=PIECES, objet=(OBJET, saisine.pk), le=perimetre.jour)
    return finish(
        saisine,
        "saisine.recevable",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("recevable_le",),
        titre=f"Saisine {saisine} déclarée recevable",
        ton="ok",
    )


@transaction.atomic
def declare_irrecevable(
    *, perimetre: Perimetre, saisine_id: int, motif: str, version: int
) -> Saisine:
    """The saisine cannot be examined, for the reason given; the operator no longer reads it."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    avant = saisine.statut
    mandat = apply_act(saisine, "ecarter", perimetre, motif=motif)
    saisine.irrecevable_le, saisine.motif_irrecevabilite = perimetre.jour, motif.strip()
    release_operateur(saisine, perimetre.jour)
    return finish(
        saisine,
        "saisine.irrecevable",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("irrecevable_le", "motif_irrecevabilite"),
        titre=f"Saisine {saisine} déclarée irrecevable",
        detail=motif.strip(),
        ton="bad",
    )


def release_operateur(saisine: Saisine, le: date) -> None:
    """The operator has no more reason to read the household through this saisine."""
    detach(source=(OBJET, saisine.pk), au=le, motif=MotifRattachement.INSTRUCTION)


# -- emergency, end before a session -----------------------------------------------------------


@transaction.atomic
def orient_provisoirement(
    *, perimetre: Perimetre, saisine_id: int, axe: str, motif: str, version: int
) -> Saisine:
    """Emergency orientation by delegation: carried out at once, ratified at the next session.

    Its ratification is on the agenda by itself: that of the nearest session planned, or of the
    next one as soon as it is.
    """
    saisine = lock_saisine(perimetre, saisine_id, version)
    avant = saisine.statut
    mandat = apply_act(saisine, "orienter_provisoirement", perimetre, axe=axe, motif=motif)
    saisine.provisoire_le, saisine.provisoire_sens = perimetre.jour, axe
    Orientation(
        saisine=saisine,
        sens=axe,
        provisoire=True,
        motif=motif.strip(),
        le=perimetre.jour,
        auteur=f"{perimetre.utilisateur}, par délégation",
    ).save(force_insert=True)
    finish(
        saisine,
        "saisine.orientee_provisoire",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("provisoire_le", "provisoire_sens"),
        titre=f"Orientation provisoire : {Axe(axe).label.lower()}",
        detail=f"Saisine {saisine}, à ratifier à la prochaine séance. {motif.strip()}"[:300],
        apres={"sens": axe},
    )
    assert saisine.instance_id is not None  # check constraint saisine_deposee_complete
    inscribe_at_next(
        perimetre=perimetre,
        instance_id=saisine.instance_id,
        objet_type=OBJET,
        objet_id=saisine.pk,
    )
    return lock_saisine(perimetre, saisine_id)


@transaction.atomic
def dismiss_saisine(
    *, perimetre: Perimetre, saisine_id: int, issue: str, motif: str, version: int
) -> Saisine:
    """The request ends before a decision: withdrawn, moved away, without object."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    avant = saisine.statut
    check_issue(issue)
    mandat = apply_act(saisine, "classer", perimetre, issue=issue, motif=motif)
    saisine.close_le, saisine.issue, saisine.motif_cloture = perimetre.jour, issue, motif.strip()
    release_operateur(saisine, perimetre.jour)
    return finish(
        saisine,
        "saisine.close",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("close_le", "issue", "motif_cloture"),
        titre=f"Saisine {saisine} classée sans suite",
        detail=f"{IssueSaisine(issue).label}. {motif.strip()}"[:300],
        apres={"issue": issue},
    )


def check_issue(issue: str) -> None:
    """Refuse an unknown issue before the life cycle reads it."""
    if issue not in set(IssueSaisine):
        message = "Dites comment la demande se termine."
        raise ErreurMetier(message, {"issue": message})


def check_date_cloture(saisine: Saisine, le: date, jour: date) -> None:
    check_le(le, jour, saisine.date_saisine)
