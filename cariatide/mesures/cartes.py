"""What this app covers of a household: its open measures on the household page, merge and undo."""

from django.db.models import Q

from cariatide.menages.effacement import Effacement
from cariatide.menages.ports import LectureEnCours, RattachableSimple
from cariatide.mesures.queries import read_cartes
from cariatide.mesures.statuts import VIVANTES
from cariatide.socle.perimetre import Perimetre

MODELES = (
    "Mesure", "Objectif", "Intervention", "InterventionNote", "NotePersonnelle",
    "DiagnosticSocial", "DiagnosticSocialContenu", "DiagnosticSante", "Bilan", "BilanContenu",
    "EvaluationObjectif", "Renouvellement", "Suspension", "SuiviPosterieur",
    "Reorientation", "ReorientationContenu",
)  # fmt: skip

# What was said goes; what was done, when and with which result stays, without a word.
EFFACEMENTS = (
    *(
        Effacement(f"mesures.{nom}", supprime=True)
        for nom in (
            "NotePersonnelle", "InterventionNote", "DiagnosticSocialContenu", "DiagnosticSante",
            "BilanContenu", "ReorientationContenu",
        )
    ),
    Effacement("mesures.EvaluationObjectif"),
    Effacement("mesures.Objectif", efface=("libelle", "moyens")),
    Effacement("mesures.Intervention", efface=("lieu",)),
    Effacement(
        "mesures.DiagnosticSocial",
        efface=("motif", "destinataires", "suites"),
        garde=("valide_par",),
    ),
    Effacement(
        "mesures.Bilan", efface=("synthese_partenaires", "motif_renvoi"), garde=("valide_par",)
    ),
    Effacement(
        "mesures.Renouvellement",
        efface=("motif", "derogation", "accord_reference", "motif_refus"),
        garde=("valide_par",),
    ),
    Effacement(
        "mesures.Reorientation",
        efface=(
            "synthese", "renvoi_motif", "decision_motif", "conditions", "retrait_motif", "reprises",
        ),
        garde=("decidee_par", "axe"),
    ),
    Effacement("mesures.Suspension", efface=("precision",)),
    Effacement("mesures.SuiviPosterieur", efface=("precision",)),
    Effacement(
        "mesures.Mesure",
        efface=("sans_contrat_precision", "accord_reference", "relais", "motif_refus"),
        references=("reference",),
    ),
)  # fmt: skip


class MesuresDuMenage(RattachableSimple):
    """The port registered with menages."""

    def __init__(self) -> None:
        super().__init__(
            *(f"mesures.{nom}" for nom in MODELES),
            effacements=EFFACEMENTS,
            ouverts={"mesures.Mesure": ("une mesure est en cours", Q(statut__in=sorted(VIVANTES)))},
        )

    def read_en_cours(self, menage_id: int, perimetre: Perimetre) -> LectureEnCours:
        return read_cartes(menage_id, perimetre)
