"""What every act on a session does: lock it, check who keeps it, write the event and the fact."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cariatide.commission.models import Passage, Seance
from cariatide.commission.queries import OBJET_PASSAGE, OBJET_SEANCE, find_mandat_secretariat
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import write_fait
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

CONFLIT_SEANCE = "Quelqu’un d’autre a modifié cette séance depuis l’ouverture de la page."
CONFLIT_PASSAGE = (
    "Une autre personne a enregistré une décision sur ce dossier pendant que vous l’écriviez. "
    "Comparez les deux versions avant d’enregistrer la vôtre."
)


def lock_seance(perimetre: Perimetre, seance_id: int, version: int | None = None) -> Seance:
    """Lock a session that this person keeps: everything that changes it goes one at a time."""
    seance: Seance = (
        Seance.objects.select_for_update(of=("self",))
        .select_related("instance__secretariat", "instance__convention", "seconde_de")
        .find_visible(perimetre, seance_id)
    )
    require_mandat(perimetre, seance)
    if version is not None and seance.version != version:
        raise ConflitDeVersion(CONFLIT_SEANCE)
    return seance


def require_mandat(perimetre: Perimetre, seance: Seance) -> MandatEnVigueur:
    """The mandate of the secretariat, or ActeRefuse."""
    mandat = find_mandat_secretariat(perimetre, seance.instance)
    if mandat is None:
        raise ActeRefuse("Seul le secrétariat de l’instance peut faire cet acte.")
    return mandat


def lock_passage(
    perimetre: Perimetre, passage_id: int, version: int | None = None
) -> tuple[Seance, Passage]:
    """Lock the session, then the case; a case changed meanwhile raises ConflitDeVersion."""
    seen = Passage.objects.find_visible(perimetre, passage_id)
    seance = lock_seance(perimetre, seen.seance_id)
    passage: Passage = (
        Passage.objects.select_for_update(of=("self",))
        .select_related("reporte_de", "decision")
        .find_visible(perimetre, passage_id)
    )
    passage.seance = seance
    if version is not None and passage.version != version:
        raise ConflitDeVersion(CONFLIT_PASSAGE)
    return seance, passage


def save_passage(passage: Passage, *champs: str) -> None:
    passage.version += 1
    passage.save(update_fields=["statut", "version", *champs])


def save_seance(seance: Seance, *champs: str) -> None:
    seance.version += 1
    seance.save(update_fields=["statut", "version", *champs])


def tell_seance(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    seance: Seance,
    *,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_SEANCE,
        objet_id=seance.pk,
        libelle=describe_seance(seance),
        avant=avant,
        apres=apres,
    )


def tell_passage(
    nom: str,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    passage: Passage,
    *,
    titre: str = "",
    detail: str = "",
    ton: str = "",
    le: date | None = None,
    avant: Mapping[str, Any] | None = None,
    apres: Mapping[str, Any] | None = None,
) -> None:
    """One event, and one line of the household's parcours when the fact concerns it (titre)."""
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_PASSAGE,
        objet_id=passage.pk,
        menage_id=passage.menage_id,
        libelle=f"{passage.reference}, {describe_seance(passage.seance)}",
        avant=avant,
        apres=apres,
    )
    if titre:
        write_fait(
            perimetre=perimetre,
            menage_id=passage.menage_id,
            le=le or perimetre.jour,
            domaine="commission",
            titre=titre,
            detail=detail or describe_seance(passage.seance),
            source=(OBJET_PASSAGE, passage.pk),
            ton=ton,
        )


def describe_seance(seance: Seance) -> str:
    """« Groupe de pilotage, séance du 24/11/2026 »."""
    return f"{seance.instance.nom}, séance du {format_date(seance.le)}"


def moment(seance: Seance, jour: date) -> datetime:
    """When an act of the session happened: now on its day, at its hour when it is typed later."""
    now = timezone.now()
    if timezone.localdate(now) == seance.le == jour:
        return now
    return timezone.make_aware(datetime.combine(seance.le, seance.heure))
