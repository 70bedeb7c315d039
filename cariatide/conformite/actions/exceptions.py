"""Open a household's file by exception, end it before its term."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cariatide.conformite.queries import find_dossier, list_detenteurs, read_heures_maximum
from cariatide.conformite.rules import check_exception
from cariatide.journal.actions import record_evenement
from cariatide.menages.acces import SOURCE_EXCEPTION
from cariatide.menages.actions import attach, detach, write_fait
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.actions import close_session_exception, open_session_exception
from cariatide.partenaires.models import SessionException
from cariatide.partenaires.rules import ROLES_DETENTEUR, ROLES_EXCEPTION
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.pages.composants import format_heure
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre


@transaction.atomic
def open_exception(
    *, perimetre: Perimetre, reference: str, motif: str, heures: int
) -> SessionException:
    """Open one household's file, at level F, for a time and a reason; those who hold it are told.

    Level F alone: the domain model gives the officer motivated samples, and no S nor C.
    """
    mandat = perimetre.find_mandat(ROLES_EXCEPTION)
    if mandat is None:
        raise ActeRefuse("Votre rôle n’ouvre pas d’accès d’exception.")
    motif = motif.strip()
    champs = check_exception(motif, heures, read_heures_maximum(perimetre).entier)
    if champs:
        raise ErreurMetier("L’accès d’exception est motivé et borné.", champs)
    dossier = find_dossier(perimetre, reference)
    detenteurs = list_detenteurs(dossier["pk"], perimetre.jour)
    session = open_session_exception(
        perimetre=perimetre,
        mandat=mandat,
        menage_id=dossier["pk"],
        reference=dossier["reference"],
        motif=motif[:500],
        heures=heures,
        detenteurs=detenteurs,
    )
    attach(
        menage_id=dossier["pk"],
        organisation_id=mandat.organisation_id,
        utilisateur_id=perimetre.utilisateur_id,
        niveau=Niveau.FACTUEL,
        motif=MotifRattachement.EXCEPTION,
        source=(SOURCE_EXCEPTION, session.pk),
        du=perimetre.jour,
        au=max(perimetre.jour, timezone.localdate(session.terme)),
    )
    terme = format_heure(session.terme)
    _tell(
        "exception.ouverte", perimetre, mandat, session, "Accès d’exception ouvert",
        {"motif": motif, "jusqu_au": terme}, f"Jusqu’au {terme}",
    )  # fmt: skip
    return session


@transaction.atomic
def close_exception(*, perimetre: Perimetre, session_id: int) -> SessionException:
    """End an exceptional access before its term: its officer, or a head of who holds the file."""
    session = close_session_exception(perimetre=perimetre, session_id=session_id)
    detach(source=(SOURCE_EXCEPTION, session.pk), au=perimetre.jour)
    mandat = perimetre.find_mandat(ROLES_EXCEPTION | ROLES_DETENTEUR)
    if mandat is None:
        raise ActeRefuse("Votre rôle ne clôt pas d’accès d’exception.")
    _tell(
        "exception.close", perimetre, mandat, session, "Accès d’exception clos avant son terme",
        {"close_par": session.close_par}, "",
    )  # fmt: skip
    return session


def _tell(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    session: SessionException,
    titre: str,
    apres: dict[str, Any],
    detail: str,
) -> None:
    """In the journal, and in the timeline that everybody who reads the file sees."""
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=SOURCE_EXCEPTION,
        objet_id=session.pk,
        menage_id=session.menage_id,
        libelle=session.reference,
        apres=apres,
    )
    write_fait(
        perimetre=perimetre,
        menage_id=session.menage_id,
        le=perimetre.jour,
        domaine="menages",
        titre=titre,
        detail=detail,
        source=(SOURCE_EXCEPTION, session.pk),
        niveau=Niveau.FACTUEL,
    )
