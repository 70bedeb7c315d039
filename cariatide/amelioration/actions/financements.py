"""Writes on the financing plan."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from cariatide.amelioration.actions.commun import (
    check_covered,
    lock_operation,
    refuse,
    require_mandat,
    write_journal,
)
from cariatide.amelioration.models import FinancementTravaux, OperationTravaux
from cariatide.amelioration.rules import check_date
from cariatide.amelioration.statuts import MODIFIABLES, ROLES_ETUDE, StatutOperation
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Perimetre


@dataclass(frozen=True)
class DonneesFinancement:
    """One line of the financing plan as a form gives it."""

    nature: str
    sollicite: Decimal
    financeur_id: int | None = None
    libelle: str = ""
    accorde: Decimal | None = None
    reponse_le: date | None = None


@transaction.atomic
def save_financement(
    *,
    perimetre: Perimetre,
    operation_id: int,
    version: int,
    donnees: DonneesFinancement,
    financement_id: int | None = None,
) -> FinancementTravaux:
    """Add a line to the financing plan, or write the answer of the funder."""
    operation = lock_operation(perimetre, operation_id, version)
    mandat = require_mandat(perimetre, operation.organisation_id, frozenset(ROLES_ETUDE))
    _check_financement(perimetre, operation, donnees)
    ligne = FinancementTravaux(operation=operation)
    if financement_id is not None:
        ligne = FinancementTravaux.objects.filter(operation=operation).find_visible(
            perimetre, financement_id
        )
    avant = {nom: getattr(ligne, nom) for nom in asdict(donnees)}
    for nom, valeur in asdict(donnees).items():
        setattr(ligne, nom, valeur)
    ligne.save()
    check_covered(perimetre, operation, "accorde")
    operation.version += 1
    operation.save(update_fields=["version"])
    write_journal(
        perimetre,
        operation,
        "financement",
        mandat,
        avant if financement_id is not None else {},
        asdict(donnees),
    )
    return ligne


def _check_financement(
    perimetre: Perimetre, operation: OperationTravaux, donnees: DonneesFinancement
) -> None:
    if operation.statut not in MODIFIABLES:
        raise ActeRefuse("Le plan de financement de travaux achevés ou abandonnés est arrêté.")
    if donnees.financeur_id is None and not donnees.libelle.strip():
        raise refuse("Choisissez un financeur, ou nommez la ressource.", "libelle")
    if donnees.sollicite <= 0:
        raise refuse("Le montant sollicité est supérieur à zéro.", "sollicite")
    if (donnees.accorde is None) != (donnees.reponse_le is None):
        champ = "reponse_le" if donnees.reponse_le is None else "accorde"
        raise refuse("Le montant accordé et la date de la réponse vont ensemble.", champ)
    if donnees.reponse_le is not None:
        check_date(
            donnees.reponse_le, perimetre.jour, "reponse_le", operation.etudiee_le, "l’étude"
        )


@transaction.atomic
def remove_financement(
    *, perimetre: Perimetre, operation_id: int, version: int, financement_id: int
) -> None:
    """Take a line out of a plan still under study."""
    operation = lock_operation(perimetre, operation_id, version)
    mandat = require_mandat(perimetre, operation.organisation_id, frozenset(ROLES_ETUDE))
    if operation.statut != StatutOperation.ETUDIEE:
        raise ActeRefuse("Le plan d’une opération financée ne perd plus de ligne.")
    ligne: FinancementTravaux = FinancementTravaux.objects.filter(operation=operation).find_visible(
        perimetre, financement_id
    )
    avant: dict[str, object] = {"nature": ligne.nature, "sollicite": ligne.sollicite}
    ligne.delete()
    operation.version += 1
    operation.save(update_fields=["version"])
    write_journal(perimetre, operation, "financement_retire", mandat, avant, {})
