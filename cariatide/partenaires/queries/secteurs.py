"""Sectors of the perimeter: the common ones and those of one's organisations."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from cariatide.partenaires.models import Convention, Mandat, Organisation
from cariatide.partenaires.queries.conventions import Couverture, list_couvertures
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Commune, Secteur
from cariatide.territoire.statuts import ROLES_DES_SECTEURS, ROLES_DU_COMMUN

_CHAMPS = ("pk", "code", "nom", "organisation_id", "du", "au", "source", "total")


def _condition(perimetre: Perimetre) -> Q:
    return Q(organisation_id__isnull=True) | Q(organisation_id__in=perimetre.organisation_ids)


def list_secteurs_tenus(perimetre: Perimetre) -> list[dict[str, Any]]:
    """Every sector, past ones included, with how many communes and whose it is."""
    rows = list(
        Secteur.objects.filter(_condition(perimetre))
        .annotate(total=Count("communes"))
        .order_by("nom", "pk")
        .values(*_CHAMPS)
    )
    noms = dict(
        Organisation.objects.filter(
            pk__in=[r["organisation_id"] for r in rows if r["organisation_id"]]
        ).values_list("pk", "nom")
    )
    return [{**r, "organisation": noms.get(r["organisation_id"], "Commun à tous")} for r in rows]


def find_secteur(perimetre: Perimetre, secteur_id: int) -> Secteur:
    found = Secteur.objects.filter(_condition(perimetre), pk=secteur_id).first()
    if found is None:
        raise Introuvable("Ce secteur n’existe pas, ou n’est pas celui de votre organisation.")
    return found


def list_proprietaires(perimetre: Perimetre) -> list[tuple[str, str]]:
    """For whom this person may define a sector: (organisation id or "", label)."""
    choix = [("", "Commun à tous")] if perimetre.find_mandat(ROLES_DU_COMMUN) else []
    siens = {
        str(m.organisation_id): m.organisation
        for m in perimetre.mandats
        if m.role in ROLES_DES_SECTEURS
    }
    return [*choix, *sorted(siens.items(), key=lambda x: x[1])]


def may_change(perimetre: Perimetre, secteur: Secteur) -> bool:
    roles = ROLES_DES_SECTEURS if secteur.organisation_id is not None else ROLES_DU_COMMUN
    return perimetre.find_mandat(roles, secteur.organisation_id) is not None


@dataclass(frozen=True)
class FicheSecteur:
    """What the page of a sector shows; mandats: how many people act within its limits."""

    secteur: Secteur
    organisation: str
    communes: list[Commune]
    couvertures: list[Couverture]
    conventions: list[Convention]
    mandats: int


def build_fiche_secteur(perimetre: Perimetre, secteur_id: int) -> FicheSecteur:
    """A sector, what it covers, what it is used for; Introuvable outside the perimeter."""
    secteur = find_secteur(perimetre, secteur_id)
    owner = Organisation.objects.filter(pk=secteur.organisation_id or 0).first()
    return FicheSecteur(
        secteur=secteur,
        organisation=owner.nom if owner else "Commun à tous",
        communes=list(
            secteur.communes.select_related("departement").order_by("nom_normalise", "pk")
        ),
        couvertures=list_couvertures(secteur),
        conventions=list(Convention.objects.filter(secteur=secteur).order_by("-du", "pk")),
        mandats=Mandat.objects.filter(secteur=secteur).count(),
    )
