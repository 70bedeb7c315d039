"""Writes on works: study, corrections, acts of their life."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from cariatide.amelioration.actions.commun import (
    check_covered,
    lock_operation,
    refuse,
    require_mandat,
    write_journal,
    write_ligne,
)
from cariatide.amelioration.lifecycle import CYCLE
from cariatide.amelioration.models import OperationTravaux
from cariatide.amelioration.queries import OBJET, find_entree, make_contexte
from cariatide.amelioration.rules import check_date, check_fin_prevue
from cariatide.amelioration.statuts import (
    MODIFIABLES,
    ROLES_ETUDE,
    Finalite,
    StatutOperation,
)
from cariatide.echeances.actions import cancel_echeances, plan_echeance, settle_echeance
from cariatide.menages.actions import attach, detach
from cariatide.menages.models import Menage
from cariatide.menages.statuts import MotifRattachement
from cariatide.parc.models import Logement
from cariatide.partenaires.models import Convention
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.references import next_reference

ECHEANCE_FIN = "travaux.fin_prevue"
S = StatutOperation


@dataclass(frozen=True)
class DonneesOperation:
    """A study as a form gives it."""

    convention_id: int
    finalite: str
    maitre_ouvrage: str
    objet: str
    etudiee_le: date
    menage_id: int | None = None
    logement_adapte: bool = False
    cout: Decimal | None = None
    fin_prevue: date | None = None


def _check_donnees(perimetre: Perimetre, donnees: DonneesOperation, organisation_id: int) -> None:
    if not donnees.objet.strip():
        raise refuse("Dites quels travaux sont étudiés.", "objet")
    if donnees.cout is not None and donnees.cout <= 0:
        raise refuse("Le coût des travaux est supérieur à zéro.", "cout")
    if donnees.menage_id is not None and donnees.finalite != Finalite.MAINTIEN:
        raise refuse(
            "Un logement remis sur le marché n’a pas encore de ménage : son entrée le dira.",
            "menage",
        )
    check_date(donnees.etudiee_le, perimetre.jour, "etudiee_le", None, "")
    check_fin_prevue(donnees.fin_prevue, donnees.etudiee_le)
    if not Convention.objects.filter(
        pk=donnees.convention_id, operateur_id=organisation_id
    ).exists():
        raise refuse("Votre organisation n’opère pas cette convention.", "convention")


@transaction.atomic
def open_operation(
    *, perimetre: Perimetre, logement_id: int, donnees: DonneesOperation
) -> OperationTravaux:
    """Open the study of works on a home; a household that stays opens its file to the team."""
    logement: Logement = Logement.objects.select_for_update(of=("self",)).find_visible(
        perimetre, logement_id
    )
    mandat = require_mandat(perimetre, logement.organisation_id, frozenset(ROLES_ETUDE))
    _check_donnees(perimetre, donnees, logement.organisation_id)
    if donnees.menage_id is not None:
        Menage.objects.find_visible(perimetre, donnees.menage_id)
    operation = OperationTravaux(
        reference=next_reference("T", perimetre.jour.year),
        organisation_id=logement.organisation_id,
        logement=logement,
        **asdict(donnees),
    )
    operation.save(force_insert=True)
    if donnees.menage_id is not None:
        fin = Convention.objects.values_list("au", flat=True).get(pk=donnees.convention_id)
        attach(
            menage_id=donnees.menage_id,
            organisation_id=logement.organisation_id,
            niveau=Niveau.FACTUEL,
            motif=MotifRattachement.TRAVAUX,
            source=(OBJET, operation.pk),
            du=perimetre.jour,
            au=max(fin, perimetre.jour),
            convention_id=donnees.convention_id,
        )
    write_ligne(perimetre, operation, donnees.etudiee_le, "Étude de travaux ouverte")
    write_journal(perimetre, operation, "etudiee", mandat, {}, asdict(donnees))
    return operation


@transaction.atomic
def update_operation(
    *,
    perimetre: Perimetre,
    operation_id: int,
    version: int,
    objet: str,
    maitre_ouvrage: str,
    logement_adapte: bool,
    cout: Decimal | None,
    fin_prevue: date | None,
) -> OperationTravaux:
    """Correct or complete works that are not finished; a financed cost stays covered."""
    operation = lock_operation(perimetre, operation_id, version)
    mandat = require_mandat(perimetre, operation.organisation_id, frozenset(ROLES_ETUDE))
    if operation.statut not in MODIFIABLES:
        raise ActeRefuse("Des travaux achevés ou abandonnés ne se modifient plus.")
    if not objet.strip():
        raise refuse("Dites quels travaux sont étudiés.", "objet")
    if cout is not None and cout <= 0:
        raise refuse("Le coût des travaux est supérieur à zéro.", "cout")
    check_fin_prevue(fin_prevue, operation.debut_travaux_le or operation.etudiee_le)
    values: dict[str, object] = {
        "objet": objet.strip(),
        "maitre_ouvrage": maitre_ouvrage,
        "logement_adapte": logement_adapte,
        "cout": cout,
        "fin_prevue": fin_prevue,
    }
    avant = {nom: getattr(operation, nom) for nom in values}
    for nom, valeur in values.items():
        setattr(operation, nom, valeur)
    check_covered(perimetre, operation, "cout")
    operation.version += 1
    operation.save(update_fields=[*values, "version"])
    _plan_fin(perimetre, operation)
    changed = [nom for nom in values if values[nom] != avant[nom]]
    write_journal(
        perimetre,
        operation,
        "modifiee",
        mandat,
        {nom: avant[nom] for nom in changed},
        {nom: values[nom] for nom in changed},
    )
    return operation


def _plan_fin(perimetre: Perimetre, operation: OperationTravaux) -> None:
    """The planned end of works under way is followed by whoever gave its date."""
    objet = (OBJET, operation.pk)
    if operation.statut != S.EN_TRAVAUX or operation.fin_prevue is None:
        return
    plan_echeance(
        code=ECHEANCE_FIN,
        libelle=f"Fin prévue des travaux {operation.reference}",
        objet=objet,
        due_le=operation.fin_prevue,
        organisation_id=operation.organisation_id,
        utilisateur_id=perimetre.utilisateur_id,
        url=reverse("amelioration:operation", args=[operation.pk]),
        menage_id=operation.menage_id,
        menage_libelle=operation.menage.reference if operation.menage else "",
        source="Date donnée au commencement des travaux",
        alerte_jours=14,
    )


@dataclass(frozen=True)
class DonneesActe:
    """What an act is given beside its date."""

    le: date
    motif: str = ""
    reserves: str = ""
    fin_prevue: date | None = None


@transaction.atomic
def advance_operation(
    *, perimetre: Perimetre, operation_id: int, acte: str, version: int, donnees: DonneesActe
) -> OperationTravaux:
    """Do one act of the life of the works, dated. « louer » takes its date from the entry."""
    operation = lock_operation(perimetre, operation_id, version)
    avant = operation.statut
    mandat = CYCLE.apply(operation, acte, make_contexte(perimetre, operation))
    titre, detail, ton = _APPLY[acte](perimetre, operation, donnees)
    operation.version += 1
    operation.save()
    le = operation.louee_le if acte == "louer" else donnees.le
    write_ligne(perimetre, operation, le or donnees.le, titre, detail=detail, ton=ton)
    write_journal(
        perimetre,
        operation,
        operation.statut,
        mandat,
        {"statut": avant},
        {"statut": operation.statut, "le": le, "motif": donnees.motif.strip()},
    )
    return operation


Suite = tuple[str, str, str]  # title, detail and tone of the line of the parcours


def _financer(perimetre: Perimetre, operation: OperationTravaux, donnees: DonneesActe) -> Suite:
    check_date(donnees.le, perimetre.jour, "le", operation.etudiee_le, "l’étude")
    operation.financee_le = donnees.le
    return "Travaux financés", "", "ok"


def _commencer(perimetre: Perimetre, operation: OperationTravaux, donnees: DonneesActe) -> Suite:
    check_date(donnees.le, perimetre.jour, "le", operation.financee_le, "le financement")
    check_fin_prevue(donnees.fin_prevue, donnees.le)
    operation.debut_travaux_le = donnees.le
    operation.fin_prevue = donnees.fin_prevue or operation.fin_prevue
    _plan_fin(perimetre, operation)
    return "Travaux commencés", "", ""


def _achever(perimetre: Perimetre, operation: OperationTravaux, donnees: DonneesActe) -> Suite:
    check_date(donnees.le, perimetre.jour, "le", operation.debut_travaux_le, "le début des travaux")
    operation.achevee_le = donnees.le
    operation.reserves = donnees.reserves.strip()
    settle_echeance(code=ECHEANCE_FIN, objet=(OBJET, operation.pk), le=donnees.le)
    detail = f"{operation.objet}, avec réserves" if operation.reserves else ""
    return "Travaux achevés", detail, "ok"


def _louer(perimetre: Perimetre, operation: OperationTravaux, donnees: DonneesActe) -> Suite:
    entree = find_entree(operation)
    if entree is None:
        raise ActeRefuse("Aucune entrée n’est enregistrée dans ce logement.")
    operation.occupation_id, operation.louee_le = entree
    return "Logement loué après travaux", "", "ok"


def _abandonner(perimetre: Perimetre, operation: OperationTravaux, donnees: DonneesActe) -> Suite:
    last = operation.debut_travaux_le or operation.financee_le or operation.etudiee_le
    check_date(donnees.le, perimetre.jour, "le", last, "l’étape précédente")
    if not donnees.motif.strip():
        raise refuse("Dites pourquoi l’opération est abandonnée.", "motif")
    operation.abandonnee_le = donnees.le
    operation.motif_abandon = donnees.motif.strip()
    cancel_echeances(objet=(OBJET, operation.pk), le=donnees.le)
    detach(source=(OBJET, operation.pk), au=perimetre.jour)
    return "Travaux abandonnés", operation.motif_abandon, "bad"


_APPLY = {
    "financer": _financer,
    "commencer": _commencer,
    "achever": _achever,
    "louer": _louer,
    "abandonner": _abandonner,
}
