"""A colleague joins: invitation by e-mail, one link, seven days."""

from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cariatide.comptes.models import Utilisateur
from cariatide.journal.actions import record_evenement
from cariatide.partenaires.actions.commun import (
    clean_coordonnees,
    lock_organisation,
    refuse,
    require_administration,
)
from cariatide.partenaires.actions.equipe import check_role
from cariatide.partenaires.invitations import read_jeton
from cariatide.partenaires.models import Invitation, Mandat
from cariatide.partenaires.rules import INVITATION_JOURS, is_in_force
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier, Introuvable
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

INVITATION = "partenaires.invitation"
LIEN_MORT = (
    "Ce lien ne peut plus servir : il est valable sept jours, une seule fois, et un lien plus "
    "récent le remplace. Demandez une nouvelle invitation à l’administrateur de votre organisation."
)


@transaction.atomic
def invite_collegue(
    *, perimetre: Perimetre, organisation_id: int, courriel: str, prenom: str, nom: str, role: str
) -> Invitation:
    """Write the invitation; the worker sends the link from the event."""
    mandat = require_administration(perimetre, organisation_id)
    check_role(perimetre, organisation_id, role)
    organisation = lock_organisation(organisation_id)
    if not is_in_force(organisation.du, organisation.au, perimetre.jour):
        raise ErreurMetier(f"« {organisation} » n’est pas en vigueur : personne ne la rejoint.")
    if not courriel.strip():
        raise refuse("courriel", "Indiquez l’adresse électronique de la personne.")
    if not (prenom.strip() and nom.strip()):
        raise refuse("nom", "Indiquez le prénom et le nom de la personne.")
    courriel = clean_coordonnees({"courriel": courriel})["courriel"]
    _check_absente(perimetre, organisation_id, courriel, role)
    # A former invitation still open would offer two roles with two links.
    Invitation.objects.filter(
        organisation_id=organisation_id,
        courriel__iexact=courriel,
        acceptee_le__isnull=True,
        annulee_le__isnull=True,
    ).update(annulee_le=timezone.now())
    invitation = Invitation.objects.create(
        organisation=organisation,
        courriel=courriel,
        prenom=prenom.strip(),
        nom=nom.strip(),
        role=role,
        invite_par=Utilisateur.objects.get(pk=perimetre.utilisateur_id or 0),
        expire_le=timezone.now() + timedelta(days=INVITATION_JOURS),
    )
    _record("invitation.envoyee", perimetre, mandat, invitation)
    return invitation


def _check_absente(perimetre: Perimetre, organisation_id: int, courriel: str, role: str) -> None:
    """Somebody who already holds the role there needs no invitation; a closed account neither."""
    utilisateur = Utilisateur.objects.filter(email__iexact=courriel).first()
    if utilisateur is None:
        return
    if not utilisateur.is_active:
        raise refuse(
            "courriel",
            "Le compte de cette personne est désactivé : rouvrez-le plutôt que de l’inviter.",
        )
    held = Mandat.objects.filter(
        Q(au__isnull=True) | Q(au__gte=perimetre.jour),
        utilisateur=utilisateur,
        organisation_id=organisation_id,
        role=role,
    )
    if held.exists():
        raise refuse("courriel", f"{utilisateur} a déjà ce rôle dans votre organisation.")


def _record(
    nom: str, perimetre: Perimetre, mandat: MandatEnVigueur | None, invitation: Invitation
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=INVITATION,
        objet_id=invitation.pk,
        libelle=f"{invitation.prenom} {invitation.nom}, {Role(invitation.role).label}",
        apres={"organisation": invitation.organisation_id, "expire_le": invitation.expire_le},
    )


def _lock_mine(perimetre: Perimetre, invitation_id: int) -> tuple[Invitation, MandatEnVigueur]:
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation_id).first()
    if invitation is None:
        raise Introuvable("Cette invitation n’existe pas.")
    mandat = require_administration(perimetre, invitation.organisation_id)
    if invitation.acceptee_le or invitation.annulee_le:
        raise ActeRefuse("Cette invitation a déjà pris fin.")
    return invitation, mandat


