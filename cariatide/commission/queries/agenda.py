"""Reads of agendas and of the cases on them."""

from dataclasses import dataclass
from typing import Any

from cariatide.commission.models import (
    AvisMembre,
    Decision,
    Passage,
    Seance,
)
from cariatide.commission.ports import AInscrire, Synthese, examinables
from cariatide.commission.queries.seances import OBJET_PASSAGE, OBJET_SEANCE, find_seance
from cariatide.commission.statuts import (
    OUVERTS,
    StatutPassage,
)
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre


@dataclass(frozen=True)
class LigneAgenda:
    """A case as the agenda shows it: its rank among those kept, its decision when there is one."""

    rang: int
    passage: Passage
    decision: Decision | None

    @property
    def is_a_examiner(self) -> bool:
        return self.passage.statut in OUVERTS


@dataclass(frozen=True)
class Candidat:
    """A case that may enter an agenda, with the code of its kind."""

    type: str
    libelle_type: str
    dossier: AInscrire

    @property
    def cle(self) -> str:
        return f"{self.type}:{self.dossier.objet_id}"


def list_agenda(perimetre: Perimetre, seance_id: int, retires: bool = False) -> list[LigneAgenda]:
    """The cases of a session that the perimeter reads, in order; withdrawn ones only if asked."""
    rows = (
        Passage.objects.visible_to(perimetre)
        .filter(seance_id=seance_id)
        .select_related("decision", "reporte_de__seance")
        .order_by("ordre")
    )
    if not retires:
        rows = rows.exclude(statut=StatutPassage.RETIRE)
    return [
        LigneAgenda(rang, passage, getattr(passage, "decision", None))
        for rang, passage in enumerate(rows, start=1)
    ]


def find_passage(perimetre: Perimetre, passage_id: int) -> Passage:
    """A case on an agenda, with its session, within the perimeter."""
    found: Passage = Passage.objects.select_related(
        "seance__instance__secretariat", "decision", "menage", "reporte_de__seance"
    ).find_visible(perimetre, passage_id)
    return found


def find_affiche(
    lignes: list[LigneAgenda], passage_id: int | None = None, suit: bool = False
) -> LigneAgenda | None:
    """The case that the live screen shows.

    passage_id: asked for in the address (Introuvable when it is not on this agenda). suit: follow
    the session: nothing is shown when nothing is examined.
    """
    if passage_id is not None:
        asked = next((ligne for ligne in lignes if ligne.passage.pk == passage_id), None)
        if asked is None:
            raise Introuvable("Ce dossier n’est pas à l’ordre du jour de cette séance.")
        return asked
    current = next((x for x in lignes if x.passage.statut == StatutPassage.EN_COURS), None)
    if current or suit:
        return current
    return next((x for x in lignes if x.is_a_examiner), lignes[-1] if lignes else None)


def list_passages_precedents(perimetre: Perimetre, passage: Passage) -> list[LigneAgenda]:
    """Earlier passages of the same case, latest first."""
    rows = (
        Passage.objects.visible_to(perimetre)
        .filter(objet_type=passage.objet_type, objet_id=passage.objet_id)
        .exclude(pk=passage.pk)
        .exclude(statut=StatutPassage.RETIRE)
        .select_related("decision", "seance__instance")
        .order_by("-seance__le", "-pk")[:10]
    )
    return [LigneAgenda(0, row, getattr(row, "decision", None)) for row in rows]


def list_avis(perimetre: Perimetre, passage_id: int) -> list[AvisMembre]:
    return list(
        AvisMembre.objects.visible_to(perimetre)
        .filter(passage_id=passage_id)
        .select_related("organisation")
        .order_by("organisation__nom_normalise", "id")
    )


def read_synthese(perimetre: Perimetre, passage: Passage) -> Synthese:
    """The one page that members read; raises Introuvable outside the perimeter."""
    return examinables.get(passage.objet_type).synthese(passage.objet_id, perimetre)


def list_a_inscrire(perimetre: Perimetre, instance_id: int) -> list[Candidat]:
    """Cases of every kind that wait for an agenda: urgent, then postponed, then the oldest."""
    found = [
        Candidat(code, kind.libelle, dossier)
        for code, kind in examinables.items()
        for dossier in kind.list_a_inscrire(instance_id, perimetre)
    ]
    held = set(
        Passage.objects.unscoped(reason="un dossier déjà à l’ordre du jour n’est pas proposé")
        .filter(statut__in=OUVERTS, seance__instance_id=instance_id)
        .values_list("objet_type", "objet_id")
    )
    found = [x for x in found if (x.type, x.dossier.objet_id) not in held]
    return sorted(
        found,
        key=lambda x: (
            not (x.dossier.urgent or x.dossier.provisoire),
            not x.dossier.ajourne,
            x.dossier.depuis,
            x.dossier.objet_id,
        ),
    )


def read_etat(seance: Seance, lignes: list[LigneAgenda]) -> str:
    """A mark that changes when the session moves: what the followers compare."""
    current = next((x.passage.pk for x in lignes if x.passage.statut == "en_cours"), 0)
    return f"{seance.version}-{seance.statut}-{current}-{sum(x.passage.version for x in lignes)}"


def lecture_seance(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The agenda of a session: names of households, none in particular."""
    seance = find_seance(perimetre, kwargs["seance_id"])
    libelle = f"Ordre du jour, {seance.instance.nom}, {seance.le:%d/%m/%Y}"
    return Lecture(OBJET_SEANCE, seance.pk, None, Niveau.FACTUEL, libelle)


def lecture_en_seance(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    """The case shown by the live screen; the agenda alone when none is."""
    lecture = lecture_seance(perimetre, kwargs)
    lignes = list_agenda(perimetre, kwargs["seance_id"])
    affiche = find_affiche(lignes, kwargs.get("passage_id"))
    if affiche is None:
        return lecture
    passage = affiche.passage
    libelle = f"{passage} · {lecture.libelle}"
    return Lecture(OBJET_PASSAGE, passage.pk, passage.menage_id, Niveau.FACTUEL, libelle)


def lecture_passage(perimetre: Perimetre, kwargs: dict[str, Any]) -> Lecture:
    passage = find_passage(perimetre, kwargs["passage_id"])
    return Lecture(
        OBJET_PASSAGE, passage.pk, passage.menage_id, Niveau.FACTUEL, f"Passage {passage}"
    )
