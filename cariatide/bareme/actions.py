"""Writes on local values: set from a date, closed, never rewritten."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from cariatide.bareme.models import ParametreLocal
from cariatide.bareme.queries import find_parametre
from cariatide.bareme.rules import Parametre, read_valeur
from cariatide.bareme.statuts import ROLES_DE_PARAMETRAGE
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

ROLES_DE_L_ORGANISATION = ROLES_DE_PARAMETRAGE | {"administrateur"}


def _mandat(perimetre: Perimetre, organisation_id: int | None) -> MandatEnVigueur:
    """An organisation's value is set by its own people; the others by the plan."""
    roles = ROLES_DE_PARAMETRAGE if organisation_id is None else ROLES_DE_L_ORGANISATION
    mandat = perimetre.find_mandat(roles, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de fixer ce paramètre.")
    return mandat


def _json(valeur: Any) -> Any:
    if isinstance(valeur, Decimal):
        return str(valeur)
    return list(valeur) if isinstance(valeur, tuple) else valeur


def _check_motif(motif: str) -> str:
    if not motif.strip():
        raise ErreurMetier(
            "Un paramètre local se fixe avec un motif.", {"motif": "Indiquez la décision."}
        )
    return motif.strip()


def _read(valeur: Any, parametre: Parametre) -> Any:
    try:
        return read_valeur(valeur, parametre.type)
    except ValueError as error:
        message = f"Cette valeur n’est pas de type « {parametre.type.label.lower()} »."
        raise ErreurMetier(message, {"valeur": message}) from error


@transaction.atomic
def set_parametre_local(
    *,
    perimetre: Perimetre,
    code: str,
    valeur: Any,
    du: date,
    motif: str,
    departement: str = "",
    organisation_id: int | None = None,
) -> ParametreLocal:
    """Set the local value of a parameter from a date on; the one before it ends the day before.

    A value that would start inside a period already closed, or before a later one, is refused.
    """
    parametre = find_parametre(code)
    if not parametre.local:
        raise ErreurMetier(
            f"« {parametre.libelle} » est fixé par un texte : il ne se règle pas localement."
        )
    mandat = _mandat(perimetre, organisation_id)
    motif = _check_motif(motif)
    lue = _read(valeur, parametre)
    rows = ParametreLocal.objects.select_for_update(of=("self",)).filter(
        code=code, departement=departement, organisation_id=organisation_id
    )
    if rows.filter(Q(du__gte=du) | Q(au__gte=du)).exists():
        raise ErreurMetier(
            "Une autre valeur de ce paramètre est déjà en vigueur sur cette période.",
            {"du": "Une valeur est déjà en vigueur à cette date : choisissez-en une postérieure."},
        )
    rows.filter(au__isnull=True).update(au=du - timedelta(days=1))
    locale = ParametreLocal.objects.create(
        code=code,
        departement=departement,
        organisation_id=organisation_id,
        valeur=_json(lue),
        du=du,
        motif=motif,
        auteur=perimetre.utilisateur,
    )
    record_evenement(
        "parametre_local.fixe",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="bareme.parametrelocal",
        objet_id=locale.pk,
        libelle=parametre.libelle,
        apres={"code": code, "valeur": locale.valeur, "du": du, "motif": motif},
    )
    return locale
