"""Exceptional sessions: a row that opens one file for a time, ended by its term or by somebody.

What the row opens, who is told and what is written of it: `conformite`, which knows households.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.models import SessionException
from cariatide.partenaires.queries import en_cours
from cariatide.partenaires.queries.perimetre import list_en_vigueur
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


@transaction.atomic
def open_session_exception(
    *,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    menage_id: int,
    reference: str,
    motif: str,
    heures: int,
    detenteurs: Sequence[int],
) -> SessionException:
    """Open a file to this person, from now on the clock of the database; once at a time."""
    # One row to lock: two requests of the same person come one after the other.
    utilisateur = Utilisateur.objects.select_for_update(of=("self",)).get(
        pk=perimetre.utilisateur_id or 0
    )
    if any(e.menage_id == menage_id for e in list_en_vigueur(perimetre)):
        raise ActeRefuse("Un accès d’exception vous ouvre déjà ce dossier.")
    session = SessionException(
        utilisateur=utilisateur,
        organisation_id=mandat.organisation_id,
        menage_id=menage_id,
        reference=reference,
        motif=motif,
        detenteurs=list(detenteurs),
        ouverte_le=Now(),
        terme=Now() + timedelta(hours=heures),
    )
    session.save(force_insert=True)
    session.refresh_from_db()
    return session


@transaction.atomic
def close_session_exception(*, perimetre: Perimetre, session_id: int) -> SessionException:
    """End a session before its term; 404 for who may not see it."""
    session: SessionException = SessionException.objects.select_for_update(
        of=("self",)
    ).find_visible(perimetre, session_id)
    closed = (
        SessionException.objects.visible_to(perimetre)
        .filter(en_cours(), pk=session_id)
        .update(close_le=Now(), close_par=perimetre.utilisateur[:200])
    )
    if not closed:
        raise ActeRefuse("Cet accès d’exception a déjà pris fin.")
    session.refresh_from_db()
    return session
