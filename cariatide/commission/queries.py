"""Reads of instances, sessions and agendas."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from cariatide.commission.models import (
    AvisMembre,
    Decision,
    Instance,
    MembreInstance,
    Passage,
    Presence,
    RegleQuorum,
    Seance,
)
from cariatide.commission.ports import AInscrire, Synthese, examinables
from cariatide.commission.rules import (
    EtatQuorum,
    RegleDeQuorum,
    Siege,
    compute_quorum,
    is_lisible,
)
from cariatide.commission.statuts import (
    A_TENIR,
    EXAMINES,
    OUVERTS,
    EtatPresence,
    StatutPassage,
    StatutSeance,
)
from cariatide.partenaires.queries import en_vigueur
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

OBJET_INSTANCE = "commission.instance"
OBJET_SEANCE = "commission.seance"
OBJET_PASSAGE = "commission.passage"
TRIS = (
    Tri("date_desc", "Date, récente d’abord", ("le",), descendant=True),
    Tri("date", "Date, ancienne d’abord", ("le",)),
)
CHAMPS = (
    "pk", "le", "heure", "lieu", "statut", "instance_id", "instance__nom", "lecture_du",
    "lecture_au", "instance__secretariat_id", "instance__convention_id", "inscrits", "decides",
)  # fmt: skip
_ABSENTE = "Cette séance n’existe pas, ou n’est pas dans votre périmètre."


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


# -- Who


def find_mandat_secretariat(perimetre: Perimetre, instance: Any) -> MandatEnVigueur | None:
    """The mandate under which this person keeps the instance, or None."""
    return find_mandat_tenue(perimetre, instance.secretariat_id, instance.convention_id)


def find_mandat_tenue(
    perimetre: Perimetre, secretariat_id: int, convention_id: int | None
) -> MandatEnVigueur | None:
    """The same from bare ids, as a row of a list holds them."""
    for mandat in perimetre.mandats:
        tenue = mandat.role == Role.SECRETARIAT and mandat.organisation_id == secretariat_id
        if tenue and mandat.convention_id in (None, convention_id):
            return mandat
    return None


# -- Instances


def list_instances(jour: date | None = None) -> QuerySet[Instance]:
    """Instances in force on that day (all without one), with their secretariat."""
    found = Instance.objects.select_related("secretariat", "convention").order_by("nom", "id")
    return found.filter(en_vigueur(jour)) if jour else found


def list_instances_tenues(perimetre: Perimetre) -> QuerySet[Instance]:
    """Instances in force that this person keeps."""
    condition = Q(pk__in=[])
    for mandat in perimetre.mandats:
        if mandat.role == Role.SECRETARIAT:
            own = Q(secretariat_id=mandat.organisation_id)
            condition |= (
                own & Q(convention_id=mandat.convention_id) if mandat.convention_id else own
            )
    return list_instances(perimetre.jour).filter(condition)


def find_instance(instance_id: int) -> Instance:
    found = list_instances().filter(pk=instance_id).first()
    if found is None:
        raise Introuvable("Cette instance n’existe pas.")
    return found


def list_membres(instance_id: int, le: date | None = None) -> QuerySet[MembreInstance]:
    """Seats on that day (every seat, past ones too, without one)."""
    found = MembreInstance.objects.filter(instance_id=instance_id).select_related("organisation")
    if le:
        return found.filter(en_vigueur(le)).order_by("-voix", "organisation__nom_normalise", "id")
    return found.order_by(F("au").desc(nulls_first=True), "organisation__nom_normalise", "id")


def find_regle(instance_id: int, le: date) -> RegleDeQuorum | None:
    """The rule of quorum in force on the day of a session."""
    row = RegleQuorum.objects.filter(en_vigueur(le), instance_id=instance_id).order_by("id").first()
    return as_regle(row) if row else None


def as_regle(row: RegleQuorum) -> RegleDeQuorum:
    return RegleDeQuorum(
        mode=row.mode,
        nombre=row.nombre,
        numerateur=row.numerateur,
        denominateur=row.denominateur,
        pouvoirs_comptent=row.pouvoirs_comptent,
        seconde_convocation=row.seconde_convocation,
    )


# -- Sessions


def list_seances(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Seance]:
    """The calendar of the perimeter, with the number of cases, through the filters of the list."""
    found: QuerySet[Seance] = Seance.objects.visible_to(perimetre).annotate(
        inscrits=Count("passages", filter=~Q(passages__statut=StatutPassage.RETIRE), distinct=True),
        decides=Count("passages", filter=Q(passages__statut__in=EXAMINES), distinct=True),
    )
    if filtres.get("instance"):
        found = found.filter(instance_id=filtres["instance"])
    if filtres.get("statut"):
        found = found.filter(statut=filtres["statut"])
    if filtres.get("du"):
        found = found.filter(le__gte=filtres["du"])
    if filtres.get("au"):
        found = found.filter(le__lte=filtres["au"])
    return found


def find_seance(perimetre: Perimetre, seance_id: int) -> Seance:
    """A session whose cases may be read: one's own secretariat's, or a member's in its window."""
    seance: Seance = Seance.objects.select_related(
        "instance__secretariat", "instance__convention", "seconde_de"
    ).find_visible(perimetre, seance_id)
    if find_mandat_secretariat(perimetre, seance.instance) is None and not is_lisible(
        seance.lecture_du, seance.lecture_au, perimetre.jour
    ):
        raise Introuvable(_ABSENTE)
    return seance


