"""Writes on sessions: plan, convene, open with presences, close, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction

from cariatide.bareme.queries import value
from cariatide.commission.actions.agenda import carry_over, withdraw
from cariatide.commission.actions.commun import (
    lock_seance,
    moment,
    require_mandat,
    save_seance,
    tell_seance,
)
from cariatide.commission.actions.instances import lock_instance
from cariatide.commission.actions.liens import sync_liens
from cariatide.commission.lifecycle import CYCLE_SEANCE
from cariatide.commission.models import Instance, Passage, Presence, Seance
from cariatide.commission.ports import examinables
from cariatide.commission.queries import (
    build_donnees,
    count_quorum,
    find_prochaine,
    list_membres,
    list_presences,
)
from cariatide.commission.rules import check_date_seance, check_pouvoirs, compute_fenetre
from cariatide.commission.statuts import EXAMINES, OUVERTS, EtatPresence, StatutSeance
from cariatide.partenaires.rules import is_in_force
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre


@dataclass(frozen=True)
class DonneesSeance:
    """When and where a session is held."""

    le: date
    heure: time
    lieu: str
    visioconference: str = ""


@dataclass(frozen=True)
class LignePresence:
    """One organisation of the composition at the session."""

    organisation_id: int
    etat: str
    representant: str | None = None  # None: unchanged
    pouvoir_a_id: int | None = None


def _fenetre(instance: Instance, le: date) -> tuple[date, date]:
    """Days of reading, from the platform's values or the secretariat's own."""
    organisation_id = instance.secretariat_id
    avant = value("commission.lecture_avant", le=le, organisation_id=organisation_id)
    apres = value("commission.lecture_apres", le=le, organisation_id=organisation_id)
    return compute_fenetre(le, avant.entier, apres.entier)


def _check_donnees(perimetre: Perimetre, instance: Instance, donnees: DonneesSeance) -> None:
    check_date_seance(donnees.le, perimetre.jour)
    if not donnees.lieu.strip():
        message = "Indiquez le lieu de la séance."
        raise ErreurMetier(message, {"lieu": message})
    if not is_in_force(instance.du, instance.au, donnees.le):
        message = "L’instance n’est pas en vigueur à cette date."
        raise ErreurMetier(message, {"le": message})


def _save_unique(seance: Seance, *, insert: bool) -> None:
    """Two sessions of one instance at one time: the database refuses, in words."""
    try:
        with transaction.atomic():
            seance.save(force_insert=insert)
    except IntegrityError as error:
        if "seance_une_a_la_fois" not in str(error):
            raise
        message = "Cette instance a déjà une séance à cette date et à cette heure."
        raise ErreurMetier(message, {"heure": message}) from error


@transaction.atomic
def plan_seance(
    *,
    perimetre: Perimetre,
    instance_id: int,
    donnees: DonneesSeance,
    seconde_de_id: int | None = None,
) -> Seance:
    """Plan a session; the cases that an earlier one postponed enter its agenda at once.

    seconde_de_id: the closed session without quorum that this one calls a second time.
    """
    instance, mandat = lock_instance(perimetre, instance_id)
    _check_donnees(perimetre, instance, donnees)
    if seconde_de_id is not None:
        _check_seconde(perimetre, instance, seconde_de_id)
    du, au = _fenetre(instance, donnees.le)
    seance = Seance(
        instance=instance,
        le=donnees.le,
        heure=donnees.heure,
        lieu=donnees.lieu.strip(),
        visioconference=donnees.visioconference.strip(),
        seconde_de_id=seconde_de_id,
        lecture_du=du,
        lecture_au=au,
    )
    _save_unique(seance, insert=True)
    tell_seance(
        "seance.planifiee", perimetre, mandat, seance,
        apres={"le": seance.le, "heure": seance.heure, "lieu": seance.lieu},
    )  # fmt: skip
    if not _has_earlier_to_hold(perimetre, seance):
        carry_over(perimetre, seance)
    return seance


def _has_earlier_to_hold(perimetre: Perimetre, seance: Seance) -> bool:
    """Postponed cases go to the nearest session: a later one leaves them alone."""
    earlier = Seance.objects.visible_to(perimetre).filter(
        instance_id=seance.instance_id,
        statut__in=[StatutSeance.PLANIFIEE, StatutSeance.CONVOQUEE, StatutSeance.OUVERTE],
        le__lt=seance.le,
    )
    return seance.seconde_de_id is None and earlier.exists()


def _check_seconde(perimetre: Perimetre, instance: Instance, seconde_de_id: int) -> None:
    premiere = Seance.objects.find_visible(perimetre, seconde_de_id)
    failed = (
        premiere.statut == StatutSeance.CLOSE
        and premiere.quorum_requis is not None
        and premiere.quorum_presents < premiere.quorum_requis
    )
    if premiere.instance_id != instance.pk or not failed:
        raise ActeRefuse(
            "Une seconde convocation suit une séance close de la même instance, sans quorum."
        )
    if Seance.objects.visible_to(perimetre).filter(seconde_de_id=seconde_de_id).exists():
        raise ActeRefuse("Cette séance a déjà une seconde convocation.")


@transaction.atomic
def reschedule_seance(
    *, perimetre: Perimetre, seance_id: int, donnees: DonneesSeance, version: int | None = None
) -> Seance:
    """Change the date or the place; a convened session is to be convened again."""
    seance = lock_seance(perimetre, seance_id, version)
    mandat = require_mandat(perimetre, seance)
    _check_donnees(perimetre, seance.instance, donnees)
    avant = {"le": seance.le, "heure": seance.heure, "lieu": seance.lieu}
    convoquee = seance.statut == StatutSeance.CONVOQUEE
    if seance.statut != StatutSeance.PLANIFIEE:
        CYCLE_SEANCE.apply(seance, "replanifier", Contexte(perimetre, perimetre.jour))
        seance.convoquee_le = None
    seance.le, seance.heure, seance.lieu = donnees.le, donnees.heure, donnees.lieu.strip()
    seance.visioconference = donnees.visioconference.strip()
    seance.lecture_du, seance.lecture_au = _fenetre(seance.instance, donnees.le)
    seance.version += 1
    _save_unique(seance, insert=False)
    sync_liens(perimetre, seance)
    tell_seance(
        "seance.replanifiee", perimetre, mandat, seance, avant=avant,
        apres={
            "le": seance.le, "heure": seance.heure, "lieu": seance.lieu, "convoquee": convoquee,
        },
    )  # fmt: skip
    return seance


@transaction.atomic
def convene_seance(*, perimetre: Perimetre, seance_id: int, version: int | None = None) -> Seance:
    """Convene the members: the notice goes with the event, the papers with documents."""
    seance = lock_seance(perimetre, seance_id, version)
    ctx = Contexte(perimetre, perimetre.jour, build_donnees(seance))
    mandat = CYCLE_SEANCE.apply(seance, "convoquer", ctx)
    seance.convoquee_le = perimetre.jour
    save_seance(seance, "convoquee_le")
    sync_liens(perimetre, seance)
    tell_seance(
        "seance.convoquee", perimetre, mandat, seance,
        apres={"membres": list_membres(seance.instance_id, seance.le).count()},
    )  # fmt: skip
    return seance


@transaction.atomic
def open_seance(
    *, perimetre: Perimetre, seance_id: int, president: str = "", a: datetime | None = None
) -> Seance:
    """Open the session: its composition is the one in force that day, everybody still to arrive."""
    seance = lock_seance(perimetre, seance_id)
    ctx = Contexte(perimetre, perimetre.jour, build_donnees(seance))
    if Seance.objects.visible_to(perimetre).filter(
        instance_id=seance.instance_id, statut=StatutSeance.OUVERTE
    ).exists():  # fmt: skip
        raise ActeRefuse("Une séance de cette instance est déjà ouverte : closez-la d’abord.")
    presences = list_presences(seance)
    mandat = CYCLE_SEANCE.apply(seance, "ouvrir", ctx)
    seance.president = (president.strip() or seance.instance.presidence)[:160]
    seance.ouverte_a = a or moment(seance, perimetre.jour)
    save_seance(seance, "president", "ouverte_a")
    _replace_presences(seance, presences)
    tell_seance("seance.ouverte", perimetre, mandat, seance, apres={"president": seance.president})
    return seance


def _replace_presences(seance: Seance, presences: Sequence[Presence]) -> None:
    """Keep what was announced before (excused, proxies) of those who still sit; add the others."""
    kept = [p.organisation_id for p in presences]
    Presence.objects.filter(seance=seance).exclude(organisation_id__in=kept).delete()
    Presence.objects.bulk_create([p for p in presences if p.pk is None])


@transaction.atomic
def record_presences(
    *,
    perimetre: Perimetre,
    seance_id: int,
    lignes: Sequence[LignePresence],
    president: str | None = None,
    version: int | None = None,
) -> Seance:
    """Record who is there, excused or represented; the quorum follows at once.

    Before the session only excuses and proxies make sense; during it, everything. The same again
    writes nothing.
    """
    seance = lock_seance(perimetre, seance_id, version)
    mandat = require_mandat(perimetre, seance)
    if seance.statut not in (StatutSeance.CONVOQUEE, StatutSeance.OUVERTE):
        raise ActeRefuse("Les présences se notent sur une séance convoquée ou ouverte.")
    rows = {p.organisation_id: p for p in list_presences(seance)}
    _check_lignes(lignes, rows)
    avant = {str(p.organisation): p.etat for p in rows.values()}
    noted = _list_notes(seance, rows)
    for ligne in lignes:
        row = rows[ligne.organisation_id]
        row.etat = ligne.etat
        if ligne.representant is not None:
            row.representant = ligne.representant.strip()[:160]
        pouvoir = ligne.etat == EtatPresence.POUVOIR
        row.pouvoir_a_id = ligne.pouvoir_a_id if pouvoir else None
    if president is not None:
        seance.president = president.strip()[:160]
    if _list_notes(seance, rows) == noted:
        return seance
    for ligne in lignes:
        rows[ligne.organisation_id].save()
    save_seance(seance, "president")
    apres = {str(p.organisation): p.etat for p in rows.values()}
    changed = {k for k in apres if apres[k] != avant[k]}
    tell_seance(
        "seance.presences", perimetre, mandat, seance,
        avant={k: avant[k] for k in changed},
        apres={**{k: apres[k] for k in changed}, "quorum": count_quorum(seance).phrase},
    )  # fmt: skip
    return seance


def _list_notes(seance: Seance, rows: dict[int, Presence]) -> list[object]:
    """What the form of the presences says, row by row."""
    return [seance.president, *((p.etat, p.representant, p.pouvoir_a_id) for p in rows.values())]


def _check_lignes(lignes: Sequence[LignePresence], rows: dict[int, Presence]) -> None:
    for ligne in lignes:
        if ligne.organisation_id not in rows or ligne.etat not in EtatPresence.values:
            raise ErreurMetier("Cette organisation ne siège pas à la séance.")
    etats = {o: p.etat for o, p in rows.items()} | {x.organisation_id: x.etat for x in lignes}
    pouvoirs = {o: p.pouvoir_a_id for o, p in rows.items()}
    pouvoirs |= {x.organisation_id: x.pouvoir_a_id for x in lignes}
    check_pouvoirs(etats, pouvoirs)


@transaction.atomic
def close_seance(
    *,
    perimetre: Perimetre,
    seance_id: int,
    points_divers: str = "",
    a: datetime | None = None,
) -> Seance:
    """Close the session once every case is decided or carried over; freeze its quorum.

    The postponed cases enter the agenda of the next session when it is already planned.
    """
    seance = lock_seance(perimetre, seance_id)
    quorum = count_quorum(seance)
    ctx = Contexte(perimetre, perimetre.jour, build_donnees(seance))
    mandat = CYCLE_SEANCE.apply(seance, "clore", ctx)
    seance.points_divers = points_divers.strip()
    fin = a or moment(seance, perimetre.jour)
    seance.close_a = max(fin, seance.ouverte_a or fin)
    if quorum.connu:
        seance.quorum_requis = quorum.requis
        seance.quorum_presents, seance.quorum_membres = quorum.presents, quorum.membres
    save_seance(
        seance, "points_divers", "close_a", "quorum_requis", "quorum_presents", "quorum_membres"
    )  # fmt: skip
    tell_seance("seance.close", perimetre, mandat, seance, apres={"quorum": quorum.phrase})
    _settle(perimetre, seance)
    suivante = find_prochaine(perimetre, seance.instance_id, seance)
    if suivante:
        carry_over(perimetre, lock_seance(perimetre, suivante.pk))
    return seance


def _settle(perimetre: Perimetre, seance: Seance) -> None:
    """The owners of the cases hear that the decisions of this session no longer change."""
    rows = (
        Passage.objects.visible_to(perimetre)
        .filter(seance_id=seance.pk, statut__in=sorted(EXAMINES))
        .order_by("ordre")
        .values_list("objet_type", "objet_id", "pk")
    )
    for objet_type, objet_id, passage_id in list(rows):
        examinables.get(objet_type).on_cloture(
            objet_id=objet_id, passage_id=passage_id, perimetre=perimetre
        )


@transaction.atomic
def cancel_seance(*, perimetre: Perimetre, seance_id: int, motif: str) -> Seance:
    """Cancel a session to come: its cases wait for another agenda, closed to the members."""
    seance = lock_seance(perimetre, seance_id)
    ctx = Contexte(perimetre, perimetre.jour, {**build_donnees(seance), "motif": motif})
    refusal = CYCLE_SEANCE.refusal(CYCLE_SEANCE.transitions["annuler"], seance, ctx)
    if refusal:
        raise ActeRefuse(refusal)
    for passage in list(
        Passage.objects.select_for_update(of=("self",))
        .unscoped(reason="annulation : tous les dossiers inscrits à la séance")
        .filter(seance_id=seance.pk, statut__in=OUVERTS)
        .order_by("ordre")
    ):  # fmt: skip
        passage.seance = seance
        withdraw(perimetre, passage, f"Séance annulée : {motif.strip()}")
    convoquee = seance.convoquee_le is not None
    mandat = CYCLE_SEANCE.apply(seance, "annuler", ctx)
    seance.annulee_le, seance.motif_annulation = perimetre.jour, motif.strip()[:300]
    save_seance(seance, "annulee_le", "motif_annulation")
    tell_seance(
        "seance.annulee", perimetre, mandat, seance,
        apres={"motif": seance.motif_annulation, "convoquee": convoquee},
    )  # fmt: skip
    return seance