@transaction.atomic
def resend_invitation(*, perimetre: Perimetre, invitation_id: int) -> Invitation:
    """Send a new link for seven more days; the former one stops working."""
    invitation, mandat = _lock_mine(perimetre, invitation_id)
    check_role(perimetre, invitation.organisation_id, invitation.role)
    invitation.expire_le = timezone.now() + timedelta(days=INVITATION_JOURS)
    invitation.save(update_fields=["expire_le"])
    _record("invitation.renvoyee", perimetre, mandat, invitation)
    return invitation


@transaction.atomic
def cancel_invitation(*, perimetre: Perimetre, invitation_id: int) -> Invitation:
    """The link stops working."""
    invitation, mandat = _lock_mine(perimetre, invitation_id)
    invitation.annulee_le = timezone.now()
    invitation.save(update_fields=["annulee_le"])
    _record("invitation.annulee", perimetre, mandat, invitation)
    return invitation


def find_invitation(jeton: str, *, lock: bool = False) -> Invitation:
    """The invitation that a link opens now; raises Introuvable with what to do otherwise."""
    lu = read_jeton(jeton)
    rows = Invitation.objects.select_related("organisation", "invite_par")
    if lock:
        rows = rows.select_for_update(of=("self",))
    invitation = rows.filter(pk=lu[0]).first() if lu else None
    if (
        lu is None
        or invitation is None
        or invitation.acceptee_le
        or invitation.annulee_le
        or invitation.expire_le != lu[1]
        or invitation.expire_le <= timezone.now()
    ):
        raise Introuvable(LIEN_MORT)
    return invitation


@transaction.atomic
def accept_invitation(
    *,
    perimetre: Perimetre,
    jeton: str,
    prenom: str = "",
    nom: str = "",
    mot_de_passe: str = "",
) -> Utilisateur:
    """Open the account (or take the one that signed in) and its mandate; the link is used up.

    With an account at that address, only its owner, signed in, accepts: the link alone must not
    give the mandate to whoever reads the mailbox of somebody else.
    """
    invitation = find_invitation(jeton, lock=True)
    utilisateur = Utilisateur.objects.filter(email__iexact=invitation.courriel).first()
    if utilisateur is None:
        utilisateur = _create(invitation, prenom, nom, mot_de_passe)
    elif utilisateur.pk != perimetre.utilisateur_id:
        raise ActeRefuse(
            "Un compte existe déjà à cette adresse : connectez-vous avec lui, puis ouvrez à "
            "nouveau le lien."
        )
    jour = perimetre.jour
    held = Mandat.objects.filter(
        Q(au__isnull=True) | Q(au__gte=jour),
        utilisateur=utilisateur,
        organisation_id=invitation.organisation_id,
        role=invitation.role,
        secteur__isnull=True,
        convention__isnull=True,
    )
    if not held.exists():
        Mandat.objects.create(
            utilisateur=utilisateur,
            organisation_id=invitation.organisation_id,
            role=invitation.role,
            du=jour,
        )
    invitation.acceptee_le = timezone.now()
    invitation.save(update_fields=["acceptee_le"])
    acteur = Perimetre(
        utilisateur_id=utilisateur.pk, utilisateur=utilisateur.nom_complet, jour=jour
    )
    _record("invitation.acceptee", acteur, None, invitation)
    return utilisateur


def _create(invitation: Invitation, prenom: str, nom: str, mot_de_passe: str) -> Utilisateur:
    prenom, nom = prenom.strip(), nom.strip()
    if not (prenom and nom):
        raise refuse("nom", "Indiquez votre prénom et votre nom.")
    utilisateur = Utilisateur(email=invitation.courriel, prenom=prenom, nom=nom)
    try:
        validate_password(mot_de_passe, utilisateur)
    except ValidationError as erreur:
        raise refuse("mot_de_passe", " ".join(erreur.messages)) from erreur
    return Utilisateur.objects.create_user(
        invitation.courriel, mot_de_passe, prenom=prenom, nom=nom
    )
