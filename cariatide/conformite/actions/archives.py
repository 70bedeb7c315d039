"""A file goes to the intermediate archive, comes back, or becomes anonymous."""

from datetime import date

from django.db import transaction

from cariatide.conformite.actions.gels import require_mandat, require_motif
from cariatide.conformite.models import ArchiveDossier, GelConservation
from cariatide.conformite.queries import find_reference
from cariatide.journal.actions import record_evenement
from cariatide.journal.caviardage import redact
from cariatide.menages.actions import (
    bring_back,
    find_foyer,
    list_blocages,
    put_away,
    wipe,
    write_fait,
)
from cariatide.menages.effacement import manager_of
from cariatide.menages.models import Menage
from cariatide.menages.rules import check_passe, compute_terme
from cariatide.socle.erreurs import ActeRefuse, Introuvable
from cariatide.socle.perimetre import Perimetre

OBJET = "menages.menage"


def _lock(menage_id: int) -> tuple[Menage, list[int]]:
    """The file, and every id of its household."""
    foyer = find_foyer(menage_id)
    if not foyer:
        raise Introuvable("Ce dossier n’existe pas.")
    menage: Menage = manager_of("menages.Menage").get(pk=menage_id)
    if menage.fusionne_dans_id is not None:
        raise ActeRefuse("Cette fiche suit celle qui a été gardée.")
    gels = GelConservation.objects.unscoped(reason="un dossier gelé ne s’archive ni ne s’efface")
    if gels.filter(menage_id__in=foyer, leve_le__isnull=True).exists():
        raise ActeRefuse("La conservation de ce dossier est gelée.")
    return menage, foyer


def _check_clos(foyer: list[int]) -> None:
    if phrases := sorted({p for each in list_blocages(foyer).values() for p in each}):
        raise ActeRefuse(f"Ce dossier n’est pas clos : {', '.join(phrases)}.")


@transaction.atomic
def archive_dossier(
    *, perimetre: Perimetre, menage_id: int, motif: str, ans: int
) -> ArchiveDossier:
    """Close a file past its term to everybody; its links are kept for its return.

    Run by the system within a confirmed purge. ans: the length in the active base.
    """
    menage, foyer = _lock(menage_id)
    if menage.archive_le is not None:
        raise ActeRefuse("Ce dossier est déjà en archive.")
    if compute_terme(menage.dernier_contact_le, ans) > perimetre.jour:
        raise ActeRefuse("Un contact récent a prolongé la conservation de ce dossier.")
    _check_clos(foyer)
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=perimetre.jour,
        domaine="menages",
        titre="Dossier mis en archive intermédiaire",
        source=(OBJET, menage_id),
    )
    archive = ArchiveDossier(
        menage_id=menage_id,
        le=perimetre.jour,
        motif=motif[:300],
        liens=put_away(perimetre=perimetre, menage_ids=foyer),
    )
    archive.save(force_insert=True)
    _record("conservation.archivee", perimetre, menage_id, menage.reference)
    return archive


@transaction.atomic
def rend_dossier(
    *, perimetre: Perimetre, menage_id: int, contact_le: date, motif: str
) -> ArchiveDossier:
    """The household came back: its file opens again to those who read it, from that contact on."""
    mandat, motif = require_mandat(perimetre), require_motif(motif)
    reference = find_reference(perimetre, menage_id)
    check_passe(contact_le, perimetre.jour, "contact_le")
    foyer = find_foyer(menage_id)
    archive: ArchiveDossier | None = (
        ArchiveDossier.objects.select_for_update(of=("self",))
        .visible_to(perimetre)
        .filter(menage_id=menage_id, rendu_le__isnull=True, menage__anonymise_le__isnull=True)
        .first()
    )
    if archive is None:
        raise ActeRefuse("Ce dossier n’est pas en archive intermédiaire.")
    bring_back(menage_ids=foyer, liens=archive.liens, contact_le=contact_le)
    archive.liens, archive.rendu_le = [], perimetre.jour
    archive.rendu_motif, archive.rendu_par = motif, perimetre.utilisateur[:200]
    archive.save(update_fields=["liens", "rendu_le", "rendu_motif", "rendu_par"])
    write_fait(
        perimetre=perimetre,
        menage_id=menage_id,
        le=perimetre.jour,
        domaine="menages",
        titre="Dossier rendu à la base active",
        detail=motif,
        source=(OBJET, menage_id),
    )
    record_evenement(
        "conservation.rendue",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=menage_id,
        menage_id=menage_id,
        libelle=reference,
        apres={"motif": motif, "contact_le": contact_le},
    )
    return archive


@transaction.atomic
def anonymise_dossier(*, perimetre: Perimetre, menage_id: int) -> dict[str, int]:
    """Nothing names these people any more, here nor in the journal; rows touched by model.

    Run by the system within a confirmed purge; nothing undoes it, not even a merge.
    """
    menage, foyer = _lock(menage_id)
    if menage.archive_le is None or menage.anonymise_le is not None:
        raise ActeRefuse("Ce dossier n’est pas en archive intermédiaire.")
    _check_clos(foyer)
    bilan = wipe(perimetre=perimetre, menage_ids=foyer)
    bilan |= redact(perimetre=perimetre, menage_ids=foyer)
    _record("conservation.anonymisee", perimetre, menage_id, "")
    return {label: nombre for label, nombre in bilan.items() if nombre}


def _record(nom: str, perimetre: Perimetre, menage_id: int, libelle: str) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=menage_id,
        menage_id=menage_id,
        libelle=libelle,
    )
