"""Why an act around a measure is closed now: its page says so before anything is typed.

The acts ask the same questions once their rows are locked: one sentence, "" when nothing refuses.
"""

from typing import Any

from cariatide.mesures.lifecycle import (
    CYCLE_BILAN,
    CYCLE_DIAGNOSTIC,
    CYCLE_RENOUVELLEMENT,
    CYCLE_REORIENTATION,
)
from cariatide.mesures.models import (
    Bilan,
    DiagnosticSocial,
    Intervention,
    Mesure,
    Objectif,
    Renouvellement,
    Reorientation,
)
from cariatide.mesures.queries.faits import load_faits
from cariatide.mesures.rules import REFUS_REORIENTATION, refuse_ecriture
from cariatide.mesures.statuts import (
    DIAGNOSTIC_MODIFIABLE,
    EN_COURS,
    RENOUVELLEMENT_OUVERT,
    StatutBilan,
    StatutMesure,
    StatutRenouvellement,
)
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre

REFUS_SUIVI = "Le suivi s’enregistre sur une mesure terminée, par l’équipe de l’opérateur."
_CYCLES = {
    DiagnosticSocial: CYCLE_DIAGNOSTIC,
    Bilan: CYCLE_BILAN,
    Renouvellement: CYCLE_RENOUVELLEMENT,
    Reorientation: CYCLE_REORIENTATION,
}


def refuse_suite(objet: Any, acte: str, mesure: Mesure, perimetre: Perimetre) -> str:
    """An act on what hangs from a measure; `acte`: its name in the addresses, its kind left out."""
    if isinstance(objet, Intervention | Objectif):
        return refuse_ecriture_mesure(mesure)
    if isinstance(objet, DiagnosticSocial) and acte == "texte":
        return refuse_texte_diagnostic(objet)
    if isinstance(objet, Bilan) and acte == "rediger":
        return refuse_texte_bilan(objet)
    if isinstance(objet, Bilan) and acte == "transmettre" and objet.statut == StatutBilan.TRANSMIS:
        return ""  # another version, for another recipient
    if isinstance(objet, Renouvellement) and acte == "refuser":
        propose = objet.statut == StatutRenouvellement.PROPOSE
        acte = "ecarter" if propose else "refuser"
    cycle = _CYCLES.get(type(objet))
    transition = cycle.transitions.get(acte) if cycle else None
    if cycle is None or transition is None:
        return ""
    return cycle.refusal(transition, objet, Contexte(perimetre, perimetre.jour)) or ""


def refuse_ecriture_mesure(mesure: Mesure) -> str:
    """What is written with the household, while the measure is open."""
    return refuse_ecriture(mesure.statut, cloture=mesure.terminee_le or mesure.refusee_le)


def refuse_texte_diagnostic(diagnostic: DiagnosticSocial) -> str:
    if diagnostic.statut in DIAGNOSTIC_MODIFIABLE:
        return ""
    return "Ce diagnostic est validé : son texte ne change plus."


def refuse_texte_bilan(bilan: Bilan) -> str:
    if bilan.statut == StatutBilan.BROUILLON:
        return ""
    return "Ce bilan n’est plus en préparation : son texte ne change plus."


def refuse_diagnostic(mesure: Mesure, perimetre: Perimetre) -> str:
    """One diagnosis at a time is being made for a measure."""
    running = DiagnosticSocial.objects.visible_to(perimetre).filter(
        mesure=mesure, statut__in=DIAGNOSTIC_MODIFIABLE
    )
    if running.exists():
        return "Un diagnostic est déjà en cours pour cette mesure."
    return ""


def refuse_bilan(mesure: Mesure, perimetre: Perimetre) -> str:
    """One review at a time; once the measure has begun."""
    if mesure.statut not in EN_COURS | {StatutMesure.TERMINEE}:
        label = StatutMesure(mesure.statut).label
        return f"Un bilan s’établit pendant l’accompagnement ou après sa fin (état : « {label} »)."
    running = Bilan.objects.visible_to(perimetre).filter(
        mesure=mesure, statut__in=[StatutBilan.BROUILLON, StatutBilan.SOUMIS]
    )
    return "Un bilan est déjà en préparation pour cette mesure." if running.exists() else ""


def refuse_proposition(mesure: Mesure, perimetre: Perimetre) -> str:
    """A renewal is proposed when the review of the period is due, one at a time."""
    if mesure.statut != StatutMesure.BILAN_DU or not mesure.debut or not mesure.fin_prevue:
        return "Un renouvellement se propose quand le bilan de fin de période est dû."
    faits = load_faits(mesure, perimetre)
    if faits.renouvellement in RENOUVELLEMENT_OUVERT:
        return "Un renouvellement est déjà proposé pour cette mesure."
    if faits.reorientation:
        return REFUS_REORIENTATION
    return ""


def refuse_contrat(mesure: Mesure, perimetre: Perimetre) -> str:
    """The contract to sign takes up the objectives, between the agreement and the signature."""
    if mesure.statut not in (StatutMesure.ACCORDEE, StatutMesure.PROPOSEE) or not mesure.duree_mois:
        return "Le contrat s’établit entre l’accord et la signature."
    if not load_faits(mesure, perimetre).has_objectifs:
        return "Fixez au moins un objectif avec le ménage : le contrat les reprend."
    return ""


def refuse_adhesion(mesure: Mesure) -> str:
    if mesure.statut == StatutMesure.PROPOSEE:
        return ""
    return "L’adhésion s’enregistre sur une mesure proposée, par l’opérateur."


def refuse_suivi(mesure: Mesure) -> str:
    if mesure.reorientee_le is not None:
        return "Cette mesure se poursuit ailleurs : l’évaluation suit la nouvelle mesure."
    if mesure.statut == StatutMesure.TERMINEE and mesure.terminee_le is not None:
        return ""
    return REFUS_SUIVI


def refuse_referent(mesure: Mesure) -> str:
    return "Cette mesure est close : son référent ne change plus." if mesure.is_close else ""
