"""What every act on works shares: lock, mandate, journal, parcours, coverage of the cost."""

from datetime import date

from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.queries import OBJET, load_plan
from cariatide.amelioration.statuts import FINANCEES, ROLES_TRAVAUX
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre


def refuse(message: str, champ: str) -> ErreurMetier:
    return ErreurMetier(message, {champ: message})


def lock_operation(perimetre: Perimetre, operation_id: int, version: int) -> OperationTravaux:
    operation: OperationTravaux = (
        OperationTravaux.objects.select_for_update(of=("self",))
        .select_related("logement", "logement__commune", "menage", "convention")
        .find_visible(perimetre, operation_id)
    )
    if operation.version != version:
        raise ConflitDeVersion("Quelqu’un d’autre a modifié cette opération entre-temps.")
    return operation


def require_mandat(
    perimetre: Perimetre, organisation_id: int, roles: frozenset[str] = frozenset(ROLES_TRAVAUX)
) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(roles, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de conduire ces travaux.")
    return mandat


def _niveau(operation: OperationTravaux) -> Niveau:
    """The journal keeps no value of works in the home of a protected household."""
    protege = operation.menage is not None and operation.menage.adresse_protegee
    return Niveau.CONFIDENTIEL if protege else Niveau.FACTUEL


def write_journal(
    perimetre: Perimetre,
    operation: OperationTravaux,
    nom: str,
    mandat: MandatEnVigueur | None,
    avant: dict[str, object],
    apres: dict[str, object],
) -> None:
    record_evenement(
        f"travaux.{nom}",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=operation.pk,
        menage_id=operation.menage_id,
        libelle=operation.reference,
        niveau=_niveau(operation),
        avant=avant,
        apres=apres,
    )


def write_ligne(
    perimetre: Perimetre,
    operation: OperationTravaux,
    le: date,
    titre: str,
    *,
    detail: str = "",
    ton: str = "",
) -> None:
    """A line of the household's parcours, when the works keep one in its home."""
    if operation.menage_id is not None:
        write_fait(
            perimetre=perimetre,
            menage_id=operation.menage_id,
            le=le,
            domaine="amelioration",
            titre=titre,
            detail=detail or operation.objet,
            source=(OBJET, operation.pk),
            ton=ton,
        )


def check_covered(perimetre: Perimetre, operation: OperationTravaux, champ: str) -> None:
    """Once financed, the granted sums keep covering the cost (more is allowed while it changes)."""
    if operation.statut not in FINANCEES:
        return
    plan = load_plan(perimetre, operation)
    if plan.cout is None or plan.reste:
        raise refuse(
            "L’opération est financée : les montants accordés couvrent le coût. "
            "Complétez d’abord le plan, par exemple l’apport du maître d’ouvrage.",
            champ,
        )
