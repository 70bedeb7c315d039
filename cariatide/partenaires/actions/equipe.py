"""People of an organisation: mandates granted and ended, accounts closed and opened again."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from cariatide.comptes.actions import (
    deactivate_utilisateur,
    reactivate_utilisateur,
    reset_facteur,
)
from cariatide.comptes.models import Utilisateur
from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import (
    check_periode,
    lock_organisation,
    refuse,
    require_administration,
)
from cariatide.partenaires.models import Convention, Mandat
from cariatide.partenaires.rules import is_in_force, list_grantable
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Secteur

MANDAT = "partenaires.mandat"


def check_role(perimetre: Perimetre, organisation_id: int, role: str) -> None:
    """Refuse a role that this person may not give there."""
    if role not in Role.values:
        raise refuse("role", "Choisissez un rôle.")
    if role not in list_grantable(perimetre, organisation_id):
        raise refuse(
            "role",
            f"Le rôle « {Role(role).label} » dépasse votre organisation : il se demande à "
            "l’administrateur technique de la plateforme.",
        )


@transaction.atomic
def grant_mandat(
    *,
    perimetre: Perimetre,
    organisation_id: int,
    utilisateur_id: int,
    role: str,
    du: date,
    au: date | None = None,
    secteur_id: int | None = None,
    convention_id: int | None = None,
) -> Mandat:
    """Give somebody a role in an organisation, from a date, within a territory or an agreement.

    An administrator gives roles to people of their own organisation; somebody new is invited.
    """
    granted_by = require_administration(perimetre, organisation_id)
    check_role(perimetre, organisation_id, role)
    check_periode(du, au)
    organisation = lock_organisation(organisation_id)
    if du < organisation.du or (organisation.au and (au is None or au > organisation.au)):
        raise refuse("du", f"« {organisation} » n’est pas en vigueur sur toute cette période.")
    utilisateur = _find_personne(perimetre, organisation_id, utilisateur_id)
    _check_limites(organisation_id, secteur_id, convention_id)
    mandat = Mandat(
        utilisateur=utilisateur,
        organisation=organisation,
        role=role,
        secteur_id=secteur_id,
        convention_id=convention_id,
        du=du,
        au=au,
    )
    _refuse_double(mandat)
    mandat.save()
    record_evenement(
        "mandat.accorde",
        perimetre=perimetre,
        mandat=granted_by,
        objet_type=MANDAT,
        objet_id=mandat.pk,
        libelle=f"{utilisateur} : {Role(role).label}, {organisation}",
        apres={"role": role, "organisation": organisation_id, "du": du, "au": au,
               "secteur": secteur_id, "convention": convention_id},
    )  # fmt: skip
    return mandat


def _refuse_double(mandat: Mandat) -> None:
    """The same right twice over one period (the database refuses it too)."""
    doubles = Mandat.objects.filter(
        Q(au__isnull=True) | Q(au__gte=mandat.du),
        utilisateur_id=mandat.utilisateur_id,
        organisation_id=mandat.organisation_id,
        role=mandat.role,
        secteur=mandat.secteur_id,
        convention=mandat.convention_id,
    )
    if mandat.au is not None:
        doubles = doubles.filter(du__lte=mandat.au)
    if doubles.exists():
        raise refuse("role", f"{mandat.utilisateur} a déjà ce mandat sur cette période.")


def _find_personne(perimetre: Perimetre, organisation_id: int, utilisateur_id: int) -> Utilisateur:
    """Somebody of the organisation, past or present; any account for a technical administrator."""
    people = Utilisateur.objects.filter(pk=utilisateur_id)
    if not perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE):
        people = people.filter(mandats__organisation_id=organisation_id)
    utilisateur = people.first()
    if utilisateur is None:
        raise Introuvable("Cette personne n’existe pas, ou n’est pas de votre organisation.")
    return utilisateur


def _check_limites(organisation_id: int, secteur_id: int | None, convention_id: int | None) -> None:
    """A mandate is limited to an agreement its organisation is party to, to a usable sector."""
    if (
        convention_id is not None
        and not Convention.objects.filter(
            Q(commanditaire_id=organisation_id) | Q(operateur_id=organisation_id), pk=convention_id
        ).exists()
    ):
        raise refuse("convention", "Cette convention n’est pas celle de l’organisation.")
    if (
        secteur_id is not None
        and not Secteur.objects.filter(
            Q(organisation_id=organisation_id) | Q(organisation_id__isnull=True), pk=secteur_id
        ).exists()
    ):
        raise refuse("secteur", "Ce secteur n’est pas celui de l’organisation.")


@transaction.atomic
def end_mandat(*, perimetre: Perimetre, mandat_id: int, au: date) -> Mandat:
    """Give a mandate its last day; one that would start later never opens and is removed."""
    mandat = (
        Mandat.objects.select_for_update(of=("self",))
        .select_related("utilisateur", "organisation")
        .filter(pk=mandat_id)
        .first()
    )
    if mandat is None:
        raise Introuvable("Ce mandat n’existe pas.")
    ended_by = require_administration(perimetre, mandat.organisation_id)
    check_role(perimetre, mandat.organisation_id, mandat.role)
    if mandat.utilisateur_id == perimetre.utilisateur_id and mandat.role in (
        Role.ADMINISTRATEUR,
        Role.ADMINISTRATEUR_TECHNIQUE,
    ):
        raise ActeRefuse(
            "Vous ne pouvez pas mettre fin à votre propre mandat d’administrateur : demandez-le à "
            "un autre administrateur."
        )
    if mandat.au is not None and mandat.au <= au:
        raise refuse("au", f"Ce mandat prend déjà fin le {mandat.au:%d/%m/%Y}.")
    avant, pk = mandat.au, mandat.pk
    if mandat.du > au:
        mandat.delete()
    else:
        mandat.au = au
        mandat.save(update_fields=["au"])
    record_evenement(
        "mandat.termine",
        perimetre=perimetre,
        mandat=ended_by,
        objet_type=MANDAT,
        objet_id=pk,
        libelle=f"{mandat.utilisateur} : {Role(mandat.role).label}, {mandat.organisation}",
        avant={"au": avant},
        apres={"au": au},
    )
    return mandat


def refuse_account(perimetre: Perimetre, utilisateur_id: int, jour: date) -> str | None:
    """Why this person may not close or open that account, or None.

    An account may serve several organisations: an administrator closes only those that act for
    theirs alone, without a role that reaches beyond it; otherwise ending the mandate is enough.
    """
    if perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE):
        return None
    mine = {m.organisation_id for m in perimetre.mandats if m.role == Role.ADMINISTRATEUR}
    for organisation_id, role, du, au in Mandat.objects.filter(
        utilisateur_id=utilisateur_id
    ).values_list("organisation_id", "role", "du", "au"):
        if not is_in_force(du, au, jour) and organisation_id not in mine:
            continue
        if organisation_id not in mine:
            return (
                "Cette personne agit aussi pour une autre organisation : mettez fin à ses mandats "
                "dans la vôtre."
            )
        if is_in_force(du, au, jour) and role not in list_grantable(perimetre, organisation_id):
            return (
                f"Le rôle « {Role(role).label} » de cette personne relève de l’administrateur "
                "technique."
            )
    return None


def _check_account(perimetre: Perimetre, organisation_id: int, utilisateur_id: int) -> None:
    require_administration(perimetre, organisation_id)
    _find_personne(perimetre, organisation_id, utilisateur_id)
    motif = refuse_account(perimetre, utilisateur_id, perimetre.jour)
    if motif:
        raise ActeRefuse(motif)


@transaction.atomic
def deactivate_personne(
    *, perimetre: Perimetre, organisation_id: int, utilisateur_id: int, motif: str
) -> Utilisateur:
    """Close an account: every session of it ends with its next request."""
    _check_account(perimetre, organisation_id, utilisateur_id)
    if not motif.strip():
        raise ErreurMetier(
            "Indiquez pourquoi ce compte est fermé.", {"motif": "Un motif est nécessaire."}
        )
    return deactivate_utilisateur(
        perimetre=perimetre, utilisateur_id=utilisateur_id, motif=motif.strip()
    )


@transaction.atomic
def reactivate_personne(
    *, perimetre: Perimetre, organisation_id: int, utilisateur_id: int
) -> Utilisateur:
    """Open a closed account again; its mandates in force decide what it sees."""
    _check_account(perimetre, organisation_id, utilisateur_id)
    return reactivate_utilisateur(perimetre=perimetre, utilisateur_id=utilisateur_id)


@transaction.atomic
def reset_facteur_personne(
    *, perimetre: Perimetre, organisation_id: int, utilisateur_id: int, motif: str
) -> Utilisateur:
    """Forget the second factor of a colleague who lost telephone, keys and codes."""
    _check_account(perimetre, organisation_id, utilisateur_id)
    if not motif.strip():
        raise ErreurMetier(
            "Indiquez comment vous avez reconnu cette personne.",
            {"motif": "Un motif est nécessaire."},
        )
    return reset_facteur(perimetre=perimetre, utilisateur_id=utilisateur_id, motif=motif.strip())
