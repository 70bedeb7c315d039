"""Agreements for their pages: list, parties, funders, targets, territory, amendments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from cariatide.partenaires.models import (
    Avenant,
    ChangementObjectif,
    CommuneDeConvention,
    Convention,
    Financement,
    Objectif,
)
from cariatide.partenaires.queries.annuaire import organisation_name_at
from cariatide.partenaires.queries.perimetre import en_vigueur
from cariatide.partenaires.rules import find_mandat_convention
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre
from cariatide.territoire.models import Arrondissement, Commune, Departement, Secteur
from cariatide.territoire.queries import PartDePopulation, communes_of, share_of_population

TRIS_CONVENTIONS = (
    Tri("debut", "Début, la plus récente d’abord", ("du",), descendant=True),
    Tri("debut_asc", "Début", ("du",)),
    Tri("fin", "Fin", ("au",)),
    Tri("fin_desc", "Fin, la plus tardive d’abord", ("au",), descendant=True),
    Tri("reference", "Référence", ("reference",)),
    Tri("reference_desc", "Référence, de Z à A", ("reference",), descendant=True),
)


def list_page_conventions(jour: date, filtres: Mapping[str, Any]) -> QuerySet[Convention]:
    """Agreements for the list: in force unless asked otherwise."""
    rows = Convention.objects.all()
    etat = filtres.get("etat") or ""
    if etat == "passees":
        rows = rows.filter(au__lt=jour)
    elif etat == "a_venir":
        rows = rows.filter(du__gt=jour)
    elif etat != "toutes":
        rows = rows.filter(en_vigueur(jour))
    if filtres.get("type"):
        rows = rows.filter(type=filtres["type"])
    if filtres.get("organisation"):
        partie = filtres["organisation"]
        rows = rows.filter(Q(commanditaire_id=partie) | Q(operateur_id=partie))
    if filtres.get("q"):
        rows = rows.filter(
            Q(reference__icontains=filtres["q"]) | Q(intitule__icontains=filtres["q"])
        )
    return rows


def find_convention_editable(perimetre: Perimetre, convention_id: int) -> Convention:
    """The agreement for a page that writes it; Introuvable when it is another organisation's."""
    found = _find(convention_id)
    if find_mandat_convention(perimetre, found.commanditaire_id) is None:
        raise Introuvable(
            "Cette convention n’existe pas, ou n’est pas celle de votre organisation."
        )
    return found


def _find(convention_id: int) -> Convention:
    found = (
        Convention.objects.select_related("commanditaire", "operateur", "secteur")
        .filter(pk=convention_id)
        .first()
    )
    if found is None:
        raise Introuvable("Cette convention n’existe pas.")
    return found


@dataclass(frozen=True)
class Couverture:
    """The share of a reference that the agreement's territory covers."""

    reference: str
    part: PartDePopulation


@dataclass(frozen=True)
class FicheConvention:
    """What the page of an agreement shows; names of the parties are those of its first day."""

    convention: Convention
    commanditaire: str
    operateur: str
    financements: list[Financement]
    total_annuel: Decimal
    objectifs: list[Objectif]
    avenants: list[tuple[Avenant, list[ChangementObjectif]]]
    communes: list[Commune]
    communes_ajoutees: list[CommuneDeConvention]
    couvertures: list[Couverture]


def build_fiche_convention(convention_id: int) -> FicheConvention:
    convention = _find(convention_id)
    changements: dict[int, list[ChangementObjectif]] = {}
    for c in ChangementObjectif.objects.filter(avenant__convention=convention).order_by("pk"):
        changements.setdefault(c.avenant_id, []).append(c)
    secteur = convention.secteur
    communes = (
        list(secteur.communes.select_related("departement").order_by("nom_normalise", "pk"))
        if secteur
        else []
    )
    return FicheConvention(
        convention=convention,
        commanditaire=organisation_name_at(
            convention.commanditaire_signataire or convention.commanditaire, convention.du
        ),
        operateur=organisation_name_at(
            convention.operateur_signataire or convention.operateur, convention.du
        ),
        financements=list(
            convention.financements.select_related("financeur").order_by(
                "financeur__nom_normalise", "pk"
            )
        ),
        total_annuel=convention.financements.aggregate(t=Sum("montant_annuel"))["t"] or Decimal(0),
        objectifs=list(convention.objectifs.order_by("pk")),
        avenants=[(a, changements.get(a.pk, [])) for a in convention.avenants.order_by("-numero")],
        communes=communes,
        communes_ajoutees=list(
            convention.communes.select_related("commune").order_by("du", "commune__nom_normalise")
        ),
        couvertures=list_couvertures(secteur) if secteur else [],
    )


def list_couvertures(secteur: Secteur) -> list[Couverture]:
    """The arrondissement and the département that hold most of the sector's communes."""
    found: list[Couverture] = []
    for champ, modele, mot in (
        ("arrondissement", Arrondissement, "Arrondissement"),
        ("departement", Departement, "Département"),
    ):
        code = (
            communes_of(secteur)
            .filter(**{f"{champ}__isnull": False})
            .values_list(champ)
            .annotate(n=Count("pk"))
            .order_by("-n", champ)
            .first()
        )
        if code:
            reference = modele.objects.get(pk=code[0])
            found.append(
                Couverture(f"{mot} : {reference.nom}", share_of_population(secteur, reference))
            )
    return found
