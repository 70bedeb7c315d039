"""Reads of delays."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet, Value

from cariatide.echeances.models import Echeance
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre

TRIS = (
    Tri("due", "Date", ("due_le",)),
    Tri("due_desc", "Date, la plus lointaine d’abord", ("due_le",), descendant=True),
)
MOIS = 30  # days


def list_echeances(perimetre: Perimetre) -> QuerySet[Echeance]:
    """Open delays of the perimeter whose own time of alert has come, late ones first."""
    limite = ExpressionWrapper(
        Value(perimetre.jour, DateField()) + F("alerte_jours"), output_field=DateField()
    )
    return (
        Echeance.objects.visible_to(perimetre)
        .filter(statut=Echeance.Statut.OUVERTE, due_le__lte=limite)
        .order_by("due_le", "id")
    )


def list_a_faire(perimetre: Perimetre) -> QuerySet[Echeance]:
    """Those that wait for this person: their own, and those that nobody owns."""
    mine = {"utilisateur_id": perimetre.utilisateur_id}
    return list_echeances(perimetre).filter(Q(**mine) | Q(utilisateur_id__isnull=True))


def count_retards_equipe(perimetre: Perimetre) -> int:
    """Late delays of the others, for who answers for a team (nobody else sees any)."""
    mine = {"utilisateur_id": perimetre.utilisateur_id}
    rows = list_page(perimetre, {"horizon": "retard"}).filter(utilisateur_id__isnull=False)
    return rows.exclude(**mine).count()


def list_page(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Echeance]:
    """Open delays for the page: those of the month unless asked otherwise."""
    rows = Echeance.objects.visible_to(perimetre).filter(statut=Echeance.Statut.OUVERTE)
    horizon = filtres.get("horizon") or ""
    if horizon == "retard":
        rows = rows.filter(due_le__lt=perimetre.jour)
    elif horizon != "toutes":
        rows = rows.filter(due_le__lte=perimetre.jour + timedelta(days=MOIS))
    if filtres.get("miennes"):
        rows = rows.filter(utilisateur_id=perimetre.utilisateur_id)
    if filtres.get("q"):
        texte = filtres["q"]
        rows = rows.filter(Q(libelle__icontains=texte) | Q(menage_libelle__icontains=texte))
    return rows


def count_retard(perimetre: Perimetre) -> int:
    """How many are late, for the head of the page."""
    return list_page(perimetre, {"horizon": "retard"}).count()