def find_prochaine(perimetre: Perimetre, instance_id: int, apres: Seance) -> Seance | None:
    """The next session of the instance still to be held."""
    found: Seance | None = (
        Seance.objects.visible_to(perimetre)
        .filter(instance_id=instance_id, statut__in=A_TENIR)
        .filter(Q(le__gt=apres.le) | Q(le=apres.le, heure__gt=apres.heure))
        .select_related("instance")
        .order_by("le", "heure")
        .first()
    )
    return found


def list_prochaines(perimetre: Perimetre, limite: int = 10) -> list[Seance]:
    """Sessions to hold or to close, in the perimeter: the nearest first."""
    return list(
        Seance.objects.visible_to(perimetre)
        .filter(Q(statut__in=A_TENIR) | Q(statut=StatutSeance.OUVERTE))
        .select_related("instance")
        .order_by("le", "heure", "id")[:limite]
    )


def list_presences(seance: Seance) -> list[Presence]:
    """The people of a session: as recorded, else its composition, not there yet (unsaved rows)."""
    rows = list(
        Presence.objects.filter(seance_id=seance.pk)
        .select_related("organisation", "pouvoir_a")
        .order_by("-voix", "organisation__nom_normalise", "id")
    )
    if seance.statut in (StatutSeance.CLOSE, StatutSeance.ANNULEE) or (
        rows and seance.statut == StatutSeance.OUVERTE
    ):
        return rows
    known = {row.organisation_id: row for row in rows}
    return [
        known.get(m.organisation_id)
        or Presence(
            seance=seance, organisation=m.organisation, voix=m.voix, representant=m.titulaire,
            etat=EtatPresence.ABSENT,
        )
        for m in list_membres(seance.instance_id, seance.le)
    ]  # fmt: skip


def count_quorum(seance: Seance, presences: Iterable[Presence] | None = None) -> EtatQuorum:
    """The quorum of a session now; as counted at its close once it is closed."""
    if seance.statut == StatutSeance.CLOSE:
        return EtatQuorum(
            requis=seance.quorum_requis or 0,
            presents=seance.quorum_presents or 0,
            membres=seance.quorum_membres or 0,
            connu=seance.quorum_requis is not None,
            dispense=seance.seconde_de_id is not None,
        )
    sieges = [
        Siege(p.voix, p.etat)
        for p in (presences if presences is not None else list_presences(seance))
    ]
    return compute_quorum(
        find_regle(seance.instance_id, seance.le), sieges, seance.seconde_de_id is not None
    )


def build_donnees(seance: Seance) -> dict[str, Any]:
    """What the guards of a session read beside it."""
    return {
        "votants": list_membres(seance.instance_id, seance.le).filter(voix=True).count(),
        "regle": find_regle(seance.instance_id, seance.le),
        "restants": Passage.objects.unscoped(reason="garde de clôture : nombre de dossiers")
        .filter(seance_id=seance.pk, statut__in=OUVERTS)
        .count(),
    }


# -- Agenda


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


# -- Papers


def list_documents(perimetre: Perimetre, seance: Seance) -> list[Any]:
    return []


def list_documents_passage(perimetre: Perimetre, passage: Passage) -> list[Any]:
    return []


# -- What the consultation journal keeps


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
