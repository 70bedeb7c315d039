"""A reorientation as the commission engine examines it (port commission.ports.Examinable)."""

from datetime import date

from cariatide.commission.ports import AInscrire, DecisionPrise, Synthese
from cariatide.mesures.actions import (
    carry_out_after_seance,
    decide_reorientation_en_seance,
    enter_agenda,
    leave_agenda,
)
from cariatide.mesures.queries import (
    describe_destination,
    describe_faits_reorientation,
    find_reorientation,
    list_reorientations_a_inscrire,
)
from cariatide.mesures.statuts import AvisMenage
from cariatide.socle.perimetre import Perimetre

_SENS = {
    "maintien": "Réorientation acceptée, sur l’axe du maintien dans les lieux : {vers}",
    "relogement": "Réorientation acceptée, sur l’axe du relogement : {vers}",
    "refus": "Réorientation refusée : l’accompagnement se poursuit avec le même opérateur",
}


class ReorientationExaminable:
    """Registered under « mesures.reorientation »."""

    libelle = "Réorientation"

    def list_a_inscrire(self, instance_id: int, perimetre: Perimetre) -> list[AInscrire]:
        return [
            AInscrire(
                objet_id=r.pk,
                reference=r.mesure.reference,
                libelle=f"{r.menage.nom_usage}, réorientation",
                menage_id=r.menage_id,
                depuis=r.demandee_le,
                ajourne=r.ajournee_le is not None,
                origine=str(r.mesure.operateur),
            )
            for r in list_reorientations_a_inscrire(perimetre, instance_id)
        ]

    def synthese(self, objet_id: int, perimetre: Perimetre) -> Synthese:
        """One factual page; raises Introuvable outside the perimeter."""
        r = find_reorientation(perimetre, objet_id)
        alertes = [
            f"« Maintien » ou « Relogement » accepte la réorientation vers {r.convention.operateur}"
            ", sur cet axe. Elle prend effet à la clôture de la séance."
        ]
        if r.avis_menage == AvisMenage.REFUS:
            alertes.insert(0, "Le ménage n’est pas d’accord avec cette réorientation.")
        return Synthese(
            reference=r.mesure.reference,
            titre=f"{r.menage.nom_usage} : réorientation",
            menage_id=r.menage_id,
            faits=tuple((k, v) for k, v in describe_faits_reorientation(r) if v),
            texte=r.synthese,
            origine=str(r.mesure.operateur),
            alertes=tuple(alertes),
        )

    def on_inscription(
        self, *, objet_id: int, passage_id: int, seance_le: date, perimetre: Perimetre
    ) -> None:
        enter_agenda(
            perimetre=perimetre, reorientation_id=objet_id, passage_id=passage_id,
            seance_le=seance_le,
        )  # fmt: skip

    def on_retrait(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        leave_agenda(perimetre=perimetre, reorientation_id=objet_id, passage_id=passage_id)

    def on_decision(self, *, objet_id: int, decision: DecisionPrise, perimetre: Perimetre) -> None:
        decide_reorientation_en_seance(
            perimetre=perimetre, reorientation_id=objet_id, decision=decision
        )

    def on_cloture(self, *, objet_id: int, passage_id: int, perimetre: Perimetre) -> None:
        carry_out_after_seance(
            perimetre=perimetre, reorientation_id=objet_id, passage_id=passage_id
        )

    def describe_sens(self, objet_id: int, sens: str, perimetre: Perimetre) -> str:
        if sens not in _SENS:
            return ""
        vers = describe_destination(find_reorientation(perimetre, objet_id))
        return _SENS[sens].format(vers=vers)
