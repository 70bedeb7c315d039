"""A purge: what would go, then who confirms it; the worker runs it file by file (tasks.py)."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cariatide.conformite.acces import OBJET_PURGE
from cariatide.conformite.actions.archives import anonymise_dossier, archive_dossier
from cariatide.conformite.actions.gels import require_mandat, require_motif
from cariatide.conformite.documents import MODELE_PV, TITRE_PV, build_pv
from cariatide.conformite.lifecycle import CYCLE
from cariatide.conformite.models import LignePurge, Purge
from cariatide.conformite.queries import (
    count_apercu,
    find_purge,
    list_candidats,
    list_confies,
    read_fondement,
)
from cariatide.conformite.statuts import NaturePurge, StatutLignePurge, StatutPurge
from cariatide.documents.actions import issue_document
from cariatide.journal.actions import record_evenement
from cariatide.menages.queries import read_conservation
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.references import next_reference

# One purge at most under way by nature: two previews would promise the same files.
_OUVERTES = (StatutPurge.PREPAREE, StatutPurge.CONFIRMEE)


@transaction.atomic
def prepare_purge(*, perimetre: Perimetre, nature: str, motif: str) -> Purge:
    """Take the files past their term, count what would go; nothing is touched yet."""
    mandat, motif = require_mandat(perimetre), require_motif(motif)
    fondement = read_fondement(perimetre.jour, nature)
    purges = Purge.objects.visible_to(perimetre).filter(nature=nature)
    if purges.filter(statut__in=_OUVERTES).exists():
        raise ErreurMetier("Une purge de cette nature est déjà préparée ou en cours.")
    menage_ids = list_candidats(perimetre, nature)
    if not menage_ids:
        raise ErreurMetier("Aucun dossier clos n’est au terme de cette durée.")
    purge = Purge(
        reference=next_reference("PV", perimetre.jour.year),
        nature=nature,
        organisation_id=mandat.organisation_id,
        motif=motif,
        fondement=fondement[:300],
        preparee_le=perimetre.jour,
        preparee_par=perimetre.utilisateur[:200],
        apercu=count_apercu(menage_ids, nature),
    )
    purge.save(force_insert=True)
    LignePurge.objects.bulk_create(
        [
            LignePurge(purge=purge, menage_id=pk, statut=StatutLignePurge.A_FAIRE)
            for pk in menage_ids
        ]
    )
    _record("purge.preparee", perimetre, purge, mandat, {"dossiers": len(menage_ids)})
    return purge


@transaction.atomic
def confirm_purge(*, perimetre: Perimetre, purge_id: int, recopie: str, version: int) -> Purge:
    """The second step: the reference copied by hand; the worker then starts."""
    purge = _lock(perimetre, purge_id, version)
    contexte = Contexte(perimetre, perimetre.jour, {"recopie": recopie})
    mandat = CYCLE.apply(purge, "confirmer", contexte)
    purge.confirmee_le, purge.confirmee_par = perimetre.jour, perimetre.utilisateur[:200]
    _save(purge, "confirmee_le", "confirmee_par")
    _record("purge.confirmee", perimetre, purge, mandat, {})
    return purge


@transaction.atomic
def abandon_purge(*, perimetre: Perimetre, purge_id: int, version: int) -> Purge:
    """Nothing was touched: the files stay where they are."""
    purge = _lock(perimetre, purge_id, version)
    mandat = CYCLE.apply(purge, "abandonner", Contexte(perimetre, perimetre.jour))
    purge.annulee_le = perimetre.jour
    _save(purge, "annulee_le")
    LignePurge.objects.visible_to(perimetre).filter(purge_id=purge.pk).delete()
    _record("purge.abandonnee", perimetre, purge, mandat, {})
    return purge


def run_ligne(*, perimetre: Perimetre, ligne: LignePurge) -> None:
    """Do one file, in the worker's transaction; refused when something came up since."""
    purge, menage_id = ligne.purge, ligne.menage_id
    if menage_id is None:
        raise ErreurMetier("Cette ligne n’a plus de dossier.")
    if purge.nature == NaturePurge.ARCHIVAGE:
        ans = read_conservation(perimetre.jour).entier
        archive_dossier(perimetre=perimetre, menage_id=menage_id, motif=purge.motif, ans=ans)
        ligne.bilan = {"menages.Menage": 1}
    else:
        ligne.menage_id = None
        ligne.save(update_fields=["menage"])
        ligne.bilan = anonymise_dossier(perimetre=perimetre, menage_id=menage_id)
        _forget_lignes(menage_id)
    mark_ligne(ligne, StatutLignePurge.FAITE)


def _forget_lignes(menage_id: int) -> None:
    """Former operations forget the file too: counts stay, and nothing leads to it."""
    list_confies().filter(menage_id=menage_id).update(menage_id=None)


def mark_ligne(ligne: LignePurge, statut: str, motif: str = "") -> None:
    ligne.statut, ligne.motif, ligne.faite_le = statut, motif[:300], timezone.now()
    ligne.save(update_fields=["statut", "motif", "faite_le", "bilan", "menage"])


@transaction.atomic
def finish_purge(*, perimetre: Perimetre, purge: Purge) -> Purge:
    """Every file was dealt with: the report is issued, kept with counts alone."""
    lignes = list_confies().filter(purge_id=purge.pk)
    restants = lignes.filter(statut=StatutLignePurge.A_FAIRE).count()
    CYCLE.apply(purge, "terminer", Contexte(perimetre, perimetre.jour, {"restants": restants}))
    modeles: dict[str, int] = {}
    for ligne in lignes.order_by("pk"):
        for label, nombre in ligne.bilan.items():
            modeles[label] = modeles.get(label, 0) + nombre
    faites = lignes.filter(statut=StatutLignePurge.FAITE).count()
    ecartees = list(
        lignes.filter(statut=StatutLignePurge.ECARTEE)
        .order_by("pk")
        .values_list("motif", flat=True)
    )
    purge.bilan = {"dossiers": faites, "modeles": modeles, "ecartees": ecartees}
    purge.terminee_le = perimetre.jour
    document = issue_document(
        perimetre=perimetre,
        modele=MODELE_PV,
        contexte=build_pv(purge, perimetre.jour),
        organisation_id=purge.organisation_id,
        objet=(OBJET_PURGE, purge.pk),
        titre=f"{TITRE_PV} {purge.reference}",
    )
    purge.document_id = document.pk
    _save(purge, "bilan", "terminee_le", "document_id")
    _record("purge.terminee", perimetre, purge, None, {"dossiers": faites})
    return purge


def _lock(perimetre: Perimetre, purge_id: int, version: int) -> Purge:
    purge = find_purge(perimetre, purge_id, lock=True)
    if purge.version != version:
        raise ConflitDeVersion("Cette purge a changé depuis l’ouverture de la page : relisez-la.")
    return purge


def _save(purge: Purge, *champs: str) -> None:
    purge.version += 1
    purge.save(update_fields=["statut", "version", *champs])


def _record(
    nom: str,
    perimetre: Perimetre,
    purge: Purge,
    mandat: MandatEnVigueur | None,
    apres: dict[str, Any],
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_PURGE,
        objet_id=purge.pk,
        libelle=f"{purge.get_nature_display()} {purge.reference}",
        apres=apres,
    )
