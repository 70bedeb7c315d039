"""Writes on instances: their identity, their dated composition and quorum."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from cariatide.commission.actions.liens import sync_liens_instance
from cariatide.commission.models import Instance, MembreInstance, RegleQuorum, Seance
from cariatide.commission.queries import (
    OBJET_INSTANCE,
    find_mandat_secretariat,
    find_mandat_tenue,
)
from cariatide.commission.rules import RegleDeQuorum, describe_regle
from cariatide.commission.statuts import A_TENIR, ModeQuorum, StatutSeance, TypeInstance
from cariatide.journal.actions import record_evenement
from cariatide.partenaires.models import Organisation
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

_REFUS = "Seul le secrétariat de l’instance peut la modifier."


@dataclass(frozen=True)
class DonneesInstance:
    """An instance as its form gives it."""

    type: str
    nom: str
    presidence: str = ""
    lieu: str = ""
    voies_recours: str = ""
    convention_id: int | None = None


@dataclass(frozen=True)
class DonneesMembre:
    """A seat to come."""

    organisation_id: int
    titulaire: str = ""
    suppleant: str = ""
    voix: bool = True
    du: date | None = None


def _check_instance(donnees: DonneesInstance, secretariat_id: int, sauf: int = 0) -> None:
    champs = {}
    nom = donnees.nom.strip()
    if not nom:
        champs["nom"] = "Donnez un nom à l’instance."
    if donnees.type not in TypeInstance.values:
        champs["type"] = "Choisissez le type de l’instance."
    others = Instance.objects.filter(secretariat_id=secretariat_id, nom=nom).exclude(pk=sauf)
    if nom and others.exists():
        champs["nom"] = "Une instance de ce secrétariat porte déjà ce nom."
    if champs:
        raise ErreurMetier("L’instance ne peut pas être enregistrée.", champs)


def _values(instance: Instance) -> dict[str, Any]:
    return {
        "type": instance.type,
        "nom": instance.nom,
        "presidence": instance.presidence,
        "lieu": instance.lieu,
        "voies_recours": instance.voies_recours,
        "convention_id": instance.convention_id,
    }


@transaction.atomic
def create_instance(
    *,
    perimetre: Perimetre,
    secretariat_id: int,
    donnees: DonneesInstance,
    du: date,
    quorum: RegleDeQuorum,
    quorum_source: str = "",
) -> Instance:
    """Create an instance kept by one of the organisations of this secretary, with its quorum."""
    mandat = find_mandat_tenue(perimetre, secretariat_id, donnees.convention_id)
    if mandat is None:
        raise ActeRefuse("Vous ne tenez pas de secrétariat pour cette organisation.")
    _check_instance(donnees, secretariat_id)
    instance = Instance(
        type=donnees.type,
        nom=donnees.nom.strip(),
        secretariat_id=secretariat_id,
        presidence=donnees.presidence.strip(),
        lieu=donnees.lieu.strip(),
        voies_recours=donnees.voies_recours.strip(),
        convention_id=donnees.convention_id,
        du=du,
    )
    instance.save(force_insert=True)
    _insert_quorum(instance.pk, quorum, du, quorum_source)
    _journal("instance.creee", perimetre, mandat, instance, apres=_values(instance))
    return instance


def lock_instance(
    perimetre: Perimetre, instance_id: int, version: int | None = None
) -> tuple[Instance, MandatEnVigueur]:
    """Lock an instance that this person keeps; a stale version raises ConflitDeVersion."""
    instance = Instance.objects.select_for_update(of=("self",)).filter(pk=instance_id).first()
    if instance is None:
        raise Introuvable("Cette instance n’existe pas.")
    mandat = find_mandat_secretariat(perimetre, instance)
    if mandat is None:
        raise ActeRefuse(_REFUS)
    if version is not None and instance.version != version:
        raise ConflitDeVersion(
            "Quelqu’un d’autre a modifié cette instance depuis l’ouverture de la page."
        )
    return instance, mandat


@transaction.atomic
def update_instance(
    *, perimetre: Perimetre, instance_id: int, donnees: DonneesInstance, version: int
) -> Instance:
    """Change the identity of an instance."""
    instance, mandat = lock_instance(perimetre, instance_id, version)
    _check_instance(donnees, instance.secretariat_id, instance.pk)
    if find_mandat_tenue(perimetre, instance.secretariat_id, donnees.convention_id) is None:
        message = "Votre mandat ne couvre pas cette convention."
        raise ErreurMetier(message, {"convention": message})
    avant = _values(instance)
    instance.type, instance.nom = donnees.type, donnees.nom.strip()
    instance.presidence, instance.lieu = donnees.presidence.strip(), donnees.lieu.strip()
    instance.voies_recours = donnees.voies_recours.strip()
    instance.convention_id = donnees.convention_id
    instance.version += 1
    instance.save()
    apres = _values(instance)
    changed = {k for k in apres if apres[k] != avant[k]}
    _journal(
        "instance.modifiee",
        perimetre,
        mandat,
        instance,
        avant={k: avant[k] for k in changed},
        apres={k: apres[k] for k in changed},
    )
    return instance


@transaction.atomic
def close_instance(*, perimetre: Perimetre, instance_id: int, au: date) -> Instance:
    """End an instance; its sessions to come must have been cancelled or held."""
    instance, mandat = lock_instance(perimetre, instance_id)
    if au < instance.du:
        message = "La date de fin précède la date de début."
        raise ErreurMetier(message, {"au": message})
    a_tenir = Seance.objects.unscoped(reason="une instance ne se ferme pas avant ses séances")
    if a_tenir.filter(instance=instance, statut__in=[*A_TENIR, StatutSeance.OUVERTE]).exists():
        raise ErreurMetier("Des séances restent à tenir : annulez-les ou tenez-les d’abord.")
    instance.au = au
    instance.save(update_fields=["au"])
    _journal("instance.fermee", perimetre, mandat, instance, apres={"au": au})
    return instance


@transaction.atomic
def add_membre(*, perimetre: Perimetre, instance_id: int, donnees: DonneesMembre) -> MembreInstance:
    """Give an organisation a seat from a day on; the sessions to come open to it."""
    instance, mandat = lock_instance(perimetre, instance_id)
    du = donnees.du or perimetre.jour
    organisation = (
        Organisation.objects.filter(en_vigueur(du), pk=donnees.organisation_id).first()
    )  # fmt: skip
    if organisation is None:
        message = "Cette organisation n’existe pas ou n’est pas en vigueur à cette date."
        raise ErreurMetier(message, {"organisation": message})
    if du < instance.du:
        message = "La date précède la création de l’instance."
        raise ErreurMetier(message, {"du": message})
    seats = MembreInstance.objects.filter(instance=instance, organisation=organisation)
    if seats.exclude(au__lt=du).exists():
        message = f"{organisation} siège déjà à cette date, ou y siégera."
        raise ErreurMetier(message, {"organisation": message})
    membre = MembreInstance(
        instance=instance,
        organisation=organisation,
        titulaire=donnees.titulaire.strip(),
        suppleant=donnees.suppleant.strip(),
        voix=donnees.voix,
        du=du,
    )
    membre.save(force_insert=True)
    sync_liens_instance(perimetre, instance.pk)
    _journal(
        "instance.membre_ajoute",
        perimetre,
        mandat,
        instance,
        apres={"organisation": str(organisation), "voix": donnees.voix, "du": du},
    )
    return membre


@transaction.atomic
def update_membre(
    *, perimetre: Perimetre, instance_id: int, membre_id: int, titulaire: str, suppleant: str
) -> MembreInstance:
    """Change who sits for an organisation."""
    instance, mandat = lock_instance(perimetre, instance_id)
    membre = _find_membre(instance, membre_id)
    avant = {"titulaire": membre.titulaire, "suppleant": membre.suppleant}
    membre.titulaire, membre.suppleant = titulaire.strip(), suppleant.strip()
    membre.save(update_fields=["titulaire", "suppleant"])
    _journal(
        "instance.membre_modifie",
        perimetre,
        mandat,
        instance,
        avant=avant,
        apres={"titulaire": membre.titulaire, "suppleant": membre.suppleant},
    )
    return membre


@transaction.atomic
def end_membre(
    *, perimetre: Perimetre, instance_id: int, membre_id: int, au: date
) -> MembreInstance:
    """End a seat: sessions held after that day are no longer open to the organisation."""
    instance, mandat = lock_instance(perimetre, instance_id)
    membre = _find_membre(instance, membre_id)
    if membre.au is not None:
        raise ErreurMetier("Ce siège a déjà pris fin.")
    if au < membre.du:
        message = "La date de fin précède la date de début."
        raise ErreurMetier(message, {"au": message})
    membre.au = au
    membre.save(update_fields=["au"])
    sync_liens_instance(perimetre, instance.pk)
    _journal(
        "instance.membre_retire",
        perimetre,
        mandat,
        instance,
        apres={"organisation": str(membre.organisation), "au": au},
    )
    return membre


@transaction.atomic
def set_quorum(
    *,
    perimetre: Perimetre,
    instance_id: int,
    quorum: RegleDeQuorum,
    du: date,
    source: str = "",
) -> RegleQuorum:
    """Fix the rule of quorum from a day on; the one before it ends the day before."""
    instance, mandat = lock_instance(perimetre, instance_id)
    rows = RegleQuorum.objects.filter(instance=instance)
    if rows.filter(du__gte=du).exists():
        message = "Une règle de quorum commence déjà à cette date ou plus tard."
        raise ErreurMetier(message, {"du": message})
    if du < instance.du:
        message = "La date précède la création de l’instance."
        raise ErreurMetier(message, {"du": message})
    rows.filter(au__isnull=True).update(au=du - timedelta(days=1))
    regle = _insert_quorum(instance.pk, quorum, du, source)
    _journal(
        "instance.quorum_fixe",
        perimetre,
        mandat,
        instance,
        apres={"quorum": describe_regle(quorum), "du": du, "source": source},
    )
    return regle


def _insert_quorum(instance_id: int, quorum: RegleDeQuorum, du: date, source: str) -> RegleQuorum:
    champs = {}
    if quorum.mode not in ModeQuorum.values:
        champs["mode"] = "Dites comment se compte le quorum."
    if quorum.mode == ModeQuorum.NOMBRE and not quorum.nombre:
        champs["nombre"] = "Indiquez le nombre de membres."
    if quorum.mode == ModeQuorum.FRACTION:
        num, den = quorum.numerateur or 0, quorum.denominateur or 0
        if not 1 <= num <= den:
            champs["numerateur"] = "Indiquez une fraction entre 0 et 1, par exemple 1 sur 2."
    if champs:
        raise ErreurMetier("La règle de quorum est incomplète.", champs)
    fraction = quorum.mode == ModeQuorum.FRACTION
    regle = RegleQuorum(
        instance_id=instance_id,
        mode=quorum.mode,
        nombre=quorum.nombre if quorum.mode == ModeQuorum.NOMBRE else None,
        numerateur=quorum.numerateur if fraction else None,
        denominateur=quorum.denominateur if fraction else None,
        pouvoirs_comptent=quorum.pouvoirs_comptent,
        seconde_convocation=quorum.seconde_convocation,
        source=source.strip(),
        du=du,
    )
    regle.save(force_insert=True)
    return regle


def _find_membre(instance: Instance, membre_id: int) -> MembreInstance:
    membre = (
        MembreInstance.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(instance=instance, pk=membre_id)
        .first()
    )
    if membre is None:
        raise Introuvable("Ce siège n’existe pas dans cette instance.")
    return membre


def _journal(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    instance: Instance,
    *,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_INSTANCE,
        objet_id=instance.pk,
        libelle=instance.nom,
        avant=avant,
        apres=apres,
    )
