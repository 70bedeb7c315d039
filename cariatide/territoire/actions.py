"""Writes on sectors. The official geographic code itself is written by `chargement.py`."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.territoire.models import Secteur
from cariatide.territoire.queries import communes_en_vigueur
from cariatide.territoire.statuts import ROLES_DES_SECTEURS, ROLES_DU_COMMUN


def _mandat(perimetre: Perimetre, organisation_id: int | None) -> MandatEnVigueur:
    """An organisation's sector is set by its own people; a common one by the plan."""
    roles = ROLES_DES_SECTEURS if organisation_id is not None else ROLES_DU_COMMUN
    mandat = perimetre.find_mandat(roles, organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de définir ce secteur.")
    return mandat


def _check_communes(commune_ids: Collection[int]) -> list[int]:
    ids = sorted(set(commune_ids))
    if not ids:
        raise ErreurMetier(
            "Un secteur compte au moins une commune.", {"communes": "Choisissez une commune."}
        )
    known = communes_en_vigueur().filter(pk__in=ids).count()
    if known != len(ids):
        raise ErreurMetier(
            "Un secteur ne compte que des communes actuelles.",
            {"communes": "Une de ces communes n’existe pas ou n’existe plus."},
        )
    return ids


@transaction.atomic
def create_secteur(
    *,
    perimetre: Perimetre,
    code: str,
    nom: str,
    commune_ids: Collection[int],
    du: date,
    au: date | None = None,
    organisation_id: int | None = None,
    source: str = "",
) -> Secteur:
    """Define a set of communes in force from a date (perimeter of an agreement, of a team)."""
    mandat = _mandat(perimetre, organisation_id)
    ids = _check_communes(commune_ids)
    code, nom = code.strip(), nom.strip()
    if not code or not nom:
        raise ErreurMetier("Un secteur a un code et un nom.", {"nom": "Indiquez le nom."})
    if au and au < du:
        raise ErreurMetier(
            "La date de fin précède la date de début.", {"au": "Choisissez une date postérieure."}
        )
    if Secteur.objects.filter(organisation_id=organisation_id, code=code).exists():
        raise ErreurMetier(
            "Un secteur de cette organisation porte déjà ce code.",
            {"code": "Ce code est déjà pris."},
        )
    secteur = Secteur.objects.create(
        code=code, nom=nom, organisation_id=organisation_id, du=du, au=au, source=source
    )
    secteur.communes.set(ids)
    record_evenement(
        "secteur.cree",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="territoire.secteur",
        objet_id=secteur.pk,
        libelle=nom,
        apres={"code": code, "du": du, "au": au, "communes": len(ids)},
    )
    return secteur


@transaction.atomic
def set_communes(*, perimetre: Perimetre, secteur_id: int, commune_ids: Collection[int]) -> Secteur:
    """Replace the communes of a sector, keeping in the journal which ones came and went."""
    secteur = _lock(secteur_id)
    mandat = _mandat(perimetre, secteur.organisation_id)
    ids = _check_communes(commune_ids)
    before = set(secteur.communes.order_by("code").values_list("code", flat=True))
    secteur.communes.set(ids)
    after = set(secteur.communes.order_by("code").values_list("code", flat=True))
    if before != after:
        record_evenement(
            "secteur.communes_modifiees",
            perimetre=perimetre,
            mandat=mandat,
            objet_type="territoire.secteur",
            objet_id=secteur.pk,
            libelle=secteur.nom,
            avant={"retirees": sorted(before - after)},
            apres={"ajoutees": sorted(after - before)},
        )
    return secteur


@transaction.atomic
def close_secteur(*, perimetre: Perimetre, secteur_id: int, au: date) -> Secteur:
    """Give a sector its last day; it stays readable, and what used it keeps it."""
    secteur = _lock(secteur_id)
    mandat = _mandat(perimetre, secteur.organisation_id)
    if au < secteur.du:
        raise ErreurMetier(
            "La date de fin précède la date de début.", {"au": "Choisissez une date postérieure."}
        )
    before, secteur.au = secteur.au, au
    secteur.save(update_fields=["au"])
    record_evenement(
        "secteur.clos",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="territoire.secteur",
        objet_id=secteur.pk,
        libelle=secteur.nom,
        avant={"au": before},
        apres={"au": au},
    )
    return secteur


def _lock(secteur_id: int) -> Secteur:
    secteur = Secteur.objects.select_for_update(of=("self",)).filter(pk=secteur_id).first()
    if secteur is None:
        raise Introuvable("Ce secteur n’existe pas.")
    return secteur
