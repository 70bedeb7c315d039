"""Reads of the data-protection officer: reference and dates of a file, never its content."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from cariatide.bareme.queries import ValeurDatee, value
from cariatide.conformite.acces import OBJET_PURGE
from cariatide.conformite.models import GelConservation, LignePurge, Purge
from cariatide.conformite.rules import BIENTOT_MOIS, ROLES_CONFORMITE, find_butoir, read_etat
from cariatide.conformite.statuts import (
    Conservation,
    NaturePurge,
    StatutLignePurge,
    StatutPurge,
)
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import papiers_of
from cariatide.journal.caviardage import count_rows
from cariatide.journal.mots import describe_objet
from cariatide.menages.actions import count_purge, list_blocages
from cariatide.menages.effacement import manager_of
from cariatide.menages.models import Menage
from cariatide.menages.queries import read_conservation
from cariatide.menages.rules import compute_terme
from cariatide.socle.dates import add_months
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

TRIS = (
    Tri("contact_ancien", "Le contact le plus ancien d’abord", ("dernier_contact_le",)),
    Tri("contact", "Le plus récent d’abord", ("dernier_contact_le",), descendant=True),
)
TRIS_PURGES = (Tri("recent", "La plus récente d’abord", ("preparee_le",), descendant=True),)
CHAMPS = ("pk", "reference", "dernier_contact_le", "cree_le", "archive_le", "gele")
CHAMPS_PURGES = (
    "pk", "reference", "nature", "statut", "preparee_le", "terminee_le", "document_id", "apercu",
)  # fmt: skip
CANDIDATS_MAX = 2_000  # files of one purge: its preview stays readable, the next one takes the rest


def list_dossiers(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Files by their clock: those past their term by default; `etat` and `reference` filter."""
    dossiers = select_dossiers(perimetre)
    if reference := filtres.get("reference"):
        return dossiers.filter(reference__iexact=reference.strip())
    etat, jour = filtres.get("etat"), perimetre.jour
    if etat == Conservation.ARCHIVEE:
        return dossiers.filter(archive_le__isnull=False)
    if etat == Conservation.GELEE:
        return dossiers.filter(gele=True)
    ans = _read_ans(jour)
    butoir = find_butoir(jour, ans)
    libres = dossiers.filter(gele=False, archive_le__isnull=True)
    if etat == Conservation.BIENTOT:
        horizon = find_butoir(add_months(jour, BIENTOT_MOIS), ans)
        return libres.filter(dernier_contact_le__gt=butoir, dernier_contact_le__lte=horizon)
    return libres.filter(dernier_contact_le__lte=butoir)


def _read_ans(jour: date) -> int:
    return read_conservation(jour).entier


def select_dossiers(perimetre: Perimetre) -> QuerySet[Any]:
    gels = GelConservation.objects.visible_to(perimetre).filter(
        menage_id=OuterRef("pk"), leve_le__isnull=True
    )
    dossiers: QuerySet[Any] = Menage.objects.unscoped(
        reason="horloge de conservation : référence et dates seules"
    ).annotate(gele=Exists(gels))
    # A merged file follows the one that was kept; an anonymous one is nobody's any more.
    dossiers = dossiers.filter(fusionne_dans__isnull=True, anonymise_le__isnull=True)
    return dossiers if perimetre.has_role(*ROLES_CONFORMITE) else dossiers.none()


def describe(ligne: dict[str, Any], jour: date) -> dict[str, Any]:
    """A row with its term and its state in words."""
    ans = _read_ans(jour)
    etat = read_etat(
        ligne["dernier_contact_le"], ans, jour, gele=ligne["gele"], archive_le=ligne["archive_le"]
    )
    terme = compute_terme(ligne["dernier_contact_le"], ans)
    return {**ligne, "terme": terme, "etat": etat.label, "echue": etat == Conservation.ECHUE}


def find_reference(perimetre: Perimetre, menage_id: int) -> str:
    """The reference of a file; Introuvable when there is none."""
    reference = select_dossiers(perimetre).filter(pk=menage_id).values_list("reference", flat=True)
    if (found := reference.first()) is None:
        raise Introuvable("Ce dossier n’existe pas.")
    return str(found)


def list_gels(perimetre: Perimetre, menage_id: int) -> QuerySet[GelConservation]:
    """Every hold of a file, the latest first."""
    gels: QuerySet[GelConservation] = (
        GelConservation.objects.visible_to(perimetre)
        .filter(menage_id=menage_id)
        .order_by("-pose_le", "-pk")
    )
    return gels


