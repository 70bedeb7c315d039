"""Reads of the journal: the data-protection officer's, and a household's own readers."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cariatide.journal.models import (
    AttenteScelle,
    Chaine,
    Consultation,
    Evenement,
    Livraison,
    Maillon,
    TeteDeChaine,
)
from cariatide.journal.ports import menages_par_reference
from cariatide.socle.pages.listes import Tri

TRIS = (
    Tri("recent", "Le plus récent d’abord", ("horodatage",), descendant=True),
    Tri("ancien", "Le plus ancien d’abord", ("horodatage",)),
)
TRIS_LIVRAISONS = (Tri("recent", "La plus récente d’abord", ("evenement_id",), descendant=True),)
TRIS_TETES = (Tri("recent", "La plus récente d’abord", ("jour",), descendant=True),)


def list_consultations() -> QuerySet[Consultation]:
    """Every read, latest first."""
    return Consultation.objects.order_by("-id")


def list_consultations_menage(menage_id: int) -> QuerySet[Consultation]:
    """Who read a household's file."""
    return list_consultations().filter(menage_id=menage_id)


def _instant(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time.min))


def _between(rows: QuerySet[Any], filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Rows of the days given, both included, of one actor, of one household."""
    if filtres.get("du"):
        rows = rows.filter(horodatage__gte=_instant(filtres["du"]))
    if filtres.get("au"):
        rows = rows.filter(horodatage__lt=_instant(filtres["au"] + timedelta(days=1)))
    if filtres.get("acteur"):
        rows = rows.filter(acteur__icontains=filtres["acteur"])
    if filtres.get("organisation"):
        rows = rows.filter(organisation__icontains=filtres["organisation"])
    if filtres.get("menage"):
        rows = rows.filter(menage_id=find_menage_id(filtres["menage"]))
    if filtres.get("objet"):
        rows = rows.filter(objet_type=filtres["objet"])
    return rows


def find_menage_id(reference: str) -> int:
    """The household of that reference; 0, which no row bears, when there is none."""
    for find in menages_par_reference:
        found = find(reference)
        if found is not None:
            return found
    return 0


def filter_evenements(filtres: Mapping[str, Any]) -> QuerySet[Evenement]:
    """Writes for the officer's page; `nom` is a dotted name or its beginning."""
    rows = _between(Evenement.objects.all(), filtres)
    if filtres.get("nom"):
        rows = rows.filter(nom__startswith=filtres["nom"].strip().lower())
    return rows


def filter_consultations(filtres: Mapping[str, Any]) -> QuerySet[Consultation]:
    """Reads for the officer's page; `niveau` is the least level read."""
    rows = _between(Consultation.objects.all(), filtres)
    if filtres.get("niveau"):
        rows = rows.filter(niveau__gte=int(filtres["niveau"]))
    return rows


def list_abandonnees() -> QuerySet[Livraison]:
    """Dead letters: deliveries given up after repeated failures."""
    return Livraison.objects.filter(statut=Livraison.Statut.ABANDONNEE)


def list_tetes() -> QuerySet[TeteDeChaine]:
    """The head of each chain on each day, latest first."""
    return TeteDeChaine.objects.order_by("-jour", "chaine")


def list_chaines() -> list[dict[str, Any]]:
    """For each chain: rows sealed, rows that wait for their seal, its head now."""
    found = []
    for chaine in Chaine:
        tete = Maillon.objects.filter(chaine=chaine).order_by("-rang").first()
        found.append(
            {
                "nom": chaine.label,
                "scelles": tete.rang if tete else 0,
                "attente": AttenteScelle.objects.filter(chaine=chaine).count(),
                "empreinte": bytes(tete.empreinte).hex() if tete else "",
            }
        )
    return found
