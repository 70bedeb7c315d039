"""What this app covers of a household: its open measures on the household page, merge and undo."""

from cariatide.menages.ports import EnCours, RattachableSimple
from cariatide.mesures.queries import list_cartes
from cariatide.socle.perimetre import Perimetre

MODELES = (
    "Mesure", "Objectif", "Intervention", "InterventionNote", "NotePersonnelle",
    "DiagnosticSocial", "DiagnosticSocialContenu", "DiagnosticSante", "Bilan", "BilanContenu",
    "EvaluationObjectif", "Renouvellement", "Suspension", "SuiviPosterieur",
)  # fmt: skip


class MesuresDuMenage(RattachableSimple):
    """The port registered with menages."""

    def __init__(self) -> None:
        super().__init__(*(f"mesures.{nom}" for nom in MODELES))

    def list_en_cours(self, menage_id: int, perimetre: Perimetre) -> list[EnCours]:
        return list_cartes(menage_id, perimetre)
