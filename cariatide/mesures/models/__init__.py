"""Measures of accompaniment and what hangs from them, one level of secrecy per table."""

from cariatide.mesures.models.ecrits import (
    Bilan,
    BilanContenu,
    DiagnosticSante,
    DiagnosticSocial,
    DiagnosticSocialContenu,
    EvaluationObjectif,
)
from cariatide.mesures.models.mesure import Mesure, Objectif
from cariatide.mesures.models.portefeuille import TransfertProgramme
from cariatide.mesures.models.reorientation import (
    REORIENTATION_EN_COURS,
    MotifReorientation,
    Reorientation,
    ReorientationContenu,
)
from cariatide.mesures.models.suivi import Intervention, InterventionNote, NotePersonnelle
from cariatide.mesures.models.vie import Renouvellement, SuiviPosterieur, Suspension

__all__ = [
    "REORIENTATION_EN_COURS",
    "Bilan",
    "BilanContenu",
    "DiagnosticSante",
    "DiagnosticSocial",
    "DiagnosticSocialContenu",
    "EvaluationObjectif",
    "Intervention",
    "InterventionNote",
    "Mesure",
    "MotifReorientation",
    "NotePersonnelle",
    "Objectif",
    "Renouvellement",
    "Reorientation",
    "ReorientationContenu",
    "SuiviPosterieur",
    "Suspension",
    "TransfertProgramme",
]
