"""Agreements while they are prepared, their funders, their territory, their signature.

Until it is signed an agreement is a draft that can be corrected; afterwards its dates and targets
change by amendment only (avenants.py). Funders' amounts are decided each year: they stay editable.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import (
    CONVENTION,
    changes,
    check_periode,
    lock_convention,
    refuse,
)
from cariatide.partenaires.models import Convention, Financement, Objectif, Organisation
from cariatide.partenaires.rules import find_mandat_convention, is_in_force
from cariatide.partenaires.statuts import Role, TypeConvention, UniteObjectif
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.territoire.actions import create_secteur, set_communes

_SIGNEE = "Cette convention est signée : enregistrez un avenant."


@dataclass(frozen=True)
class DonneesConvention:
    """What the first page of an agreement says."""

    type: str
    reference: str
    intitule: str
    commanditaire_id: int
    operateur_id: int
    du: date
    au: date


def _clean(donnees: DonneesConvention, pk: int | None) -> dict[str, Any]:
    if donnees.type not in TypeConvention.values:
        raise refuse("type", "Choisissez le type de la convention.")
    valeurs = asdict(donnees)
    for champ, nom in (("reference", "la référence"), ("intitule", "l’intitulé")):
        valeurs[champ] = " ".join(valeurs[champ].split())
        if not valeurs[champ]:
            raise refuse(champ, f"Indiquez {nom} de la convention.")
    check_periode(donnees.du, donnees.au)
    same = Convention.objects.filter(reference__iexact=valeurs["reference"]).exclude(pk=pk or 0)
    if same.exists():
        raise refuse("reference", "Une convention porte déjà cette référence.")
    for champ in ("commanditaire", "operateur"):
        partie = Organisation.objects.filter(pk=valeurs[f"{champ}_id"]).first()
        if partie is None:
            raise refuse(champ, "Choisissez une organisation.")
        if not is_in_force(partie.du, partie.au, donnees.du):
            raise refuse(champ, f"« {partie} » n’est pas en vigueur au début de la convention.")
    return valeurs


def _record(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur,
    convention: Convention,
    avant: dict[str, Any] | None = None,
    apres: dict[str, Any] | None = None,
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=CONVENTION,
        objet_id=convention.pk,
        libelle=str(convention),
        avant=avant,
        apres=apres,
    )


def _bump(convention: Convention, *champs: str) -> None:
    convention.version += 1
    convention.save(update_fields=[*champs, "version"])


@transaction.atomic
def create_convention(*, perimetre: Perimetre, donnees: DonneesConvention) -> Convention:
    """Open the draft of an agreement that one's organisation orders."""
    mandat = find_mandat_convention(perimetre, donnees.commanditaire_id)
    if mandat is None:
        raise refuse(
            "commanditaire", "Vous n’enregistrez que les conventions de votre organisation."
        )
    convention = Convention.objects.create(**_clean(donnees, None))
    _record("convention.creee", perimetre, mandat, convention, apres=asdict(donnees))
    return convention


@transaction.atomic
def update_convention(
    *, perimetre: Perimetre, convention_id: int, donnees: DonneesConvention, version: int
) -> Convention:
    """Correct a draft; a signed agreement keeps everything but its title."""
    convention, mandat = lock_convention(perimetre, convention_id, version)
    valeurs = _clean(donnees, convention_id)
    if find_mandat_convention(perimetre, valeurs["commanditaire_id"]) is None:
        raise refuse("commanditaire", "Cette organisation n’est pas la vôtre.")
    avant, apres = changes(convention, valeurs)
    if convention.signee_le and apres.keys() - {"intitule"}:
        raise ActeRefuse(_SIGNEE)
    if apres:
        _bump(convention, *apres)
        _record("convention.modifiee", perimetre, mandat, convention, avant, apres)
    return convention


@transaction.atomic
def sign_convention(
    *, perimetre: Perimetre, convention_id: int, le: date, version: int
) -> Convention:
    """From its signature on, dates and targets change by amendment."""
    convention, mandat = lock_convention(perimetre, convention_id, version)
    if convention.signee_le:
        raise ActeRefuse("Cette convention est déjà signée.")
    if le > perimetre.jour:
        raise refuse("le", "La signature est dans l’avenir.")
    if le > convention.au:
        raise refuse("le", "La signature vient après la fin de la convention.")
    convention.signee_le = le
    _bump(convention, "signee_le")
    _record("convention.signee", perimetre, mandat, convention, apres={"signee_le": le})
    return convention


