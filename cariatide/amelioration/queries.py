"""Reads of works, and the facts that their guards need."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from cariatide.amelioration.lifecycle import CYCLE
from cariatide.amelioration.models import FinancementTravaux, OperationTravaux
from cariatide.amelioration.rules import FaitsOperation, LignePlan, Plan, sum_plan
from cariatide.amelioration.statuts import (
    ROLES_ETUDE,
    Finalite,
    MaitreOuvrage,
    StatutOperation,
)
from cariatide.baux.models import Occupation
from cariatide.menages.models import Menage
from cariatide.menages.queries import search_condition
from cariatide.parc.models import DiagnosticTechnique
from cariatide.parc.statuts import TypeLogement
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.lifecycle import Contexte, Evaluation
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET = "amelioration.operation"
CONTROLE_JOURS = 14  # days ahead of a planned end when the technician prepares the visit

TRIS = (
    Tri("recentes", "Études récentes", ("etudiee_le",), descendant=True),
    Tri("anciennes", "Études anciennes", ("etudiee_le",)),
    Tri("reference", "Référence", ("reference",)),
    Tri("reference_desc", "Référence, décroissante", ("reference",), descendant=True),
)
CHAMPS = (
    "pk", "reference", "objet", "statut", "finalite", "maitre_ouvrage", "logement_adapte", "cout",
    "etudiee_le", "financee_le", "fin_prevue", "achevee_le", "louee_le", "abandonnee_le",
    "motif_abandon", "convention__reference", "logement__reference", "logement__adresse",
    "logement__commune__nom", "logement__type", "menage__nom_usage", "menage__reference",
    "total_accorde",
)  # fmt: skip


def list_operations(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[OperationTravaux]:
    """Works of the perimeter that pass the filters, with what was granted."""
    plan = FinancementTravaux.objects.visible_to(perimetre).filter(operation=OuterRef("pk"))
    # Summed for the rows of the page alone: a join would add up those of every work first.
    total = plan.order_by().values("operation").annotate(total=Sum("accorde")).values("total")
    annotated: QuerySet[OperationTravaux] = _filter(perimetre, filtres).annotate(
        total_accorde=Subquery(total)
    )
    return annotated


def _filter(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[OperationTravaux]:
    found: QuerySet[OperationTravaux] = OperationTravaux.objects.visible_to(perimetre)
    if filtres.get("q"):
        found = found.filter(_search(perimetre, filtres["q"]))
    for champ in ("statut", "finalite", "maitre_ouvrage", "convention"):
        if filtres.get(champ):
            found = found.filter(**{champ: filtres[champ]})
    if filtres.get("logement_adapte"):
        found = found.filter(logement_adapte=True)
    if filtres.get("commune"):
        found = found.filter(logement__commune=filtres["commune"])
    if filtres.get("du"):
        found = found.filter(etudiee_le__gte=filtres["du"])
    if filtres.get("au"):
        found = found.filter(etudiee_le__lte=filtres["au"])
    return found


def _search(perimetre: Perimetre, texte: str) -> Q:
    """By reference, address of the home, or household."""
    condition = Q(reference__iexact=texte.strip()) | Q(logement__reference__iexact=texte.strip())
    words = normalise(texte).split()[:8]
    if words:
        address = Q()
        for word in words:
            address &= Q(logement__adresse_normalisee__contains=word)
        condition |= address
    people = search_condition(texte)
    if people is not None:
        found = Menage.objects.visible_to(perimetre).filter(people)
        condition |= Q(menage_id__dans=ArraySubquery(found.order_by().values("pk")))
    return condition


def count_operations(perimetre: Perimetre, filtres: dict[str, Any]) -> dict[str, int]:
    """How many works in each state under the same other filters: the tabs of the list."""
    found = _filter(perimetre, {**filtres, "statut": ""})
    rows = found.order_by().values("statut").annotate(n=Count("pk"))
    counts = dict.fromkeys(StatutOperation.values, 0)
    counts.update({row["statut"]: row["n"] for row in rows.values("statut", "n")})
    return counts


def with_labels(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of the list in words."""
    return {
        **ligne,
        "statut_libelle": StatutOperation(ligne["statut"]).label,
        "finalite_libelle": Finalite(ligne["finalite"]).label,
        "maitre_ouvrage_libelle": MaitreOuvrage(ligne["maitre_ouvrage"]).label,
        "type_libelle": TypeLogement(ligne["logement__type"]).label,
    }


# -- one operation -----------------------------------------------------------------------------


