"""How a rule works, from a day on: in service or not, after how long, whose, told above when."""

from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from cariatide.alertes.actions.calcul import compute_alertes, lock_calcul
from cariatide.alertes.models import ReglageAlerte
from cariatide.alertes.queries import find_regle, read_reglages, select_reglages
from cariatide.bareme.actions import ROLES_DE_L_ORGANISATION, set_parametre_local
from cariatide.bareme.queries import find_parametre
from cariatide.bareme.statuts import ROLES_DE_PARAMETRAGE
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

DELAI_MAX, ESCALADE_MAX = 3650, 365


def _mandat(perimetre: Perimetre, organisation_id: int | None) -> MandatEnVigueur:
    roles = ROLES_DE_PARAMETRAGE if organisation_id is None else ROLES_DE_L_ORGANISATION
    mandat = perimetre.find_mandat(roles, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de régler cette alerte.")
    return mandat


@dataclass(frozen=True)
class Choix:
    """What somebody sets of a rule.

    delai: written as a dated value of `bareme` when it changes; None keeps the one in force.
    """

    active: bool
    responsable: str
    delai: int | None
    escalade_jours: int | None


@transaction.atomic
def set_reglage(
    *, perimetre: Perimetre, code: str, organisation_id: int | None, choix: Choix, motif: str
) -> ReglageAlerte:
    """From today; what held before stays written with its dates. The rule is computed again."""
    regle = find_regle(code)
    mandat = _mandat(perimetre, organisation_id)
    _check(regle.responsables, choix, motif)
    lock_calcul()
    actuel = read_reglages(perimetre.jour, [code])[code].of(organisation_id)
    avant = Choix(
        actuel.active,
        actuel.responsable,
        actuel.valeur.entier if actuel.valeur else None,
        actuel.escalade,
    )
    if choix.delai is None:
        choix = replace(choix, delai=avant.delai)
    elif choix.delai != avant.delai:
        _set_delai(perimetre, regle.parametre, choix.delai, organisation_id, motif.strip())
    reglage = _write(perimetre, code, organisation_id, choix, motif.strip())
    record_evenement(
        "alerte.reglee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="alertes.reglagealerte",
        objet_id=reglage.pk,
        libelle=regle.libelle,
        avant=asdict(avant),
        apres=asdict(choix) | {"motif": motif.strip()},
    )
    compute_alertes(perimetre=perimetre, codes=[code])
    return reglage


def _set_delai(
    perimetre: Perimetre, code: str, delai: int, organisation_id: int | None, motif: str
) -> None:
    if not find_parametre(code).local:
        message = "Ce délai est fixé par un texte : il ne se règle pas localement."
        raise ErreurMetier(message, {"delai": message})
    try:
        set_parametre_local(
            perimetre=perimetre, code=code, valeur=delai, du=perimetre.jour, motif=motif,
            organisation_id=organisation_id,
        )  # fmt: skip
    except ErreurMetier as error:
        # That form names a day which this one does not ask.
        raise ErreurMetier(error.message, {"delai": error.message}) from error


def _write(
    perimetre: Perimetre, code: str, organisation_id: int | None, choix: Choix, motif: str
) -> ReglageAlerte:
    jour = perimetre.jour
    rows = select_reglages(code, organisation_id)
    # Two settings of one day: the last holds, the journal keeps both.
    rows.filter(du=jour).delete()
    rows.filter(Q(au__isnull=True) | Q(au__gte=jour)).update(au=jour - timedelta(days=1))
    reglage = ReglageAlerte(
        regle=code, organisation_id=organisation_id, active=choix.active,
        responsable=choix.responsable, escalade_jours=choix.escalade_jours, du=jour, motif=motif,
        auteur=perimetre.utilisateur,
    )  # fmt: skip
    reglage.save(force_insert=True)
    return reglage


def _check(responsables: tuple[str, ...], choix: Choix, motif: str) -> None:
    champs = {}
    if choix.responsable and choix.responsable not in responsables:
        champs["responsable"] = "Cette règle ne peut pas lui être confiée."
    if choix.delai is not None and not 1 <= choix.delai <= DELAI_MAX:
        champs["delai"] = f"Écrivez un nombre entre 1 et {DELAI_MAX}."
    if choix.escalade_jours is not None and not 1 <= choix.escalade_jours <= ESCALADE_MAX:
        champs["escalade_jours"] = f"Écrivez un nombre de jours entre 1 et {ESCALADE_MAX}."
    if not motif.strip():
        champs["motif"] = "Indiquez la décision."
    if champs:
        raise ErreurMetier("La règle n’est pas réglée.", champs)
