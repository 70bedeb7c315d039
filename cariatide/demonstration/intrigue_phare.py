"""The household that pictures and guides tell about: decided once, to be decided again."""

from datetime import timedelta

from cariatide.demonstration.hasard import ouvre, ouvre_avant
from cariatide.demonstration.plan import PlanMesure, PlanPassage, PlanSaisine, Recit
from cariatide.socle.dates import add_months

SEANCES_DEPUIS = 7  # the session that decided, counted from the one to come
MOTIF_DECISION = "Logement petit mais apprécié du ménage ; maintien avec accompagnement au budget."


def tell_phare(recit: Recit) -> None:
    """One more saisine; its change of axis is on the next agenda."""
    seances = recit.seances["pilotage"]
    decision, prochaine = seances[-SEANCES_DEPUIS], seances[-1]
    saisie = ouvre_avant(decision.le - timedelta(days=22))
    plan = PlanSaisine(
        numero=1 + max((s.numero for s in recit.saisines), default=0),
        famille="mous", date_saisine=saisie, deposee_le=ouvre(saisie + timedelta(days=1)),
        origine="ccas", recevable_le=ouvre(saisie + timedelta(days=7)), axe="maintien",
        decidee_le=decision.le, sens="maintien", phare=True, motif_decision=MOTIF_DECISION,
        reexamen_le=ouvre_avant(prochaine.agenda_le - timedelta(days=4)),
    )  # fmt: skip
    passage = PlanPassage(plan, decision, decision.agenda_le, "maintien")
    suivant = PlanPassage(plan, prochaine, prochaine.agenda_le, reexamen=True)
    decision.passages.append(passage)
    prochaine.passages.append(suivant)
    plan.passages = [passage, suivant]
    recit.saisines.append(plan)
    recit.saisines.sort(key=lambda s: (s.deposee_le, s.date_saisine, s.numero))


def make_mesure(plan: PlanSaisine, recit: Recit) -> PlanMesure:
    """Every step of a measure that goes well, and a review of the half year."""
    assert plan.decidee_le

    def apres(jours: int):  # type: ignore[no-untyped-def]
        assert plan.decidee_le
        return ouvre(plan.decidee_le + timedelta(days=jours))

    mesure = PlanMesure(plan, apres(3), 12)
    plan.mesure = mesure
    bilan = ouvre_avant(recit.periode.hier - timedelta(days=24))
    mesure.actes = [
        (mesure.ouverte_le, "ouvrir", {}),
        (mesure.ouverte_le, "accorder_en_seance", {"le": plan.decidee_le}),
        (mesure.ouverte_le, "diagnostic_demander", {}),
        (mesure.ouverte_le, "diagnostic_rdv", {"rdv": apres(9)}),
        (apres(7), "proposer", {"signature": apres(17)}),
        (apres(9), "diagnostic_visite", {"duree": 75}),
        (apres(14), "diagnostic_rediger", {}),
        (apres(16), "diagnostic_valider", {}),
        (apres(17), "fixer_objectifs", {"nombre": 3}),
        (apres(17), "signer", {}),
        (apres(18), "diagnostic_transmettre", {}),
        (apres(20), "activer", {}),
        (bilan, "bilan_commencer", {"type": "intermediaire", "suite": "poursuivre"}),
        (ouvre(bilan + timedelta(days=2)), "bilan_soumettre", {}),
        (ouvre(bilan + timedelta(days=4)), "bilan_valider", {}),
        (ouvre(bilan + timedelta(days=5)), "bilan_transmettre", {}),
    ]
    mesure.activee_le = apres(20)
    mesure.fin = add_months(mesure.activee_le, 12) - timedelta(days=1)
    return mesure
