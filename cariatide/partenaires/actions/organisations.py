"""Organisations, the people to call there, their approvals."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import (
    ORGANISATION,
    changes,
    check_periode,
    clean_coordonnees,
    lock_organisation,
    refuse,
    require_administration,
    require_technique,
)
from cariatide.partenaires.models import Agrement, ContactOrganisation, Organisation
from cariatide.partenaires.rules import clean_siret
from cariatide.partenaires.statuts import TypeOrganisation
from cariatide.socle.erreurs import ErreurMetier, Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.perimetre import Perimetre


@dataclass(frozen=True)
class DonneesOrganisation:
    """What a page says of an organisation."""

    type: str
    nom: str
    sigle: str = ""
    siret: str = ""
    adresse: str = ""
    code_postal: str = ""
    ville: str = ""
    telephone: str = ""
    courriel: str = ""


@dataclass(frozen=True)
class DonneesContact:
    """Somebody to call: no account needed."""

    nom: str
    fonction: str = ""
    telephone: str = ""
    courriel: str = ""


def clean_organisation(donnees: DonneesOrganisation, pk: int | None) -> dict[str, Any]:
    """The values as they are stored; refuses an unknown kind, a wrong or already used SIRET."""
    if donnees.type not in TypeOrganisation.values:
        raise refuse("type", "Choisissez le type de l’organisation.")
    if not donnees.nom.strip():
        raise refuse("nom", "Indiquez le nom de l’organisation.")
    valeurs: dict[str, Any] = {k: v.strip() for k, v in asdict(donnees).items()}
    valeurs |= clean_coordonnees({k: valeurs[k] for k in ("code_postal", "telephone", "courriel")})
    try:
        valeurs["siret"] = clean_siret(donnees.siret)
    except ValueError as erreur:
        raise refuse("siret", str(erreur)) from erreur
    if valeurs["siret"]:
        autre = Organisation.objects.filter(siret=valeurs["siret"]).exclude(pk=pk or 0).first()
        if autre:
            raise refuse("siret", f"« {autre} » porte déjà ce SIRET.")
    valeurs["nom_normalise"] = normalise(valeurs["nom"])
    return valeurs


@transaction.atomic
def create_organisation(
    *, perimetre: Perimetre, donnees: DonneesOrganisation, du: date, au: date | None = None
) -> Organisation:
    """Add a partner in force from a date."""
    mandat = require_technique(perimetre)
    check_periode(du, au)
    organisation = Organisation.objects.create(**clean_organisation(donnees, None), du=du, au=au)
    record_evenement(
        "organisation.creee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ORGANISATION,
        objet_id=organisation.pk,
        libelle=organisation.nom,
        apres={**asdict(donnees), "du": du, "au": au},
    )
    return organisation


@transaction.atomic
def update_organisation(
    *, perimetre: Perimetre, organisation_id: int, donnees: DonneesOrganisation, version: int
) -> Organisation:
    """Correct an organisation; its dates change only by its end or its succession.

    An administrator corrects the coordinates of their own; its kind, name and SIRET, which other
    partners rely on, belong to the technical administrator.
    """
    mandat = require_administration(perimetre, organisation_id)
    organisation = lock_organisation(organisation_id, version)
    valeurs = clean_organisation(donnees, organisation_id)
    avant, apres = changes(organisation, valeurs)
    if {"type", "nom", "siret"} & apres.keys():
        mandat = require_technique(perimetre)
    if apres:
        organisation.version += 1
        organisation.save()
        record_evenement(
            "organisation.modifiee",
            perimetre=perimetre,
            mandat=mandat,
            objet_type=ORGANISATION,
            objet_id=organisation.pk,
            libelle=organisation.nom,
            avant=avant,
            apres=apres,
        )
    return organisation


@transaction.atomic
def save_contact(
    *,
    perimetre: Perimetre,
    organisation_id: int,
    donnees: DonneesContact,
    contact_id: int | None = None,
) -> ContactOrganisation:
    """Add or correct somebody to call."""
    mandat = require_administration(perimetre, organisation_id)
    organisation = lock_organisation(organisation_id)
    valeurs = {k: v.strip() for k, v in asdict(donnees).items()}
    if not valeurs["nom"]:
        raise refuse("nom", "Indiquez le nom de la personne à contacter.")
    valeurs |= clean_coordonnees({k: valeurs[k] for k in ("telephone", "courriel")})
    if not (valeurs["telephone"] or valeurs["courriel"]):
        raise refuse("telephone", "Indiquez un téléphone ou un courriel.")
    contact = ContactOrganisation(organisation=organisation)
    if contact_id is not None:
        contact = _find_contact(organisation_id, contact_id)
    avant, apres = changes(contact, valeurs)
    contact.save()
    # Names of contacts stay out of the journal: it is kept longer than they are.
    record_evenement(
        "organisation.contact_enregistre",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ORGANISATION,
        objet_id=organisation_id,
        libelle=organisation.nom,
        apres={"champs": sorted(apres), "nouveau": not avant or contact_id is None},
    )
    return contact


@transaction.atomic
def remove_contact(*, perimetre: Perimetre, organisation_id: int, contact_id: int) -> None:
    """Forget somebody who is no longer to be called."""
    mandat = require_administration(perimetre, organisation_id)
    organisation = lock_organisation(organisation_id)
    _find_contact(organisation_id, contact_id).delete()
    record_evenement(
        "organisation.contact_retire",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=ORGANISATION,
        objet_id=organisation_id,
        libelle=organisation.nom,
    )


def _find_contact(organisation_id: int, contact_id: int) -> ContactOrganisation:
    contact = ContactOrganisation.objects.filter(
        pk=contact_id, organisation_id=organisation_id
    ).first()
    if contact is None:
        raise Introuvable("Ce contact n’existe plus.")
    return contact


@transaction.atomic
def add_agrement(
    *,
    perimetre: Perimetre,
    organisation_id: int,
    libelle: str,
    du: date,
    au: date | None,
    reference: str = "",
) -> Agrement:
    """Record an approval, or its renewal under the same name."""
    mandat = require_administration(perimetre, organisation_id)
    organisation = lock_organisation(organisation_id)
    libelle = " ".join(libelle.split())
    if not libelle:
        raise refuse("libelle", "Indiquez l’agrément.")
    check_periode(du, au)
    precedent = (
        Agrement.objects.filter(organisation_id=organisation_id, libelle__iexact=libelle)
        .order_by("-du")
        .first()
    )
    if precedent and precedent.du >= du:
        raise refuse("du", "Cet agrément est déjà enregistré à partir de cette date ou d’une autre "
                     "plus récente.")  # fmt: skip
    if precedent and (precedent.au is None or precedent.au >= du):
        precedent.au = du - timedelta(days=1)
        precedent.save(update_fields=["au"])
    agrement = Agrement.objects.create(
        organisation=organisation, libelle=libelle, reference=reference.strip(), du=du, au=au
    )
    record_evenement(
        "agrement.renouvele" if precedent else "agrement.enregistre",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="partenaires.agrement",
        objet_id=agrement.pk,
        libelle=f"{libelle} ({organisation.nom})",
        apres={"du": du, "au": au, "reference": reference},
    )
    return agrement


@transaction.atomic
def end_agrement(
    *, perimetre: Perimetre, organisation_id: int, agrement_id: int, au: date
) -> Agrement:
    """An approval is withdrawn, or its end is corrected."""
    mandat = require_administration(perimetre, organisation_id)
    lock_organisation(organisation_id)
    agrement = Agrement.objects.filter(pk=agrement_id, organisation_id=organisation_id).first()
    if agrement is None:
        raise Introuvable("Cet agrément n’existe pas.")
    if au < agrement.du:
        raise ErreurMetier(
            "La date de fin précède la date de début.", {"au": "Choisissez une date postérieure."}
        )
    avant, agrement.au = agrement.au, au
    agrement.save(update_fields=["au"])
    record_evenement(
        "agrement.fin_modifiee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="partenaires.agrement",
        objet_id=agrement.pk,
        libelle=agrement.libelle,
        avant={"au": avant},
        apres={"au": au},
    )
    return agrement
