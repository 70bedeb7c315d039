"""People: the team of an organisation, a person's mandates, every account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.models import Invitation, Mandat
from cariatide.partenaires.queries.perimetre import en_vigueur
from cariatide.partenaires.rules import is_in_force
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre

TRIS_COMPTES = (Tri("courriel", "Adresse", ("email",)),)


@dataclass(frozen=True)
class Membre:
    """Somebody of a team: the account, mandates in force or to come, whether any is left."""

    utilisateur: Utilisateur
    mandats: list[Mandat]

    @property
    def is_present(self) -> bool:
        return self.utilisateur.is_active and bool(self.mandats)


def list_equipe(organisation_id: int, jour: date) -> list[Membre]:
    """Everybody who has or had a mandate there, those in office first."""
    rows = (
        Mandat.objects.filter(organisation_id=organisation_id)
        .select_related("utilisateur", "secteur", "convention")
        .order_by("utilisateur__nom", "utilisateur__prenom", "utilisateur_id", "du")
    )
    people: dict[int, Membre] = {}
    for mandat in rows:
        membre = people.setdefault(mandat.utilisateur_id, Membre(mandat.utilisateur, []))
        if mandat.au is None or mandat.au >= jour:
            membre.mandats.append(mandat)
    return sorted(people.values(), key=lambda m: not m.is_present)


def list_invitations(organisation_id: int) -> QuerySet[Invitation]:
    """Invitations that still wait, latest first."""
    return (
        Invitation.objects.filter(
            organisation_id=organisation_id, acceptee_le__isnull=True, annulee_le__isnull=True
        )
        .select_related("invite_par")
        .order_by("-created_at", "-pk")
    )


def find_personne(perimetre: Perimetre, organisation_id: int, utilisateur_id: int) -> Utilisateur:
    """Somebody of that team; any account for a technical administrator (404 otherwise)."""
    rows = Utilisateur.objects.filter(pk=utilisateur_id)
    if not perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE):
        rows = rows.filter(mandats__organisation_id=organisation_id)
    utilisateur = rows.first()
    if utilisateur is None:
        raise Introuvable("Cette personne n’existe pas, ou n’est pas de votre organisation.")
    return utilisateur


def list_mandats(
    perimetre: Perimetre, utilisateur_id: int, organisation_id: int
) -> list[tuple[Mandat, bool]]:
    """A person’s mandates, each with whether it is in force: all of them for a technical role."""
    rows = Mandat.objects.filter(utilisateur_id=utilisateur_id)
    if not perimetre.has_role(Role.ADMINISTRATEUR_TECHNIQUE):
        rows = rows.filter(organisation_id=organisation_id)
    rows = rows.select_related("organisation", "secteur", "convention").order_by("-du", "-pk")
    return [(m, is_in_force(m.du, m.au, perimetre.jour)) for m in rows]


def list_comptes(jour: date, filtres: Mapping[str, Any]) -> QuerySet[Utilisateur]:
    """Every account with `mandate`: whether a mandate is in force."""
    in_force = Mandat.objects.filter(en_vigueur(jour), utilisateur_id=OuterRef("pk"))
    rows = Utilisateur.objects.annotate(mandate=Exists(in_force))
    etat = filtres.get("etat") or ""
    if etat == "desactives":
        rows = rows.filter(is_active=False)
    elif etat == "sans_mandat":
        rows = rows.filter(is_active=True, mandate=False)
    elif etat == "actifs":
        rows = rows.filter(is_active=True)
    for mot in (filtres.get("q") or "").split():
        rows = rows.filter(
            Q(nom__icontains=mot) | Q(prenom__icontains=mot) | Q(email__icontains=mot)
        )
    return rows
