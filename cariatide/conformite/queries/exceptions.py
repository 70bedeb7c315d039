"""Reads of exceptional accesses: who opened which file, until when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, QuerySet, Value
from django.db.models.functions import Concat

from cariatide.bareme.queries import ValeurDatee, value
from cariatide.conformite.queries.conservation import select_dossiers
from cariatide.menages.models import Rattachement
from cariatide.menages.statuts import MotifRattachement
from cariatide.partenaires.models import SessionException
from cariatide.partenaires.queries import en_cours, en_vigueur
from cariatide.partenaires.rules import ROLES_EXCEPTION
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Niveau, Perimetre

TRIS_EXCEPTIONS = (
    Tri("recent", "La plus récente d’abord", ("ouverte_le",), descendant=True),
    Tri("ancien", "La plus ancienne d’abord", ("ouverte_le",)),
)
CHAMPS_EXCEPTIONS = (
    "pk", "reference", "qui", "organisation__nom", "motif", "ouverte_le", "terme", "close_le",
    "close_par", "en_cours",
)  # fmt: skip


def read_heures_maximum(perimetre: Perimetre) -> ValeurDatee:
    """The longest exceptional access, as this person's organisation fixed it."""
    mandat = perimetre.find_mandat(ROLES_EXCEPTION)
    return value(
        "acces.exception_heures_maximum",
        le=perimetre.jour,
        organisation_id=mandat.organisation_id if mandat else None,
    )


def find_dossier(perimetre: Perimetre, reference: str) -> dict[str, Any]:
    """The key and the reference of the file to open, and nothing else of it."""
    found = (
        select_dossiers(perimetre)
        .filter(reference__iexact=reference.strip())
        .values("pk", "reference", "archive_le")
        .first()
    )
    if found is None:
        phrase = "Aucun dossier ne porte cette référence."
    elif found["archive_le"]:
        phrase = "Ce dossier est en archive : rendez-le d’abord à la base active."
    else:
        return dict(found)
    raise ErreurMetier(phrase, {"reference": phrase})


def list_detenteurs(menage_id: int, jour: date) -> list[int]:
    """The organisations that hold a file: those that read its social content, or all of its own."""
    liens = (
        Rattachement.objects.filter(en_vigueur(jour), menage_id=menage_id)
        .exclude(motif=MotifRattachement.EXCEPTION)
        .values_list("organisation_id", "niveau")
    )
    rows = list(liens)
    sociaux = {o for o, niveau in rows if niveau >= Niveau.SOCIAL}
    return sorted(sociaux or {o for o, _ in rows})


def list_exceptions(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Exceptional accesses that this person watches over; `etat` keeps those that run."""
    rows: QuerySet[Any] = SessionException.objects.visible_to(perimetre).annotate(
        qui=Concat("utilisateur__prenom", Value(" "), "utilisateur__nom"),
        en_cours=ExpressionWrapper(en_cours(), output_field=BooleanField()),
    )
    if filtres.get("etat"):
        rows = rows.filter(en_cours())
    if reference := filtres.get("reference"):
        rows = rows.filter(reference__iexact=reference.strip())
    return rows


def describe_exception(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row with its state in words."""
    if ligne["en_cours"]:
        etat = "En cours"
    elif ligne["close_le"]:
        etat = f"Clos par {ligne['close_par']}"
    else:
        etat = "Terminé"
    return {**ligne, "etat": etat, "fin": ligne["close_le"] or ligne["terme"]}
