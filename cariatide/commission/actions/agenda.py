"""Writes on the agenda: cases enter, move, leave, go on to the next session."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from cariatide.commission.actions.commun import (
    lock_passage,
    lock_seance,
    require_mandat,
    save_passage,
    tell_passage,
)
from cariatide.commission.actions.liens import close_liens, open_liens
from cariatide.commission.lifecycle import CYCLE_PASSAGE
from cariatide.commission.models import Passage, Seance
from cariatide.commission.ports import examinables
from cariatide.commission.queries import Candidat, list_a_inscrire
from cariatide.commission.statuts import A_TENIR, OUVERTS, StatutPassage, StatutSeance
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre

_A_REPRENDRE = (StatutPassage.AJOURNE, StatutPassage.REPORTE)


@transaction.atomic
def inscribe_passages(
    *, perimetre: Perimetre, seance_id: int, dossiers: Iterable[tuple[str, int]]
) -> list[Passage]:
    """Put cases on the agenda, in the order given: their members may read them in time.

    dossiers: (type code, id) among those that wait (queries.list_a_inscrire). One that no longer
    waits refuses the whole act.
    """
    seance = lock_seance(perimetre, seance_id)
    _check_modifiable(seance)
    wanted = list(dict.fromkeys(dossiers))
    if not wanted:
        raise ErreurMetier("Choisissez au moins un dossier à inscrire.")
    waiting = {
        (x.type, x.dossier.objet_id): x for x in list_a_inscrire(perimetre, seance.instance_id)
    }
    missing = [cle for cle in wanted if cle not in waiting]
    if missing:
        raise ErreurMetier(
            "Un des dossiers choisis n’attend plus d’inscription : il a été inscrit, clos ou "
            "modifié entre-temps. Relisez la liste, puis recommencez."
        )
    return _insert(perimetre, seance, [waiting[cle] for cle in wanted])


def _insert(perimetre: Perimetre, seance: Seance, candidats: list[Candidat]) -> list[Passage]:
    mandat = require_mandat(perimetre, seance)
    last = Passage.objects.unscoped(reason="rang suivant de l’ordre du jour").filter(
        seance_id=seance.pk
    )
    ordre = last.aggregate(dernier=Max("ordre"))["dernier"] or 0
    created = []
    for rang, candidat in enumerate(candidats, start=ordre + 1):
        d = candidat.dossier
        passage = Passage(
            seance=seance,
            ordre=rang,
            objet_type=candidat.type,
            objet_id=d.objet_id,
            menage_id=d.menage_id,
            reference=d.reference,
            libelle=d.libelle[:200],
            origine=d.origine[:200],
            urgent=d.urgent,
            motif_urgence=d.motif_urgence[:300],
            sens_provisoire=d.provisoire,
            reporte_de=_find_a_reprendre(seance, candidat),
            inscrit_le=perimetre.jour,
        )
        passage.save(force_insert=True)
        created.append(passage)
    open_liens(seance, created)
    for passage in created:
        examinables.get(passage.objet_type).on_inscription(
            objet_id=passage.objet_id,
            passage_id=passage.pk,
            seance_le=seance.le,
            perimetre=perimetre,
        )
        tell_passage(
            "passage.inscrit",
            perimetre,
            mandat,
            passage,
            titre=f"Inscrit à l’ordre du jour du {format_date(seance.le)}",
            apres={"seance_id": seance.pk, "ordre": passage.ordre},
        )
    return created


def _find_a_reprendre(seance: Seance, candidat: Candidat) -> Passage | None:
    """The postponed passage that this one takes over, when no other did."""
    found: Passage | None = (
        Passage.objects.unscoped(reason="passage ajourné ou reporté dont celui-ci prend la suite")
        .filter(
            objet_type=candidat.type,
            objet_id=candidat.dossier.objet_id,
            seance__instance_id=seance.instance_id,
        )
        .exclude(statut=StatutPassage.RETIRE)
        .order_by("-seance__le", "-pk")
        .first()
    )
    if found is None or found.statut not in _A_REPRENDRE or hasattr(found, "reporte_a"):
        return None
    return found


def carry_over(perimetre: Perimetre, seance: Seance) -> list[Passage]:
    """Inscribe what earlier sessions postponed or could not examine, and what was directed by
    delegation and waits for its ratification, in the caller's transaction.

    For a second convocation, only the agenda of the session that failed.
    """
    waiting = list_a_inscrire(perimetre, seance.instance_id)
    precedents = {x.cle: _find_a_reprendre(seance, x) for x in waiting}
    chosen = []
    for candidat in waiting:
        precedent = precedents[candidat.cle]
        seconde = seance.seconde_de_id
        suite = precedent is not None and (seconde is None or precedent.seance_id == seconde)
        if suite or (candidat.dossier.provisoire and seconde is None):
            chosen.append(candidat)
    return _insert(perimetre, seance, chosen) if chosen else []


@transaction.atomic
def inscribe_at_next(
    *, perimetre: Perimetre, instance_id: int, objet_type: str, objet_id: int
) -> Passage | None:
    """Put a case that cannot wait on the agenda of the nearest session still to be held.

    None when no session is planned: the next one takes it as soon as it is (carry_over).
    """
    nearest = (
        Seance.objects.visible_to(perimetre)
        .filter(instance_id=instance_id, statut__in=sorted(A_TENIR), le__gte=perimetre.jour)
        .order_by("le", "heure")
        .first()
    )
    if nearest is None:
        return None
    seance = lock_seance(perimetre, nearest.pk)
    waiting = list_a_inscrire(perimetre, instance_id)
    cle = (objet_type, objet_id)
    return _insert(perimetre, seance, [x for x in waiting if (x.type, x.dossier.objet_id) == cle])[
        0
    ]


@transaction.atomic
def remove_passage(*, perimetre: Perimetre, passage_id: int, motif: str) -> Passage:
    """Take a case off the agenda before the session: it closes to the members at once."""
    _, passage = lock_passage(perimetre, passage_id)
    withdraw(perimetre, passage, motif)
    return passage


def withdraw(perimetre: Perimetre, passage: Passage, motif: str) -> None:
    """The same, in the caller's transaction, on a locked case."""
    ctx = Contexte(perimetre, perimetre.jour, {"motif": motif})
    mandat = CYCLE_PASSAGE.apply(passage, "retirer", ctx)
    passage.motif_retrait = motif.strip()[:300]
    save_passage(passage, "motif_retrait")
    close_liens(perimetre, passage)
    examinables.get(passage.objet_type).on_retrait(
        objet_id=passage.objet_id, passage_id=passage.pk, perimetre=perimetre
    )
    tell_passage(
        "passage.retire",
        perimetre,
        mandat,
        passage,
        titre=f"Retiré de l’ordre du jour du {format_date(passage.seance.le)}",
        apres={"motif": passage.motif_retrait},
    )


