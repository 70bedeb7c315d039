"""The five lives of this domain: measure (model 4.2), diagnosis (4.3), review, renewal,
reorientation.
"""

from collections.abc import Callable, Iterable
from typing import Any

from cariatide.mesures.rules import (
    bilan_is_near,
    decision_is_accord,
    has_bilan_final,
    has_contrat,
    has_diagnostic,
    has_objectifs,
    no_renouvellement_ouvert,
    no_reorientation_ouverte,
    renouvellement_is_valide,
    reorientation_is_acceptee,
    suivis_are_done,
    suspension_is_bounded,
)
from cariatide.mesures.rules_reorientation import REFUS_DEMANDEUR, find_demandeur
from cariatide.mesures.statuts import (
    EN_COURS,
    StatutBilan,
    StatutDiagnostic,
    StatutMesure,
    StatutRenouvellement,
    StatutReorientation,
)
from cariatide.partenaires.statuts import Role
from cariatide.socle.lifecycle import Contexte, Garde, Lifecycle, Transition

EQUIPE = frozenset({Role.TRAVAILLEUR_SOCIAL, Role.CHEF_DE_SERVICE})
CHEF = frozenset({Role.CHEF_DE_SERVICE})
FINANCEUR = frozenset({Role.FINANCEUR})
SECRETARIAT = frozenset({Role.SECRETARIAT})
SYSTEME: frozenset[str] = frozenset()


def _operateur(objet: Any) -> Iterable[int]:
    return ((objet if hasattr(objet, "operateur_id") else objet.mesure).operateur_id,)


def _commanditaire(objet: Any) -> Iterable[int]:
    mesure = objet if hasattr(objet, "operateur_id") else objet.mesure
    return (mesure.convention.commanditaire_id,)


def _secretariat(objet: Any) -> Iterable[int]:
    return (objet.instance.secretariat_id,) if objet.instance_id else ()


def _acte(
    nom: str,
    libelle: str,
    sources: set[str],
    cible: str,
    roles: frozenset[str] = EQUIPE,
    *gardes: Garde,
) -> Transition:
    """An act of the operator's team, or of the funder when the roles say so."""
    organisation = _ORGANISATIONS.get(roles, _operateur)
    return Transition(
        nom,
        libelle,
        frozenset(sources),
        cible,
        frozenset(str(r) for r in roles),
        gardes,
        organisation if roles else None,
    )


