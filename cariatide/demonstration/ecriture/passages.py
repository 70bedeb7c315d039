"""A case on an agenda: inscribed, opened to the members, decided."""

from datetime import timedelta
from random import Random

from cariatide.commission.models import Decision, Instance
from cariatide.commission.statuts import SensDecision, StatutPassage
from cariatide.demandes.models import Orientation, Saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.demonstration import distribution as d
from cariatide.demonstration.ecriture.commun import OBJET, finish, tell_passage
from cariatide.demonstration.ecriture.contexte import Ecriture, MenageEcrit
from cariatide.demonstration.ecriture.seances import OBJET_PASSAGE, secretaire
from cariatide.demonstration.hasard import chance, ouvre
from cariatide.demonstration.plan import PlanPassage, PlanSaisine
from cariatide.demonstration.plume import Acteur
from cariatide.demonstration.textes.grammaire import varie
from cariatide.demonstration.textes.lexique import demandes as textes
from cariatide.socle.dates import format_date

S = StatutSaisine
SUITES = {
    "maintien": "saisine.orientee",
    "relogement": "saisine.orientee",
    "ajournement": "saisine.ajournee",
    "refus": "saisine.refusee",
}


class Examen:
    """The cases of one saisine, session after session."""

    def __init__(
        self, e: Ecriture, plan: PlanSaisine, ecrit: MenageEcrit, saisine: Saisine
    ) -> None:
        self.e, self.plan, self.ecrit, self.saisine = e, plan, ecrit, saisine
        self.precedent: PlanPassage | None = None

    def write(self) -> None:
        for passage in self.plan.passages:
            # A change of axis is written once the measure runs (phare.py).
            if not passage.reexamen:
                self.write_one(passage)

    def write_one(self, passage: PlanPassage) -> None:
        self._prepare(passage)
        self.inscribe(passage)
        if passage.sens:
            self.decide(passage)
        self.precedent = passage

    def _acteur(self, plan: PlanPassage) -> Acteur:
        return secretaire(self.e, plan.seance.instance)

    def _instance(self, plan: PlanPassage) -> Instance:
        return self.e.monde.instances[plan.seance.instance]

    def _prepare(self, plan: PlanPassage) -> None:
        """Fill the row that was numbered on its agenda."""
        passage, saisine = self.e.passages[id(plan)], self.saisine
        libelle = self.ecrit.menage.nom_usage
        passage.objet_id, passage.menage_id = saisine.pk, self.ecrit.menage.pk
        passage.reference = saisine.reference or ""
        passage.libelle = f"{libelle}, changement d’axe" if plan.reexamen else libelle
        passage.origine = str(
            next(
                o
                for o in self.e.monde.organisations.values()
                if o.pk == saisine.origine_organisation_id
            )
        )
        passage.urgent, passage.motif_urgence = saisine.urgence, saisine.motif_urgence
        passage.sens_provisoire = saisine.provisoire_sens if not plan.reexamen else ""
        if self.precedent is not None and self.precedent.sens == "ajournement":
            passage.reporte_de_id = self.e.passages[id(self.precedent)].pk

    def inscribe(self, plan: PlanPassage) -> None:
        """commission.actions.agenda: links of the members, then the saisine, then the case."""
        e, acteur, instance = self.e, self._acteur(plan), self._instance(plan)
        passage, seance = e.passages[id(plan)], e.seances[id(plan.seance)]
        source, menage_id = (OBJET_PASSAGE, passage.pk), self.ecrit.menage.pk
        du = max(seance.lecture_du, plan.inscrit_le)
        for code, *_ in d.COMPOSITIONS[plan.seance.instance]:
            e.plume.lien(
                menage_id, e.monde.organisations[code].pk, 1, "seance", source, du,
                au=max(du, seance.lecture_au), convention_id=instance.convention_id,
            )  # fmt: skip
        e.plume.lien(
            menage_id, instance.secretariat_id, 1, "secretariat", source, plan.inscrit_le,
            convention_id=instance.convention_id,
        )  # fmt: skip
        finish(
            e, self.saisine, self.ecrit, "saisine.inscrite",
            self.saisine.statut if plan.reexamen else S.INSCRITE, acteur, plan.inscrit_le,
            f"Saisine {self.saisine.reference} inscrite à la séance du {format_date(seance.le)}",
            detail=instance.nom, apres={"seance_le": seance.le, "passage": passage.pk},
        )  # fmt: skip
        tell_passage(
            e, "passage.inscrit", acteur, plan, self.ecrit, plan.inscrit_le,
            titre=f"Inscrit à l’ordre du jour du {format_date(seance.le)}",
            apres={"seance_id": seance.pk, "ordre": passage.ordre},
        )  # fmt: skip

    def decide(self, plan: PlanPassage) -> None:
        """commission.actions.decisions.record_decision."""
        e, acteur, le, sens = self.e, self._acteur(plan), plan.seance.le, plan.sens
        passage = e.passages[id(plan)]
        h = e.hasard("decision", self.plan.numero, le)
        motif, conditions = self._tell(h, sens)
        tell_passage(e, "passage.examine", acteur, plan, self.ecrit, le)
        passage.statut = StatutPassage.AJOURNE if sens == "ajournement" else StatutPassage.DECIDE
        passage.version += 1
        valeurs = {
            "sens": sens, "motif": motif, "conditions": conditions, "votes": "", "deports": "",
        }  # fmt: skip
        decision = e.tampon.ajoute(
            Decision(passage_id=passage.pk, le=le, auteur=acteur.nom, **valeurs)
        )
        self._apply(plan, motif, conditions)
        label = SensDecision(sens).label.lower()
        ratifiee = passage.sens_provisoire and sens == passage.sens_provisoire
        titre = f"Orientation provisoire ratifiée : {label}" if ratifiee else f"Décision : {label}"
        tell_passage(
            e, "decision.prise", acteur, plan, self.ecrit, le, titre=titre,
            ton="bad" if sens == "refus" else "", apres=valeurs,
        )  # fmt: skip
        self._notify(plan, decision, acteur)

    def _notify(self, plan: PlanPassage, decision: Decision, acteur: Acteur) -> None:
        """The day of the notification; the papers of the last sessions are in papiers.py."""
        le = ouvre(plan.seance.le + timedelta(days=3))
        if le > self.e.recit.periode.hier:
            return
        decision.notifiee_le = le
        tell_passage(
            self.e, "decision.notifiee", acteur, plan, self.ecrit, le,
            titre="Décision notifiée au ménage", apres={"sens": SensDecision(plan.sens).label},
        )  # fmt: skip

    def _tell(self, h: Random, sens: str) -> tuple[str, str]:
        motif = self.plan.motif_decision or varie(h, h.choice(textes.MOTIFS_DECISION[sens]))
        if sens in ("maintien", "relogement") and chance(h, 0.4):
            return motif, h.choice(textes.CONDITIONS)
        return motif, ""

    def _apply(self, plan: PlanPassage, motif: str, conditions: str) -> None:
        """demandes.actions.suites.apply_decision."""
        e, saisine, sens, le = self.e, self.saisine, plan.sens, plan.seance.le
        passage_id, instance = e.passages[id(plan)].pk, self._instance(plan)
        if sens == "ajournement":
            saisine.ajournements += 1
            statut = S.AJOURNEE
        else:
            saisine.decidee_le, saisine.decision_sens = le, sens
            statut = S.REFUSEE if sens == "refus" else S(f"orientee_{sens}")
            mesure = self.plan.mesure
            if sens != "refus" and mesure and mesure.ouverte_le < le:
                statut = S.EN_MISE_EN_OEUVRE
        if sens == "refus":
            e.plume.detache((OBJET, saisine.pk), le, "instruction")
            e.plume.annule((OBJET, saisine.pk), le)
        e.tampon.ajoute(
            Orientation(
                saisine_id=saisine.pk, sens=sens, motif=motif, conditions=conditions, le=le,
                auteur=instance.nom, passage_id=passage_id,
            )
        )  # fmt: skip
        finish(
            e, saisine, self.ecrit, SUITES[sens], statut, self._acteur(plan), le,
            apres={"sens": sens, "passage": passage_id},
        )  # fmt: skip
