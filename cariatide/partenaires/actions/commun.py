"""Locks, rights and small checks shared by the acts of this app."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cariatide.partenaires.models import Convention, Organisation
from cariatide.partenaires.rules import find_administration, find_mandat_convention
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier, Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.tableurs.erreurs import ValeurRefusee
from cariatide.socle.tableurs.identifiants import parse_code_postal, parse_email, parse_telephone

ORGANISATION = "partenaires.organisation"
CONVENTION = "partenaires.convention"
_ABSENTE = "Cet élément n’existe pas, ou n’est pas dans votre périmètre."


def require_technique(perimetre: Perimetre) -> MandatEnVigueur:
    """The technical administrator's mandate: creating and ending organisations is theirs."""
    mandat = perimetre.find_mandat({Role.ADMINISTRATEUR_TECHNIQUE})
    if mandat is None:
        raise ActeRefuse("Seul un administrateur technique peut faire cela.")
    return mandat


def require_administration(perimetre: Perimetre, organisation_id: int) -> MandatEnVigueur:
    """The mandate that administers it; another organisation's administrator sees nothing (404)."""
    mandat = find_administration(perimetre, organisation_id)
    if mandat is None:
        raise Introuvable(_ABSENTE)
    return mandat


def lock_organisation(organisation_id: int, version: int | None = None) -> Organisation:
    """Lock for writing; a stale version raises ConflitDeVersion."""
    found = Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation_id).first()
    if found is None:
        raise Introuvable(_ABSENTE)
    check_version(found.version, version, "cette organisation")
    return found


def lock_convention(
    perimetre: Perimetre, convention_id: int, version: int | None = None
) -> tuple[Convention, MandatEnVigueur]:
    """Lock an agreement with the mandate that may write it (404 for anybody else's)."""
    found = Convention.objects.select_for_update(of=("self",)).filter(pk=convention_id).first()
    if found is None:
        raise Introuvable(_ABSENTE)
    mandat = find_mandat_convention(perimetre, found.commanditaire_id)
    if mandat is None:
        raise Introuvable(_ABSENTE)
    check_version(found.version, version, "cette convention")
    return found, mandat


def check_version(actuelle: int, lue: int | None, quoi: str) -> None:
    """lue: the version that the page showed; None when the act does not overwrite anything."""
    if lue is not None and actuelle != lue:
        raise ConflitDeVersion(
            f"Quelqu’un d’autre a modifié {quoi} depuis l’ouverture de la page. Comparez avec la "
            "version enregistrée avant d’enregistrer la vôtre."
        )


def check_periode(du: date, au: date | None) -> None:
    if au is not None and au < du:
        raise ErreurMetier(
            "La date de fin précède la date de début.", {"au": "Choisissez une date postérieure."}
        )


def refuse(champ: str, phrase: str) -> ErreurMetier:
    """The same sentence at the top and beside the field."""
    return ErreurMetier(phrase, {champ: phrase})


def clean_coordonnees(valeurs: Mapping[str, str]) -> dict[str, str]:
    """Postal code, telephone and e-mail as they are kept; every wrong one is said at once."""
    readers = {
        "code_postal": lambda t: parse_code_postal(t).valeur,
        "telephone": lambda t: parse_telephone(t).affichage,
        "courriel": parse_email,
    }
    propres, erreurs = {}, {}
    for champ, texte in valeurs.items():
        try:
            propres[champ] = readers[champ](texte) if texte.strip() else ""
        except ValeurRefusee as erreur:
            erreurs[champ] = str(erreur)
    if erreurs:
        raise ErreurMetier("Des coordonnées sont à revoir.", erreurs)
    return propres


def changes(objet: Any, valeurs: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Assign the values that differ; return what they were and what they are, for the journal."""
    avant: dict[str, Any] = {}
    apres: dict[str, Any] = {}
    for champ, valeur in valeurs.items():
        ancienne = getattr(objet, champ)
        if ancienne != valeur:
            avant[champ], apres[champ] = ancienne, valeur
            setattr(objet, champ, valeur)
    return avant, apres