_ORGANISATIONS: dict[frozenset[str], Callable[[Any], Iterable[int]]] = {
    FINANCEUR: _commanditaire,
    SECRETARIAT: _secretariat,
}
M = StatutMesure
CYCLE = Lifecycle(
    "mesure",
    StatutMesure,
    initial=M.PRESCRITE,
    finaux={M.REFUSEE, M.EVALUEE},
    transitions=[
        _acte("accorder", "Accorder la mesure", {M.PRESCRITE}, M.ACCORDEE, FINANCEUR),
        _acte(
            "accorder_en_seance",
            "Enregistrer l’accord de la séance",
            {M.PRESCRITE},
            M.ACCORDEE,
            EQUIPE,
            decision_is_accord,
        ),
        _acte(
            "rejeter",
            "Refuser l’accord",
            {M.PRESCRITE},
            M.REFUSEE,
            FINANCEUR,
            no_reorientation_ouverte,
        ),
        _acte("proposer", "Proposer la mesure au ménage", {M.ACCORDEE}, M.PROPOSEE),
        _acte(
            "adherer",
            "Enregistrer le contrat signé",
            {M.PROPOSEE},
            M.ADHEREE,
            EQUIPE,
            has_objectifs,
        ),
        _acte("dispenser", "Poursuivre sans contrat", {M.ACCORDEE, M.PROPOSEE}, M.ADHEREE, CHEF),
        _acte(
            "refuser",
            "Enregistrer le refus ou le silence du ménage",
            {M.PROPOSEE, M.ADHEREE},
            M.REFUSEE,
            EQUIPE,
            no_reorientation_ouverte,
        ),
        _acte(
            "activer",
            "Commencer l’accompagnement",
            {M.ADHEREE},
            M.ACTIVE,
            EQUIPE,
            has_contrat,
            has_diagnostic,
        ),
        _acte(
            "suspendre",
            "Suspendre la mesure",
            {M.ACTIVE, M.RENOUVELEE},
            M.SUSPENDUE,
            EQUIPE,
            suspension_is_bounded,
        ),
        _acte("reprendre", "Reprendre la mesure", {M.SUSPENDUE}, M.ACTIVE),
        _acte(
            "echoir",
            "Constater que le bilan est dû",
            {M.ACTIVE, M.RENOUVELEE},
            M.BILAN_DU,
            SYSTEME,
            bilan_is_near,
        ),
        _acte(
            "demander_bilan",
            "Préparer le bilan de fin de période",
            {M.ACTIVE, M.RENOUVELEE, M.SUSPENDUE},
            M.BILAN_DU,
        ),
        _acte(
            "renouveler",
            "Accorder le renouvellement",
            {M.BILAN_DU},
            M.RENOUVELEE,
            FINANCEUR,
            renouvellement_is_valide,
        ),
        _acte(
            "terminer",
            "Mettre fin à la mesure",
            {M.BILAN_DU},
            M.TERMINEE,
            EQUIPE,
            has_bilan_final,
            no_renouvellement_ouvert,
            no_reorientation_ouverte,
        ),
        # What a decided reorientation does, in its transaction: nobody's act of their own.
        _acte(
            "reorienter",
            "Poursuivre ailleurs",
            set(EN_COURS),
            M.TERMINEE,
            SYSTEME,
            reorientation_is_acceptee,
        ),
        _acte(
            "reorienter_avant_debut",
            "Poursuivre ailleurs, avant le début",
            {M.PRESCRITE, M.ACCORDEE, M.PROPOSEE, M.ADHEREE},
            M.REFUSEE,
            SYSTEME,
            reorientation_is_acceptee,
        ),
        _acte(
            "evaluer",
            "Clore le suivi",
            {M.TERMINEE},
            M.EVALUEE,
            EQUIPE,
            suivis_are_done,
        ),
    ],
)

D = StatutDiagnostic
CYCLE_DIAGNOSTIC = Lifecycle(
    "diagnostic",
    StatutDiagnostic,
    initial=D.DEMANDE,
    finaux={D.SUITES_DONNEES},
    transitions=[
        _acte(
            "proposer_rdv",
            "Proposer un rendez-vous",
            {D.DEMANDE, D.RDV_PROPOSE, D.ABSENCE},
            D.RDV_PROPOSE,
        ),
        _acte("constater_visite", "Enregistrer la visite", {D.RDV_PROPOSE}, D.VISITE),
        _acte(
            "constater_absence", "Enregistrer un refus ou une absence", {D.RDV_PROPOSE}, D.ABSENCE
        ),
        _acte("rediger", "Terminer la rédaction", {D.VISITE, D.ABSENCE}, D.REDIGE),
        _acte("valider", "Valider le diagnostic", {D.REDIGE}, D.VALIDE, CHEF),
        _acte("transmettre", "Transmettre le diagnostic", {D.VALIDE}, D.TRANSMIS),
        _acte("donner_suites", "Enregistrer les suites", {D.TRANSMIS}, D.SUITES_DONNEES),
    ],
)

B = StatutBilan
CYCLE_BILAN = Lifecycle(
    "bilan",
    StatutBilan,
    initial=B.BROUILLON,
    finaux={B.TRANSMIS},
    transitions=[
        _acte("soumettre", "Soumettre au chef de service", {B.BROUILLON}, B.SOUMIS),
        _acte("valider", "Valider le bilan", {B.SOUMIS}, B.VALIDE, CHEF),
        _acte("renvoyer", "Renvoyer à l’auteur", {B.SOUMIS}, B.BROUILLON, CHEF),
        _acte("transmettre", "Transmettre le bilan", {B.VALIDE}, B.TRANSMIS),
    ],
)

