"""The saisines: when they come, what becomes of them, up to the decision."""

from datetime import date, timedelta

from cariatide.demonstration.hasard import chance, entre, ouvre, ouvre_avant, pese, plus, tirage
from cariatide.demonstration.plan import (
    DOSSIERS_EN_PREPARATION,
    SEANCES,
    VOLUMES,
    PlanPassage,
    PlanSaisine,
    PlanSeance,
    Recit,
)
from cariatide.socle.dates import add_months

INSTANCE_PAR_FAMILLE = {
    "mous": "pilotage",
    "asll": "pilotage",
    "insalubrite": "insalubrite",
    "bailleur": "bailleur",
    "avdl": "avdl",
}
# Months between two sessions, and the hour, of the other instances.
AUTRES = {"insalubrite": (4, 14), "bailleur": (6, 10), "avdl": (9, 9)}
PARTS_IRRECEVABLES, PARTS_CLASSEES, PARTS_REFUS = 0.07, 0.05, 0.2
SEANCES_RECENTES = 2
PART_AJOURNES, PART_URGENCES, PART_MESURES = 0.1, 0.06, 0.65
AXES = {
    "mous": [("relogement", 0.6), ("maintien", 0.4)],
    "insalubrite": [("relogement", 0.4), ("maintien", 0.6)],
    "asll": [("maintien", 0.75), ("relogement", 0.25)],
    "bailleur": [("maintien", 1.0)],
    "avdl": [("relogement", 1.0)],
}
ORIGINES = {
    "mous": [("ccas", 4), ("service_social", 4), ("caf", 2), ("bailleurs", 1.5), ("ars", 1.2),
             ("association", 1.5), ("epci", 0.8)],
    "insalubrite": [("ars", 4), ("epci", 2), ("ccas", 2), ("caf", 1)],
    "asll": [("service_social", 5), ("ccas", 3), ("bailleurs", 3), ("caf", 2), ("association", 1)],
    "bailleur": [("bailleurs", 1)],
    "avdl": [("siao", 2), ("association_littoral", 1)],
}  # fmt: skip


def tell_seances(recit: Recit) -> None:
    """36 monthly sessions, the last one to come; the other instances meet less often.

    The works instance meets on the very day: a newcomer may hold its session at once.
    """
    p = recit.periode
    prochaine = p.jour + timedelta(days=2)
    while prochaine.weekday() != 1:
        prochaine += timedelta(days=1)
    pilotage = []
    for recul in range(SEANCES - 1, -1, -1):
        le = add_months(prochaine, -recul)
        le = prochaine if recul == 0 else ouvre(le - timedelta(days=le.weekday() - 1))
        pilotage.append(PlanSeance("pilotage", le, 14, "close" if recul else "convoquee"))
    recit.seances["pilotage"] = pilotage
    for code, (pas, heure) in AUTRES.items():
        premiere = p.jour if code == "insalubrite" else ouvre_avant(add_months(p.jour, -1))
        dates = [premiere]
        while add_months(dates[-1], -pas) > p.debut + timedelta(days=30):
            dates.append(ouvre(add_months(premiere, -pas * len(dates))))
        recit.seances[code] = [
            PlanSeance(code, le, heure, "close" if le <= p.hier else "convoquee")
            for le in reversed(dates)
        ]
    for seances in recit.seances.values():
        for rang, seance in enumerate(seances, 1):
            seance.rang = rang
            seance.precedente = seances[rang - 2].le if rang > 1 else None
    tenues = [s for s in recit.seances["pilotage"] if s.statut == "close"]
    for seance in tenues[-SEANCES_RECENTES:]:
        seance.recente = True


def tell_saisines(recit: Recit, graine: int) -> None:
    p = recit.periode
    found: list[PlanSaisine] = []
    for famille, volume in VOLUMES.items():
        for rang in range(p.nombre(volume, 8)):
            h = tirage(graine, famille, rang)
            date_saisine = entre(h, p.debut, p.hier)
            deposee = min(plus(h, date_saisine, 0, 3), ouvre_avant(p.hier))
            found.append(PlanSaisine(0, famille, date_saisine, max(deposee, date_saisine)))
    found.sort(key=lambda s: (s.deposee_le, s.date_saisine, s.famille))
    for numero, saisine in enumerate(found, 1):
        saisine.numero = numero
        _live(recit, saisine, tirage(graine, "vie", saisine.famille, numero))
    recit.saisines = found
    _prepare(recit)
    _hurry(recit)


