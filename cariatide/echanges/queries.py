"""Reads of batches."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from cariatide.echanges.models import (
    ChoixExport,
    CorrespondanceImport,
    FiltreEnregistre,
    LigneImport,
    LotImport,
)
from cariatide.echanges.ports import ROLES_IMPORT, importables
from cariatide.echanges.statuts import StatutLigne, StatutLot
from cariatide.socle.avancement import Avancement, find_avancement
from cariatide.socle.pages.listes import Tri
from cariatide.socle.perimetre import Perimetre

TRIS_LOTS = (
    Tri("recents", "Le plus récent d’abord", ("recu_le",), descendant=True),
    Tri("anciens", "Le plus ancien d’abord", ("recu_le",)),
)


def list_lots(perimetre: Perimetre, filtres: Mapping[str, Any]) -> QuerySet[LotImport]:
    """Batches of the perimeter that pass the filters."""
    lots: QuerySet[LotImport] = LotImport.objects.visible_to(perimetre)
    if genre := filtres.get("genre"):
        lots = lots.filter(genre=genre)
    if statut := filtres.get("statut"):
        lots = lots.filter(statut=statut)
    if q := filtres.get("q"):
        lots = lots.filter(fichier__icontains=q)
    return lots


def describe_lot(ligne: dict[str, Any]) -> dict[str, Any]:
    """A row of the list with its kind and its state in words."""
    importable = importables.find(ligne["genre"])
    return ligne | {
        "genre_libelle": importable.libelle if importable else ligne["genre"],
        "statut_libelle": StatutLot(ligne["statut"]).label,
    }


def count_lignes(perimetre: Perimetre, lot_id: int) -> dict[str, int]:
    """Number of lines by state, every state present."""
    counts = dict(
        LigneImport.objects.visible_to(perimetre)
        .filter(lot_id=lot_id)
        .order_by()
        .values_list("statut")
        .annotate(n=Count("id"))
    )
    return {str(s): counts.get(str(s), 0) for s in StatutLigne}


def list_lignes(perimetre: Perimetre, lot_id: int, statut: str = "") -> QuerySet[LigneImport]:
    """Lines of a batch in the order of the file."""
    found = LigneImport.objects.visible_to(perimetre).filter(lot_id=lot_id)
    if statut:
        found = found.filter(statut=statut)
    return found.order_by("numero")


def iter_rejets(perimetre: Perimetre, lot: LotImport) -> Iterator[list[Any]]:
    """Rejected lines with the sender's own columns, then their number and the reason."""
    width = len(lot.entetes)
    for ligne in list_lignes(perimetre, lot.pk, StatutLigne.REJETEE).iterator(chunk_size=1000):
        cells = [str(cell) for cell in ligne.cellules[:width]]
        cells += [""] * (width - len(cells))
        yield [*cells, ligne.numero, " ".join(ligne.motifs)]


def find_entetes_connus(perimetre: Perimetre, genre: str) -> dict[str, str]:
    """Headers by field code, as this person's organisation matched them last time."""
    mandat = perimetre.find_mandat(ROLES_IMPORT)
    saved = CorrespondanceImport.objects.filter(
        organisation_id=mandat.organisation_id if mandat else 0, genre=genre
    )
    champs: dict[str, str] | None = saved.values_list("champs", flat=True).first()
    return champs or {}


def find_import_en_cours(perimetre: Perimetre) -> Avancement | None:
    """How far the file that this person just sent is."""
    return find_avancement(sujet_of(perimetre))


def sujet_of(perimetre: Perimetre) -> str:
    """Under which name the progress of this person's imports is told."""
    return f"import-{perimetre.utilisateur_id or 0}"


def list_filtres(perimetre: Perimetre, liste: str) -> QuerySet[FiltreEnregistre]:
    """Filters kept for a list: mine, then those that my organisations share."""
    mine = Q(utilisateur_id=perimetre.utilisateur_id or 0)
    found: QuerySet[FiltreEnregistre] = (
        FiltreEnregistre.objects.visible_to(perimetre)
        .filter(liste=liste)
        .select_related("utilisateur")
        .order_by(Case(When(mine, then=0), default=1), "nom", "id")
    )
    return found


def find_choix(perimetre: Perimetre, liste: str) -> ChoixExport | None:
    """What this person took last for that list."""
    return ChoixExport.objects.filter(
        utilisateur_id=perimetre.utilisateur_id or 0, liste=liste
    ).first()
