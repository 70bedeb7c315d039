"""The rules as they ran three weeks ago and tonight; what was done of some alerts since.

One put off, one closed with a reason; what was left to be dealt with went up to the head of
service, who took one.
"""

from datetime import timedelta

from cariatide.alertes.actions import (
    close_alerte,
    compute_alertes,
    postpone_alerte,
    take_alerte,
)
from cariatide.alertes.queries import list_equipe, list_miennes
from cariatide.alertes.statuts import MotifCloture, MotifReport
from cariatide.socle.perimetre import Perimetre, perimetre_systeme

DEPUIS, REPORT, CALCUL = 20, 9, "calcul des alertes"  # days, days


def watch(chef: Perimetre, referente: Perimetre) -> None:
    """By the daily job, then by the people; a story without any alert goes without."""
    jour = chef.jour
    compute_alertes(perimetre=perimetre_systeme(CALCUL, jour - timedelta(days=DEPUIS)))
    qui, rows = referente, list_miennes(referente, {})
    if rows.count() < 2:
        qui, rows = chef, list_equipe(chef, {})
    fermables = [a for a in rows.order_by("gravite", "depuis", "pk") if a.fermable]
    if fermables:
        postpone_alerte(
            perimetre=qui,
            alerte_id=fermables[0].pk,
            au=jour + timedelta(days=REPORT),
            motif=MotifReport.CONTACT_PREVU,
        )
    if len(fermables) > 1:
        close_alerte(
            perimetre=qui,
            alerte_id=fermables[1].pk,
            motif=MotifCloture.AILLEURS,
            precision="Ménage vu au guichet du CCAS, entretien à consigner",
        )
    compute_alertes(perimetre=perimetre_systeme(CALCUL, jour))
    remontee = list_equipe(chef, {"etat": "remontees"}).order_by("gravite", "depuis", "pk").first()
    if remontee is not None:
        take_alerte(perimetre=chef, alerte_id=remontee.pk)
