"""Reads of instances: who keeps them, who sits, with which quorum."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from cariatide.bareme.queries import DateNonCouverte, value
from cariatide.commission.models import (
    Instance,
    MembreInstance,
    RegleQuorum,
)
from cariatide.commission.rules import (
    RegleDeQuorum,
)
from cariatide.commission.statuts import ModeQuorum
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

QUORUM = "commission.quorum"
OBJET_INSTANCE = "commission.instance"


def find_mandat_secretariat(perimetre: Perimetre, instance: Any) -> MandatEnVigueur | None:
    """The mandate under which this person keeps the instance, or None."""
    return find_mandat_tenue(perimetre, instance.secretariat_id, instance.convention_id)


def find_mandat_tenue(
    perimetre: Perimetre, secretariat_id: int, convention_id: int | None
) -> MandatEnVigueur | None:
    """The same from bare ids, as a row of a list holds them."""
    for mandat in perimetre.mandats:
        tenue = mandat.role == Role.SECRETARIAT and mandat.organisation_id == secretariat_id
        if tenue and mandat.convention_id in (None, convention_id):
            return mandat
    return None


def list_instances(jour: date | None = None) -> QuerySet[Instance]:
    """Instances in force on that day (all without one), with their secretariat."""
    found = Instance.objects.select_related("secretariat", "convention").order_by("nom", "id")
    return found.filter(en_vigueur(jour)) if jour else found


def list_instances_tenues(perimetre: Perimetre) -> QuerySet[Instance]:
    """Instances in force that this person keeps."""
    return list_instances(perimetre.jour).filter(Instance.condition_tenue(perimetre))


def find_instance(instance_id: int) -> Instance:
    found = list_instances().filter(pk=instance_id).first()
    if found is None:
        raise Introuvable("Cette instance n’existe pas.")
    return found


def list_membres(instance_id: int, le: date | None = None) -> QuerySet[MembreInstance]:
    """Seats on that day (every seat, past ones too, without one)."""
    found = MembreInstance.objects.filter(instance_id=instance_id).select_related("organisation")
    if le:
        return found.filter(en_vigueur(le)).order_by("-voix", "organisation__nom_normalise", "id")
    return found.order_by(F("au").desc(nulls_first=True), "organisation__nom_normalise", "id")


def find_regle(instance_id: int, le: date) -> RegleDeQuorum | None:
    """The rule of quorum in force on the day of a session."""
    row = RegleQuorum.objects.filter(en_vigueur(le), instance_id=instance_id).order_by("id").first()
    return as_regle(row) if row else None


def propose_quorum(perimetre: Perimetre) -> dict[str, Any]:
    """What the form of a new instance starts with: the number that a local text fixes, if any.

    No national text gives a quorum: without a local value nothing is proposed.
    """
    mandat = perimetre.find_mandat({Role.SECRETARIAT})
    try:
        fixe = value(
            QUORUM,
            le=perimetre.jour,
            organisation_id=mandat.organisation_id if mandat else None,
        )
    except DateNonCouverte:
        return {}
    return {"mode": ModeQuorum.NOMBRE, "nombre": fixe.entier, "source": fixe.reference[:200]}


def as_regle(row: RegleQuorum) -> RegleDeQuorum:
    return RegleDeQuorum(
        mode=row.mode,
        nombre=row.nombre,
        numerateur=row.numerateur,
        denominateur=row.denominateur,
        pouvoirs_comptent=row.pouvoirs_comptent,
        seconde_convocation=row.seconde_convocation,
    )
