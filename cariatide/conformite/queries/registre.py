"""Reads of the register of processing: its list, a record at a date, what waits for a review."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from cariatide.bareme.queries import (
    BaremeInconnu,
    DateNonCouverte,
    ValeurDatee,
    find_parametre,
    value,
)
from cariatide.conformite.models import Traitement, VersionTraitement
from cariatide.conformite.rules import RUBRIQUES, is_a_revoir
from cariatide.conformite.statuts import AnalyseDImpact
from cariatide.socle.dates import add_months, format_date
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.normalisation import normalise
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre

PARAMETRE = "registre.relecture"
A_COMPLETER = "à compléter"
TRIS_REGISTRE = (
    Tri("nom", "Nom", ("nom_normalise",)),
    Tri("nom_desc", "Nom, de Z à A", ("nom_normalise",), descendant=True),
    Tri("relecture", "La relecture la plus ancienne d’abord", ("revu_le",)),
    Tri("relecture_desc", "La plus récente d’abord", ("revu_le",), descendant=True),
)
CHAMPS_REGISTRE = (
    "pk", "reference", "nom", "organisation__nom", "mois", "cree_le", "revu_le",
    "a_completer", "clos_le",
)  # fmt: skip


def read_relecture(jour: date, organisation_id: int | None) -> int | None:
    """The delay after which a record is to be read again; None until somebody sets it locally."""
    try:
        mois: int = value(PARAMETRE, le=jour, organisation_id=organisation_id).entier
    except DateNonCouverte:
        return None
    return mois


def list_traitements(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Records in force by default; `etat` keeps those to complete, to review, or closed."""
    rows: QuerySet[Any] = Traitement.objects.all()
    delais = _list_delais(perimetre)
    connus = [When(organisation_id=o, then=Value(m)) for o, m in delais.items() if m is not None]
    rows = rows.annotate(mois=Case(*connus, default=None, output_field=IntegerField()))
    etat = filtres.get("etat")
    rows = rows.filter(clos_le__isnull=etat != "clos")
    if etat == "a_completer":
        rows = rows.filter(a_completer__gt=0)
    if etat == "a_revoir":
        rows = rows.filter(pk__in=_list_a_revoir(perimetre.jour, delais))
    if texte := filtres.get("q"):
        rows = rows.filter(nom_normalise__contains=normalise(texte))
    return rows


def _list_delais(perimetre: Perimetre) -> dict[int, int | None]:
    """The delay of each organisation that keeps records: one or two of them."""
    rows = Traitement.objects.order_by("organisation_id")
    tenantes = rows.values_list("organisation_id", flat=True).distinct()
    return {o: read_relecture(perimetre.jour, o) for o in tenantes}


def _list_a_revoir(jour: date, delais: Mapping[int, int | None]) -> list[int]:
    ouverts = Traitement.objects.filter(clos_le__isnull=True)
    rows = ouverts.values_list("pk", "organisation_id", "revu_le")
    return [pk for pk, o, revu in rows if is_a_revoir(revu, delais[o], jour)]


def describe_traitement(ligne: dict[str, Any], jour: date) -> dict[str, Any]:
    """A row of the list in words."""
    mois = ligne["mois"]
    if ligne["clos_le"]:
        etat = "Clos"
    elif is_a_revoir(ligne["revu_le"], mois, jour):
        etat = "À revoir"
    elif ligne["a_completer"]:
        etat = "À compléter"
    else:
        etat = "Complet"
    a_revoir = add_months(ligne["revu_le"], mois) if mois and not ligne["clos_le"] else None
    return {**ligne, "etat": etat, "a_revoir_le": a_revoir}


def find_traitement(traitement_id: int) -> Traitement:
    found = Traitement.objects.select_related("organisation").filter(pk=traitement_id).first()
    if found is None:
        raise Introuvable("Ce traitement n’est pas au registre.")
    return found


def list_versions(traitement_id: int) -> list[VersionTraitement]:
    """Every version of a record, latest first."""
    rows = VersionTraitement.objects.filter(traitement_id=traitement_id)
    return list(rows.order_by("-numero"))


def list_courantes() -> list[tuple[Traitement, VersionTraitement]]:
    """The register in force: each record with its latest version, by name, in two queries."""
    traitements = Traitement.objects.select_related("organisation")
    ouverts = traitements.filter(clos_le__isnull=True).order_by("nom_normalise", "pk")
    versions = VersionTraitement.objects.order_by("traitement_id", "numero")
    courantes = {v.traitement_id: v for v in versions}
    return [(t, courantes[t.pk]) for t in ouverts]


def find_version(traitement_id: int, numero: int | None = None) -> VersionTraitement:
    """One version of a record; the latest without a number."""
    rows = VersionTraitement.objects.filter(traitement_id=traitement_id)
    if numero is not None:
        rows = rows.filter(numero=numero)
    found: VersionTraitement | None = rows.order_by("-numero").first()
    if found is None:
        raise Introuvable("Cette version n’existe pas.")
    return found


def describe_version(version: VersionTraitement, jour: date) -> list[tuple[str, str]]:
    """Its headings in words, in the order of article 30; an empty one is « à compléter »."""
    lignes = []
    for nom in RUBRIQUES:
        texte = str(getattr(version, nom))
        if nom == "conservation":
            duree = describe_conservation(version.conservation_code, jour)
            texte = "\n".join(filter(None, (duree, texte)))
        if nom == "aipd" and texte:
            texte = AnalyseDImpact(texte).label
            texte += f", le {format_date(version.aipd_le)}" if version.aipd_le else ""
        libelle = str(VersionTraitement._meta.get_field(nom).verbose_name)  # type: ignore[union-attr]
        lignes.append((libelle[:1].upper() + libelle[1:], texte or A_COMPLETER))
    return lignes


def describe_conservation(code: str, jour: date) -> str:
    """The dated parameter in words, with its source; empty without a code."""
    if not code:
        return ""
    try:
        parametre = find_parametre(code)
        duree: ValeurDatee = value(code, le=jour)
    except (BaremeInconnu, DateNonCouverte) as absence:
        return f"Barème {code} : {absence.message}"
    doute = " (à vérifier)" if duree.a_verifier else ""
    return f"{parametre.libelle} : {duree.valeur} {duree.unite}{doute}. {duree.reference}."
