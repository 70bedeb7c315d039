"""The directory of organisations: reference data, open to every mandate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cariatide.partenaires.models import (
    Agrement,
    ContactOrganisation,
    Convention,
    Mandat,
    Organisation,
)
from cariatide.partenaires.queries.perimetre import en_vigueur
from cariatide.partenaires.rules import is_in_force
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri

TRIS_ORGANISATIONS = (
    Tri("nom", "Nom", ("nom_normalise",)),
    Tri("nom_desc", "Nom, de Z à A", ("nom_normalise",), descendant=True),
)
ETAT_TOUTES = "toutes"
CHAINE_MAX = 30  # links of a succession: beyond, the data turn in a circle


def list_annuaire(jour: date, filtres: Mapping[str, Any]) -> QuerySet[Organisation]:
    """Organisations for the directory: in force unless asked otherwise."""
    rows = Organisation.objects.all()
    etat = filtres.get("etat") or ""
    if etat == "anciennes":
        rows = rows.filter(au__lt=jour)
    elif etat != ETAT_TOUTES:
        rows = rows.filter(en_vigueur(jour))
    if filtres.get("type"):
        rows = rows.filter(type=filtres["type"])
    for mot in normalise(filtres.get("q") or "").split():
        rows = rows.filter(
            Q(nom_normalise__contains=mot) | Q(sigle__icontains=mot) | Q(ville__icontains=mot)
        )
    return rows


def find_organisation(organisation_id: int) -> Organisation:
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None:
        raise Introuvable("Cette organisation n’existe pas.")
    return found


def list_predecesseurs(organisation: Organisation) -> list[Organisation]:
    """Those that this one succeeds, near or far, itself first."""
    return _walk([organisation], "successions__nouvelle_id__in")


def chain_of_succession(organisation: Organisation) -> list[Organisation]:
    """The organisation with those before it and after it, oldest first."""
    before = _walk([organisation], "successions__nouvelle_id__in")[1:]
    after = _walk([organisation], "reprises__ancienne_id__in")[1:]
    return [
        *sorted(before, key=lambda o: (o.du, o.pk)),
        organisation,
        *sorted(after, key=lambda o: (o.du, o.pk)),
    ]


def _walk(found: list[Organisation], lien: str) -> list[Organisation]:
    """Those reached by that link, nearest first."""
    edge = list(found)
    for _ in range(CHAINE_MAX):
        known = [o.pk for o in found]
        reached = Organisation.objects.filter(**{lien: [o.pk for o in edge]})
        edge = list(reached.exclude(pk__in=known).distinct().order_by("du", "pk"))
        if not edge:
            break
        found = [*found, *edge]
    return found


def organisation_name_at(organisation: Organisation, le: date) -> str:
    """The name to print on a document of that date: its own, or that of who stood for it then.

    Before a merger it is those of all that merged. A date before the first of the chain gives the
    oldest name, after the last one the newest.
    """
    if is_in_force(organisation.du, organisation.au, le):
        return organisation.nom
    chain = chain_of_succession(organisation)
    rang = chain.index(organisation)
    side = chain[: rang + 1] if le < organisation.du else chain[rang:]
    standing = [o for o in side if is_in_force(o.du, o.au, le)]
    if standing:
        return " et ".join(o.nom for o in standing)
    return (side[0] if le < organisation.du else side[-1]).nom


@dataclass(frozen=True)
class FicheOrganisation:
    """What the page of an organisation shows."""

    organisation: Organisation
    succession: list[Organisation]
    contacts: list[ContactOrganisation]
    agrements: list[Agrement]
    conventions: list[Convention]
    personnes: list[dict[str, Any]]


def build_fiche_organisation(organisation_id: int, jour: date) -> FicheOrganisation:
    """An organisation, what came before it, who works there, what it signed."""
    organisation = find_organisation(organisation_id)
    conventions = (
        Convention.objects.filter(
            Q(commanditaire=organisation)
            | Q(operateur=organisation)
            | Q(financements__financeur=organisation)
        )
        .select_related("commanditaire", "operateur")
        .distinct()
        .order_by("-du", "-id")
    )
    return FicheOrganisation(
        organisation=organisation,
        succession=chain_of_succession(organisation),
        contacts=list(organisation.contacts.order_by("nom", "pk")),
        agrements=list(organisation.agrements.order_by("libelle", "-du")),
        conventions=list(conventions),
        personnes=_list_personnes(organisation.pk, jour),
    )


def _list_personnes(organisation_id: int, jour: date) -> list[dict[str, Any]]:
    """People in office, each with their roles, by name."""
    rows = (
        Mandat.objects.filter(
            en_vigueur(jour), organisation_id=organisation_id, utilisateur__is_active=True
        )
        .order_by("utilisateur__nom", "utilisateur__prenom", "utilisateur_id", "role")
        .values_list(
            "utilisateur_id",
            "utilisateur__prenom",
            "utilisateur__nom",
            "utilisateur__fonction",
            "role",
        )
    )
    people: dict[int, dict[str, Any]] = {}
    for pk, prenom, nom, fonction, role in rows:
        one = people.setdefault(
            pk, {"pk": pk, "nom": f"{prenom} {nom}", "fonction": fonction, "roles": []}
        )
        if Role(role).label not in one["roles"]:
            one["roles"].append(Role(role).label)
    return list(people.values())


def list_agrements(jour: date, *, echus: bool = False) -> QuerySet[Agrement]:
    """Approvals in force, those that end first coming first; `echus` for the ended ones."""
    rows = Agrement.objects.select_related("organisation")
    if echus:
        return rows.filter(au__lt=jour).order_by("-au", "pk")
    return rows.filter(en_vigueur(jour)).order_by("au", "pk")