def lecture_gel(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The page that holds a file, or lifts its hold."""
    menage_id = kwargs["menage_id"]
    reference = find_reference(perimetre, menage_id)
    return Lecture("menages.menage", menage_id, menage_id, Niveau.AGREGE, reference)


# -- purges ------------------------------------------------------------------------------------


def read_duree(jour: date, nature: str) -> ValeurDatee:
    """The delay that a purge of that nature applies; DateNonCouverte while none is set."""
    if nature == NaturePurge.ARCHIVAGE:
        return read_conservation(jour)
    return value("rgpd.archive_intermediaire", le=jour)


def read_fondement(jour: date, nature: str) -> str:
    """The delay in words, with its source, as the report keeps it."""
    duree = read_duree(jour, nature)
    depuis = "le dernier contact" if nature == NaturePurge.ARCHIVAGE else "la mise en archive"
    return f"{duree.entier} an{'s' if duree.entier > 1 else ''} après {depuis}. {duree.reference}"


def list_candidats(perimetre: Perimetre, nature: str) -> list[int]:
    """Files past the delay, closed and not held, the oldest first; a bounded number."""
    butoir = find_butoir(perimetre.jour, read_duree(perimetre.jour, nature).entier)
    libres = select_dossiers(perimetre).filter(gele=False)
    if nature == NaturePurge.ARCHIVAGE:
        found = libres.filter(archive_le__isnull=True, dernier_contact_le__lte=butoir)
        found = found.order_by("dernier_contact_le", "pk")
    else:
        found = libres.filter(archive_le__lte=butoir).order_by("archive_le", "pk")
    pks = list(found.values_list("pk", flat=True)[:CANDIDATS_MAX])
    bloques = list_blocages(pks)
    return [pk for pk in pks if pk not in bloques]


def count_apercu(menage_ids: Sequence[int], nature: str) -> dict[str, Any]:
    """What a purge would touch: files, and rows by model when it is an anonymisation."""
    if nature == NaturePurge.ARCHIVAGE:
        return {"dossiers": len(menage_ids), "modeles": {"menages.Menage": len(menage_ids)}}
    foyer = [*menage_ids, *list_absorbes(menage_ids)]
    modeles = {**count_purge(foyer), **count_rows(foyer)}
    return {"dossiers": len(menage_ids), "modeles": {k: n for k, n in modeles.items() if n}}


def list_absorbes(menage_ids: Sequence[int]) -> list[int]:
    return list(
        manager_of("menages.Menage")
        .filter(fusionne_dans_id__in=list(menage_ids))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


_LIBELLES = {
    "journal.actes": "Lignes du journal des actes",
    "journal.consultations": "Lignes du journal des consultations",
}


def describe_modeles(modeles: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts by model in words, the largest first; two models of one name add up."""
    found: dict[str, int] = {}
    for label, nombre in modeles.items():
        libelle = _LIBELLES.get(label) or describe_objet(label)
        found[libelle] = found.get(libelle, 0) + nombre
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def list_purges(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Every purge, whatever became of it."""
    purges: QuerySet[Any] = Purge.objects.visible_to(perimetre)
    if nature := filtres.get("nature"):
        purges = purges.filter(nature=nature)
    return purges


def describe_purge(ligne: dict[str, Any], jour: date) -> dict[str, Any]:
    """A row of that list in words."""
    return {
        **ligne,
        "nature": NaturePurge(ligne["nature"]).label,
        "etat": StatutPurge(ligne["statut"]).label,
        "dossiers": ligne["apercu"].get("dossiers", 0),
    }


def find_purge(perimetre: Perimetre, purge_id: int, *, lock: bool = False) -> Purge:
    rows = Purge.objects.select_for_update(of=("self",)) if lock else Purge.objects.all()
    purge: Purge = rows.find_visible(perimetre, purge_id)
    return purge


def list_lignes(perimetre: Perimetre, purge_id: int) -> QuerySet[Any]:
    """The files of a purge by reference, those that remain first."""
    lignes: QuerySet[Any] = (
        LignePurge.objects.visible_to(perimetre)
        .filter(purge_id=purge_id)
        .order_by("statut", "pk")
        .annotate(reference=F("menage__reference"))
        .values("pk", "statut", "motif", "reference", "menage_id")
    )
    return lignes


def list_papiers(menage_ids: Sequence[int]) -> list[tuple[str, str]]:
    """Documents by reference, pieces by kind and number: what would be erased, without a name."""
    found: list[tuple[str, str]] = []
    for modele, rows in papiers_of(menage_ids, {}).items():
        for papier in rows.order_by("pk"):
            titre = papier.reference if modele is DocumentEmis else f"Pièce n° {papier.pk}"
            nom = papier.modele if modele is DocumentEmis else papier.get_type_display()
            found.append((titre, nom.replace("_", " ")))
    return found


def list_confies() -> QuerySet[LignePurge]:
    """The files of every purge: the worker deals with them, whoever asked."""
    lignes: QuerySet[LignePurge] = LignePurge.objects.unscoped(
        reason="dossiers d’une opération de conservation, confiés au travail de fond"
    )
    return lignes


def next_ligne() -> LignePurge | None:
    """The next file of a confirmed purge, locked; another worker takes another one."""
    ligne: LignePurge | None = (
        list_confies()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("purge")
        .filter(purge__statut=StatutPurge.CONFIRMEE, statut=StatutLignePurge.A_FAIRE)
        .order_by("purge_id", "pk")
        .first()
    )
    return ligne


def next_to_finish() -> Purge | None:
    """A confirmed purge whose files were all dealt with, locked."""
    restants = list_confies().filter(purge_id=OuterRef("pk"), statut=StatutLignePurge.A_FAIRE)
    purge: Purge | None = (
        Purge.objects.unscoped(reason="opération de conservation dont chaque dossier est traité")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(~Exists(restants), statut=StatutPurge.CONFIRMEE)
        .order_by("pk")
        .first()
    )
    return purge


def lecture_purge(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """A page of a purge: references of files, never their content."""
    purge = find_purge(perimetre, kwargs["purge_id"])
    return Lecture(OBJET_PURGE, purge.pk, None, Niveau.AGREGE, purge.reference)