def _live(recit: Recit, s: PlanSaisine, h) -> None:  # type: ignore[no-untyped-def]
    hier = recit.periode.hier
    s.axe = pese(h, AXES[s.famille])
    s.origine = pese(h, ORIGINES[s.famille])
    s.urgence = s.famille in ("mous", "insalubrite") and chance(h, PART_URGENCES)
    if s.origine in ("ars", "epci") or chance(h, 0.08):
        s.canal = pese(h, [("courrier", 2), ("courriel", 3)])
    sort = h.random()
    if sort < PARTS_IRRECEVABLES:
        s.irrecevable_le = _by(plus(h, s.deposee_le, 3, 15), hier)
        return
    if chance(h, 0.25):
        s.pieces_demandees_le = _by(plus(h, s.deposee_le, 1, 5), hier)
        if s.pieces_demandees_le is None:
            return
        s.pieces_recues_le = _by(plus(h, s.pieces_demandees_le, 5, 24), hier)
        if s.pieces_recues_le is None:
            return
    base = s.pieces_recues_le or s.deposee_le
    s.recevable_le = _by(plus(h, base, 0, 3) if s.urgence else plus(h, base, 1, 9), hier)
    if s.recevable_le is None:
        return
    if sort < PARTS_IRRECEVABLES + PARTS_CLASSEES:
        s.classee_le = _by(plus(h, s.recevable_le, 2, 9), hier)
        return
    if s.urgence and chance(h, 0.6):
        s.provisoire_le = _by(plus(h, s.recevable_le, 0, 2), hier)
    _go_to_seances(recit, s, h)


def _by(le: date, hier: date) -> date | None:
    return le if le <= hier else None


def _go_to_seances(recit: Recit, s: PlanSaisine, h) -> None:  # type: ignore[no-untyped-def]
    """Session after session until a decision; an emergency enters an agenda already made."""
    ready = s.provisoire_le or s.recevable_le
    assert ready is not None
    for seance in recit.seances[INSTANCE_PAR_FAMILLE[s.famille]]:
        limite = ouvre_avant(seance.le - timedelta(days=2)) if s.urgence else seance.agenda_le
        if ready > limite:
            continue
        inscrit_le = seance.planifiee_le if s.passages else max(seance.agenda_le, ready)
        passage = PlanPassage(s, seance, inscrit_le)
        if seance.statut != "close":
            if passage.inscrit_le <= recit.periode.hier:
                s.passages.append(passage)
                seance.passages.append(passage)
            return
        premier = not s.passages
        s.passages.append(passage)
        seance.passages.append(passage)
        # The last session of an instance that plans no other leaves a case postponed.
        attend = seance is recit.seances["bailleur"][-1] and len(seance.passages) == 1
        if premier and (attend or chance(h, PART_AJOURNES)):
            passage.sens = "ajournement"
            ready = seance.le + timedelta(days=1)
            continue
        passage.sens = s.sens = "refus" if chance(h, PARTS_REFUS) and not s.provisoire_le else s.axe
        s.decidee_le = seance.le
        return


def _prepare(recit: Recit) -> None:
    """The agenda to come is short: what was postponed, what is urgent, then the oldest."""
    prochaine = recit.seances["pilotage"][-1]
    ordered = sorted(
        prochaine.passages,
        key=lambda x: (len(x.saisine.passages) == 1, not x.saisine.urgence, x.saisine.numero),
    )
    # One place is for the change of axis of the flagship household.
    kept = ordered[: DOSSIERS_EN_PREPARATION - 1]
    for passage in ordered[DOSSIERS_EN_PREPARATION - 1 :]:
        passage.saisine.passages.remove(passage)
    prochaine.passages = kept


def _hurry(recit: Recit) -> None:
    """Two cases that cannot wait for the session are oriented by delegation, to be ratified."""
    hier = recit.periode.hier
    waiting = [
        s
        for s in recit.saisines
        if s.famille == "mous"
        and not (s.passages or s.classee_le or s.provisoire_le)
        and s.recevable_le is not None
        and ouvre(s.recevable_le + timedelta(days=1)) <= hier
    ]
    for saisine in waiting[-2:]:
        assert saisine.recevable_le
        saisine.urgence = True
        saisine.provisoire_le = ouvre(saisine.recevable_le + timedelta(days=1))