def find_operation(perimetre: Perimetre, operation_id: int) -> OperationTravaux:
    """One operation with what its page names; Introuvable outside the perimeter."""
    found: OperationTravaux = OperationTravaux.objects.select_related(
        "logement", "logement__commune", "menage", "convention", "organisation", "occupation",
    ).find_visible(perimetre, operation_id)  # fmt: skip
    return found


def lecture_operation(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """What the consultation journal keeps (404 outside)."""
    found = OperationTravaux.objects.find_visible(perimetre, kwargs["operation_id"])
    return Lecture(OBJET, found.pk, found.menage_id, Niveau.FACTUEL, found.reference)


def list_financements(perimetre: Perimetre, operation_id: int) -> list[FinancementTravaux]:
    """Lines of the financing plan, in the order they were asked."""
    return list(
        FinancementTravaux.objects.visible_to(perimetre)
        .filter(operation_id=operation_id)
        .select_related("financeur")
        .order_by("id")
    )


def load_plan(perimetre: Perimetre, operation: OperationTravaux) -> Plan:
    """Totals of the financing plan against the cost: one query."""
    rows = (
        FinancementTravaux.objects.visible_to(perimetre)
        .filter(operation_id=operation.pk)
        .values_list("sollicite", "accorde")
    )
    return sum_plan(operation.cout, (LignePlan(*row) for row in rows))


def find_entree(operation: OperationTravaux) -> tuple[int, date] | None:
    """First entry of a household into the home since the completion of the works.

    The household may be outside the perimeter of who reads the works: only the date leaves here.
    """
    if operation.achevee_le is None:
        return None
    row: tuple[int, date] | None = (
        Occupation.objects.unscoped(reason="date d’entrée dans un logement produit")
        .filter(logement_id=operation.logement_id, entree_le__gte=operation.achevee_le)
        .order_by("entree_le", "id")
        .values_list("pk", "entree_le")
        .first()
    )
    return row


def make_contexte(perimetre: Perimetre, operation: OperationTravaux) -> Contexte:
    """The facts that the guards read."""
    entree = find_entree(operation) or (None, None)
    faits = FaitsOperation(load_plan(perimetre, operation), entree[0], entree[1])
    return Contexte(perimetre, perimetre.jour, {"faits": faits})


def list_actes(perimetre: Perimetre, operation: OperationTravaux) -> list[Evaluation]:
    """Acts on the works, open or refused with the reason."""
    return list(CYCLE.evaluate(operation, make_contexte(perimetre, operation)))


def list_a_controler(perimetre: Perimetre) -> QuerySet[OperationTravaux]:
    """Works under way whose planned end is near or past, or unknown; the most pressing first."""
    limit = perimetre.jour + timedelta(days=CONTROLE_JOURS)
    return (
        OperationTravaux.objects.visible_to(perimetre)
        .filter(
            Q(fin_prevue__isnull=True) | Q(fin_prevue__lte=limit),
            statut=StatutOperation.EN_TRAVAUX,
            organisation_id__in=perimetre.organisation_ids,
        )
        .select_related("logement", "logement__commune")
        .order_by(F("fin_prevue").asc(nulls_last=True), "id")
    )


# -- choices of forms --------------------------------------------------------------------------


@dataclass(frozen=True)
class Occupant:
    """A household that may stay thanks to the works."""

    menage_id: int
    nom: str


def list_occupants(perimetre: Perimetre, logement_id: int) -> list[Occupant]:
    """Households of the perimeter that live in the home today."""
    rows = (
        Occupation.objects.visible_to(perimetre)
        .filter(logement_id=logement_id, sortie_le__isnull=True)
        .values_list("menage_id", "menage__nom_usage", "menage__reference")
    )
    return [Occupant(pk, f"{nom} ({reference})") for pk, nom, reference in rows]


def list_conventions_operees(perimetre: Perimetre) -> list[tuple[int, str]]:
    """Agreements that my organisations operate today."""
    organisations = {m.organisation_id for m in perimetre.mandats if m.role in ROLES_ETUDE}
    found = Convention.objects.filter(
        en_vigueur(perimetre.jour), operateur_id__in=organisations
    ).order_by("du", "id")
    return [(c.pk, str(c)) for c in found]


def find_cout_estime(perimetre: Perimetre, logement_id: int) -> Any:
    """The cost that the last technical diagnosis of the home estimates."""
    return (
        DiagnosticTechnique.objects.visible_to(perimetre)
        .filter(logement_id=logement_id, cout_estime__isnull=False)
        .order_by("-visite_le", "-id")
        .values_list("cout_estime", flat=True)
        .first()
    )
