"""Reads of sessions: calendar, presences, quorum, papers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from cariatide.commission.models import (
    Passage,
    Presence,
    Seance,
)
from cariatide.commission.queries.instances import (
    find_regle,
    list_membres,
)
from cariatide.commission.rules import (
    EtatQuorum,
    Siege,
    compute_quorum,
)
from cariatide.commission.statuts import (
    A_TENIR,
    EXAMINES,
    OUVERTS,
    EtatPresence,
    StatutPassage,
    StatutSeance,
)
from cariatide.documents.models import DocumentEmis
from cariatide.documents.queries import lecture_document, list_documents
from cariatide.socle.erreurs import Introuvable
from cariatide.socle.pages.listes import Tri
from cariatide.socle.pages.routes import Lecture
from cariatide.socle.perimetre import Niveau, Perimetre

OBJET_SEANCE = "commission.seance"
OBJET_PASSAGE = "commission.passage"
TRIS = (
    Tri("date_desc", "Date, récente d’abord", ("le",), descendant=True),
    Tri("date", "Date, ancienne d’abord", ("le",)),
)
CHAMPS = (
    "pk", "le", "heure", "lieu", "statut", "instance_id", "instance__nom", "lecture_du",
    "lecture_au", "instance__secretariat_id", "instance__convention_id", "inscrits", "decides",
    "siege",
)  # fmt: skip
_ABSENTE = "Cette séance n’existe pas, ou n’est pas dans votre périmètre."


def list_seances(perimetre: Perimetre, filtres: dict[str, Any]) -> QuerySet[Seance]:
    """The calendar of the perimeter, with the number of cases, through the filters of the list."""
    found: QuerySet[Seance] = Seance.objects.visible_to(perimetre).annotate(
        inscrits=Count("passages", filter=~Q(passages__statut=StatutPassage.RETIRE), distinct=True),
        decides=Count("passages", filter=Q(passages__statut__in=EXAMINES), distinct=True),
        siege=Case(When(Seance.condition_siege(perimetre), then=True), default=False),
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


def list_lisibles(perimetre: Perimetre) -> QuerySet[Seance]:
    """Sessions whose cases and papers may be read: kept by me, or where I sit, in its window."""
    lues = Q(lecture_du__lte=perimetre.jour, lecture_au__gte=perimetre.jour)
    found: QuerySet[Seance] = Seance.objects.visible_to(perimetre).filter(
        Seance.condition_tenue(perimetre) | (Seance.condition_siege(perimetre) & lues)
    )
    return found


def find_seance(perimetre: Perimetre, seance_id: int) -> Seance:
    """The same, one session: Introuvable outside."""
    found = (
        list_lisibles(perimetre)
        .select_related("instance__secretariat", "instance__convention", "seconde_de")
        .filter(pk=seance_id)
        .first()
    )
    if found is None:
        raise Introuvable(_ABSENTE)
    return found


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
    """Sessions to hold or to close, kept by me or where I sit: the nearest first."""
    return list(
        Seance.objects.visible_to(perimetre)
        .filter(Seance.condition_tenue(perimetre) | Seance.condition_siege(perimetre))
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


def list_papiers(perimetre: Perimetre, seance: Seance) -> list[DocumentEmis]:
    """Papers issued for a session, the latest first."""
    return list(list_documents(perimetre, objet=(OBJET_SEANCE, seance.pk)))


def list_notifications(perimetre: Perimetre, *passage_ids: int) -> list[DocumentEmis]:
    """Notifications issued for these cases, in the order they were."""
    return list(
        list_documents(perimetre)
        .filter(objet_type=OBJET_PASSAGE, objet_id__in=passage_ids)
        .order_by("pk")
    )


def list_notifications_seance(perimetre: Perimetre, seance_id: int) -> list[DocumentEmis]:
    """Notifications issued for the cases of a session; Introuvable when there is none yet."""
    seance = find_seance(perimetre, seance_id)
    ids = Passage.objects.visible_to(perimetre).filter(seance_id=seance.pk)
    rows = list_notifications(perimetre, *ids.order_by("ordre").values_list("pk", flat=True))
    if not rows:
        raise Introuvable("Aucune notification de cette séance n’est encore émise.")
    return rows


def lectures_notifications(perimetre: Perimetre, kwargs: dict[str, Any]) -> list[Lecture]:
    """One line a document in the journal: each household's file says that it was printed."""
    return [
        lecture_document(perimetre, {"document_id": document.pk})
        for document in list_notifications_seance(perimetre, kwargs["seance_id"])
    ]


class AccesPapiers:
    """Who reads the papers of a session (port of documents): whoever may read its cases."""

    niveau = Niveau.FACTUEL

    def condition(self, perimetre: Perimetre) -> Q:
        return Q(objet_id__in=list_lisibles(perimetre).order_by().values("pk"))