@transaction.atomic
def set_financement(
    *,
    perimetre: Perimetre,
    convention_id: int,
    financeur_id: int,
    montant_annuel: Decimal | None,
    taux: Decimal | None,
    version: int,
) -> Financement:
    """Record what one funder brings: an amount a year, a rate, or both; one line by funder."""
    convention, mandat = lock_convention(perimetre, convention_id, version)
    if montant_annuel is None and taux is None:
        raise refuse("montant_annuel", "Indiquez un montant annuel, un taux, ou les deux.")
    if montant_annuel is not None and montant_annuel < 0:
        raise refuse("montant_annuel", "Un financement ne peut pas être négatif.")
    if taux is not None and not 0 <= taux <= 100:
        raise refuse("taux", "Un taux va de 0 à 100 %.")
    financeur = Organisation.objects.filter(pk=financeur_id).first()
    if financeur is None:
        raise refuse("financeur", "Choisissez le financeur.")
    autres = convention.financements.exclude(financeur=financeur).values_list("taux", flat=True)
    total = sum((t for t in autres if t is not None), taux or Decimal(0))
    if total > 100:
        raise refuse("taux", "La somme des taux des financeurs dépasse 100 %.")
    financement = Financement.objects.filter(convention=convention, financeur=financeur).first()
    financement = financement or Financement(convention=convention, financeur=financeur)
    avant, apres = changes(financement, {"montant_annuel": montant_annuel, "taux": taux})
    financement.save()
    _bump(convention)
    qui = {"financeur": financeur.nom}
    _record("convention.financement", perimetre, mandat, convention, qui | avant, qui | apres)
    return financement


@transaction.atomic
def remove_financement(
    *, perimetre: Perimetre, convention_id: int, financeur_id: int, version: int
) -> None:
    convention, mandat = lock_convention(perimetre, convention_id, version)
    line = convention.financements.filter(financeur_id=financeur_id).first()
    if line is None:
        raise ActeRefuse("Ce financeur n’est plus dans la convention.")
    avant = {"financeur": line.financeur.nom, "montant_annuel": line.montant_annuel,
             "taux": line.taux}  # fmt: skip
    line.delete()
    _bump(convention)
    _record("convention.financement", perimetre, mandat, convention, avant)


def check_fourchette(unite: str, minimum: int, maximum: int | None) -> None:
    """A yearly target: a known unit, a minimum, and a maximum not under it."""
    if unite not in UniteObjectif.values:
        raise refuse("unite", "Choisissez ce que l’objectif compte.")
    if minimum < 0:
        raise refuse("minimum", "Un objectif ne peut pas être négatif.")
    if maximum is not None and maximum < minimum:
        raise refuse("maximum", "Le maximum est inférieur au minimum.")


@transaction.atomic
def set_objectif(
    *,
    perimetre: Perimetre,
    convention_id: int,
    unite: str,
    minimum: int,
    maximum: int | None,
    version: int,
) -> Objectif:
    """Set a yearly target of a draft (by amendment once signed). Replaces the same unit's."""
    convention, mandat = lock_convention(perimetre, convention_id, version)
    if convention.signee_le:
        raise ActeRefuse(_SIGNEE)
    check_fourchette(unite, minimum, maximum)
    objectif = convention.objectifs.filter(unite=unite).first()
    objectif = objectif or Objectif(convention=convention, unite=unite)
    avant, apres = changes(objectif, {"minimum": minimum, "maximum": maximum})
    objectif.save()
    _bump(convention)
    _record("convention.objectif", perimetre, mandat, convention,
            {"unite": unite, **avant}, {"unite": unite, **apres})  # fmt: skip
    return objectif


@transaction.atomic
def remove_objectif(*, perimetre: Perimetre, convention_id: int, unite: str, version: int) -> None:
    convention, mandat = lock_convention(perimetre, convention_id, version)
    if convention.signee_le:
        raise ActeRefuse(_SIGNEE)
    removed, _ = convention.objectifs.filter(unite=unite).delete()
    if removed:
        _bump(convention)
        _record("convention.objectif", perimetre, mandat, convention, {"unite": unite})


@transaction.atomic
def set_secteur(
    *, perimetre: Perimetre, convention_id: int, commune_ids: Collection[int], version: int
) -> Convention:
    """Give a draft its territory: the sector made of these communes, created or corrected."""
    convention, mandat = lock_convention(perimetre, convention_id, version)
    if convention.signee_le and convention.secteur_id:
        raise ActeRefuse(_SIGNEE)
    if convention.secteur_id:
        set_communes(perimetre=perimetre, secteur_id=convention.secteur_id, commune_ids=commune_ids)
    else:
        technique = mandat.role == Role.ADMINISTRATEUR_TECHNIQUE
        convention.secteur = create_secteur(
            perimetre=perimetre,
            code=convention.reference,
            nom=f"Territoire de {convention.reference}",
            commune_ids=commune_ids,
            du=convention.du,
            organisation_id=None if technique else convention.commanditaire_id,
            source=f"Convention {convention.reference}",
        )
    _bump(convention, "secteur")
    apres = {"secteur": convention.secteur_id, "communes": len(set(commune_ids))}
    _record("convention.territoire", perimetre, mandat, convention, None, apres)
    return convention