R = StatutRenouvellement
CYCLE_RENOUVELLEMENT = Lifecycle(
    "renouvellement",
    StatutRenouvellement,
    initial=R.PROPOSE,
    finaux={R.ACCORDE, R.REFUSE},
    transitions=[
        _acte("valider", "Valider la proposition", {R.PROPOSE}, R.VALIDE, CHEF),
        _acte("ecarter", "Ne pas donner suite", {R.PROPOSE}, R.REFUSE, CHEF),
        _acte("accorder", "Accorder le renouvellement", {R.VALIDE}, R.ACCORDE, FINANCEUR),
        _acte("refuser", "Refuser le renouvellement", {R.VALIDE}, R.REFUSE, FINANCEUR),
    ],
)


def is_demandeur(reorientation: Any, ctx: Contexte) -> str | None:
    """What somebody asked is theirs to complete or to give up, or their head of service's."""
    if find_demandeur(reorientation.mesure, ctx.perimetre) is None:
        return REFUS_DEMANDEUR
    return None


def decided_by_funder(reorientation: Any, ctx: Contexte) -> str | None:
    """The body whose session granted the measure decides again; the funder, otherwise."""
    if reorientation.instance_id:
        return f"« {reorientation.instance} » décide cette réorientation, en séance."
    return None


def decided_in_session(reorientation: Any, ctx: Contexte) -> str | None:
    if not reorientation.instance_id:
        return "Le financeur décide cette réorientation : aucune instance n’en est saisie."
    return None


def is_off_agenda(reorientation: Any, ctx: Contexte) -> str | None:
    if reorientation.passage_id:
        return (
            "Cette demande est à l’ordre du jour d’une séance : demandez au secrétariat de l’en "
            "retirer d’abord."
        )
    return None


def is_without_effect(reorientation: Any, ctx: Contexte) -> str | None:
    """The session closed: the former measure has ended and the new one lives."""
    if reorientation.nouvelle_id:
        return "Cette réorientation est en effet : sa décision ne se corrige plus."
    return None


ORI = StatutReorientation
CYCLE_REORIENTATION = Lifecycle(
    "reorientation",
    StatutReorientation,
    initial=ORI.DEMANDEE,
    finaux={ORI.RETIREE},
    transitions=[
        _acte(
            "accepter",
            "Accepter la réorientation",
            {ORI.DEMANDEE},
            ORI.ACCEPTEE,
            FINANCEUR,
            decided_by_funder,
        ),
        _acte(
            "refuser",
            "Refuser la réorientation",
            {ORI.DEMANDEE},
            ORI.REFUSEE,
            FINANCEUR,
            decided_by_funder,
        ),
        _acte(
            "renvoyer",
            "Renvoyer la demande à compléter",
            {ORI.DEMANDEE},
            ORI.RENVOYEE,
            FINANCEUR,
            decided_by_funder,
        ),
        _acte(
            "completer",
            "Compléter la demande",
            {ORI.RENVOYEE},
            ORI.DEMANDEE,
            EQUIPE,
            is_demandeur,
        ),
        _acte(
            "retirer",
            "Retirer la demande",
            {ORI.DEMANDEE, ORI.RENVOYEE},
            ORI.RETIREE,
            EQUIPE,
            is_demandeur,
            is_off_agenda,
        ),
        _acte(
            "accepter_en_seance",
            "Accepter en séance",
            {ORI.DEMANDEE},
            ORI.ACCEPTEE,
            SECRETARIAT,
            decided_in_session,
        ),
        _acte(
            "refuser_en_seance",
            "Refuser en séance",
            {ORI.DEMANDEE},
            ORI.REFUSEE,
            SECRETARIAT,
            decided_in_session,
        ),
        _acte(
            "ajourner_en_seance",
            "Ajourner en séance",
            {ORI.DEMANDEE},
            ORI.DEMANDEE,
            SECRETARIAT,
            decided_in_session,
        ),
        _acte(
            "corriger_en_seance",
            "Corriger la décision de la séance",
            {ORI.ACCEPTEE, ORI.REFUSEE},
            ORI.DEMANDEE,
            SECRETARIAT,
            decided_in_session,
            is_without_effect,
        ),
    ],
)
