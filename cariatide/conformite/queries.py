"""Reads of the data-protection officer: reference and dates of a file, never its content."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cariatide.conformite.models import GelConservation
from cariatide.conformite.rules import BIENTOT_MOIS, ROLES_CONFORMITE, find_butoir, read_etat
from cariatide.conformite.statuts import Conservation
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
CHAMPS = ("pk", "reference", "dernier_contact_le", "cree_le", "gele")


def list_dossiers(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[Any]:
    """Files by their clock: those past their term by default; `etat` and `reference` filter."""
    dossiers = _dossiers(perimetre)
    if reference := filtres.get("reference"):
        return dossiers.filter(reference__iexact=reference.strip())
    etat, jour = filtres.get("etat"), perimetre.jour
    if etat == Conservation.GELEE:
        return dossiers.filter(gele=True)
    ans = _read_ans(jour)
    butoir = find_butoir(jour, ans)
    libres = dossiers.filter(gele=False)
    if etat == Conservation.BIENTOT:
        horizon = find_butoir(add_months(jour, BIENTOT_MOIS), ans)
        return libres.filter(dernier_contact_le__gt=butoir, dernier_contact_le__lte=horizon)
    return libres.filter(dernier_contact_le__lte=butoir)


def _read_ans(jour: date) -> int:
    return read_conservation(jour).entier


def _dossiers(perimetre: Perimetre) -> QuerySet[Any]:
    gels = GelConservation.objects.visible_to(perimetre).filter(
        menage_id=OuterRef("pk"), leve_le__isnull=True
    )
    dossiers: QuerySet[Any] = Menage.objects.unscoped(
        reason="horloge de conservation : référence et dates seules"
    ).annotate(gele=Exists(gels))
    return dossiers if perimetre.has_role(*ROLES_CONFORMITE) else dossiers.none()


def describe(ligne: dict[str, Any], jour: date) -> dict[str, Any]:
    """A row with its term and its state in words."""
    ans = _read_ans(jour)
    etat = read_etat(ligne["dernier_contact_le"], ans, jour, gele=ligne["gele"])
    terme = compute_terme(ligne["dernier_contact_le"], ans)
    return {**ligne, "terme": terme, "etat": etat.label, "echue": etat == Conservation.ECHUE}


def find_reference(perimetre: Perimetre, menage_id: int) -> str:
    """The reference of a file; Introuvable when there is none."""
    reference = _dossiers(perimetre).filter(pk=menage_id).values_list("reference", flat=True)
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
