"""Hold a file, lift the hold."""

from typing import Any

from django.db import transaction

from cariatide.conformite.models import GelConservation
from cariatide.conformite.queries import find_reference, list_gels
from cariatide.conformite.rules import ROLES_CONFORMITE
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


@transaction.atomic
def pose_gel(*, perimetre: Perimetre, menage_id: int, motif: str) -> GelConservation:
    """Keep a file whatever its clock says: a procedure, an appeal, a request of a judge."""
    mandat, motif = require_mandat(perimetre), require_motif(motif)
    reference = find_reference(perimetre, menage_id)
    if list_gels(perimetre, menage_id).filter(leve_le__isnull=True).exists():
        raise ActeRefuse("La conservation de ce dossier est déjà gelée.")
    gel = GelConservation(
        menage_id=menage_id,
        motif=motif,
        pose_le=perimetre.jour,
        pose_par=perimetre.utilisateur[:200],
    )
    gel.save(force_insert=True)
    _record("conservation.gelee", perimetre, mandat, menage_id, reference, {"motif": motif})
    return gel


@transaction.atomic
def lift_gel(*, perimetre: Perimetre, menage_id: int, motif: str) -> int:
    """Give a file back to its clock; returns how many holds end (two after a merge)."""
    mandat, motif = require_mandat(perimetre), require_motif(motif)
    reference = find_reference(perimetre, menage_id)
    ouverts = list_gels(perimetre, menage_id).filter(leve_le__isnull=True)
    leves: int = ouverts.update(
        leve_le=perimetre.jour, leve_motif=motif, leve_par=perimetre.utilisateur[:200]
    )
    if not leves:
        raise ActeRefuse("La conservation de ce dossier n’est pas gelée.")
    _record("conservation.levee", perimetre, mandat, menage_id, reference, {"motif": motif})
    return leves


def require_mandat(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_CONFORMITE)
    if mandat is None:
        raise ActeRefuse("Seul le délégué à la protection des données conduit cet acte.")
    return mandat


def require_motif(motif: str) -> str:
    motif = motif.strip()
    if not motif:
        raise ErreurMetier("Cet acte est motivé.", {"motif": "Dites pourquoi en une phrase."})
    return motif[:300]


def _record(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    menage_id: int,
    reference: str,
    apres: dict[str, Any],
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type="menages.menage",
        objet_id=menage_id,
        menage_id=menage_id,
        libelle=reference,
        apres=apres,
    )
