"""The links that open the cases of a session: to each member organisation, for the time of it.

A member reads from `lecture_du` to `lecture_au`, and never before the case entered the agenda;
the secretariat keeps its link without end, since it answers for the decision.
"""

from datetime import timedelta

from cariatide.commission.models import Passage, Seance
from cariatide.commission.queries import OBJET_PASSAGE, list_membres
from cariatide.commission.statuts import A_TENIR, OUVERTS
from cariatide.menages.actions import attach, detach
from cariatide.menages.statuts import MotifRattachement
from cariatide.socle.perimetre import Niveau, Perimetre


def open_liens(seance: Seance, passages: list[Passage]) -> None:
    """Write the links of these cases to the composition on the day of the session."""
    membres = [m.organisation_id for m in list_membres(seance.instance_id, seance.le)]
    for passage in passages:
        du = max(seance.lecture_du, passage.inscrit_le)
        for organisation_id in membres:
            attach(
                menage_id=passage.menage_id,
                organisation_id=organisation_id,
                niveau=Niveau.FACTUEL,
                motif=MotifRattachement.SEANCE,
                source=(OBJET_PASSAGE, passage.pk),
                du=du,
                au=max(du, seance.lecture_au),
                convention_id=seance.instance.convention_id,
            )
        attach(
            menage_id=passage.menage_id,
            organisation_id=seance.instance.secretariat_id,
            niveau=Niveau.FACTUEL,
            motif=MotifRattachement.SECRETARIAT,
            source=(OBJET_PASSAGE, passage.pk),
            du=passage.inscrit_le,
            convention_id=seance.instance.convention_id,
        )


def close_liens(perimetre: Perimetre, passage: Passage) -> None:
    """A case withdrawn before the session closes at once to the members."""
    source = (OBJET_PASSAGE, passage.pk)
    detach(
        source=source,
        au=perimetre.jour - timedelta(days=1),
        motif=str(MotifRattachement.SEANCE),
    )


def sync_liens(perimetre: Perimetre, seance: Seance) -> None:
    """Bring the links of a session in line with its date and with who sits that day."""
    passages = list(
        Passage.objects.unscoped(reason="liens des membres : tous les dossiers de la séance")
        .filter(seance_id=seance.pk, statut__in=OUVERTS)
        .order_by("ordre")
    )
    membres = {m.organisation_id for m in list_membres(seance.instance_id, seance.le)}
    anciens = set(list_membres(seance.instance_id).values_list("organisation_id", flat=True))
    for passage in passages:
        for organisation_id in sorted(anciens - membres):
            detach(
                source=(OBJET_PASSAGE, passage.pk),
                au=perimetre.jour - timedelta(days=1),
                organisation_id=organisation_id,
                motif=str(MotifRattachement.SEANCE),
            )
    open_liens(seance, passages)


def sync_liens_instance(perimetre: Perimetre, instance_id: int) -> None:
    """The composition changed: every session still to be held follows."""
    seances = (
        Seance.objects.unscoped(reason="la composition de l’instance a changé")
        .filter(instance_id=instance_id, statut__in=A_TENIR)
        .select_related("instance")
        .order_by("le", "id")
    )
    for seance in seances:
        sync_liens(perimetre, seance)