@transaction.atomic
def move_passage(*, perimetre: Perimetre, passage_id: int, monte: bool) -> Passage:
    """Swap a case with its neighbour still to be examined; at the end, nothing moves."""
    seance, passage = lock_passage(perimetre, passage_id)
    _check_modifiable(seance)
    if passage.statut not in OUVERTS:
        raise ActeRefuse("Ce dossier a été examiné : son rang ne change plus.")
    others = Passage.objects.select_for_update(of=("self",)).visible_to(perimetre).filter(
        seance_id=seance.pk, statut__in=OUVERTS
    )  # fmt: skip
    if monte:
        voisin = others.filter(ordre__lt=passage.ordre).order_by("-ordre").first()
    else:
        voisin = others.filter(ordre__gt=passage.ordre).order_by("ordre").first()
    if voisin is None:
        return passage
    avant = passage.ordre
    passage.ordre, voisin.ordre = voisin.ordre, passage.ordre
    # The unique rank is checked at the end of the transaction.
    passage.save(update_fields=["ordre"])
    voisin.save(update_fields=["ordre"])
    tell_passage(
        "passage.deplace",
        perimetre,
        require_mandat(perimetre, seance),
        passage,
        avant={"ordre": avant},
        apres={"ordre": passage.ordre},
    )
    return passage


def _check_modifiable(seance: Seance) -> None:
    if seance.statut not in (*A_TENIR, StatutSeance.OUVERTE):
        raise ActeRefuse("L’ordre du jour de cette séance ne change plus.")
