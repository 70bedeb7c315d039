"""The life of a saisine (domain model 4.1)."""

from collections.abc import Iterable
from typing import Any

from cariatide.demandes.rules import (
    has_axe,
    has_information,
    has_instance,
    has_issue,
    has_motif,
    has_no_reexamen,
    has_pieces,
    has_reexamen,
    is_correction,
    is_never_provisoire,
    is_not_begun,
    is_urgente,
    may_change_axe,
    was_ajournee,
    was_new,
    was_provisoire,
)
from cariatide.demandes.statuts import ROLES_OPERATEUR, ROLES_REDACTEURS, StatutSaisine
from cariatide.partenaires.statuts import Role
from cariatide.socle.lifecycle import Lifecycle, Transition

S = StatutSaisine


def of_redaction(saisine: Any) -> Iterable[int]:
    return (saisine.redaction_id,)


def of_secretariat(saisine: Any) -> Iterable[int]:
    return (saisine.instance.secretariat_id,) if saisine.instance_id else ()


def of_operateur(saisine: Any) -> Iterable[int]:
    convention = saisine.convention_suivie or saisine.convention
    return (convention.operateur_id,) if convention else ()


def of_mise_en_oeuvre(saisine: Any) -> Iterable[int]:
    """Whoever's act starts the case: the operator, the funder's accord, the secretariat."""
    if not saisine.convention_id:
        return of_secretariat(saisine)
    convention = saisine.convention
    return (convention.operateur_id, convention.commanditaire_id, *of_secretariat(saisine))


SECRETARIAT = frozenset({Role.SECRETARIAT})
METTENT_EN_OEUVRE = ROLES_OPERATEUR | {Role.FINANCEUR, Role.SECRETARIAT}
A_L_ORDRE_DU_JOUR = frozenset({S.RECEVABLE, S.AJOURNEE, S.ORIENTEE_PROVISOIRE})
ORIENTEES = frozenset({S.ORIENTEE_MAINTIEN, S.ORIENTEE_RELOGEMENT})


def _secretariat(
    nom: str, libelle: str, sources: frozenset[S], cible: S, *gardes: Any
) -> Transition:
    return Transition(nom, libelle, sources, cible, SECRETARIAT, tuple(gardes), of_secretariat)


INSCRITE = frozenset({S.INSCRITE})

CYCLE = Lifecycle(
    "saisine",
    S,
    initial=S.BROUILLON,
    # A refusal is final too, once its session is closed: before, the session may correct it.
    finaux={S.IRRECEVABLE, S.CLOSE},
    transitions=[
        Transition(
            "deposer",
            "Déposer la saisine",
            frozenset({S.BROUILLON}),
            S.DEPOSEE,
            ROLES_REDACTEURS,
            (has_information, has_instance),
            of_redaction,
        ),
        _secretariat(
            "recevoir", "Déclarer recevable", frozenset({S.DEPOSEE}), S.RECEVABLE, has_pieces
        ),
        _secretariat(
            "ecarter", "Déclarer irrecevable", frozenset({S.DEPOSEE}), S.IRRECEVABLE, has_motif
        ),
        _secretariat(
            "orienter_provisoirement",
            "Orienter en urgence, à titre provisoire",
            frozenset({S.DEPOSEE, S.RECEVABLE}),
            S.ORIENTEE_PROVISOIRE,
            is_urgente,
            is_never_provisoire,
            has_axe,
            has_motif,
        ),
        _secretariat("inscrire", "Inscrire à une séance", A_L_ORDRE_DU_JOUR, S.INSCRITE),
        _secretariat("retirer", "Retirer de l’ordre du jour", INSCRITE, S.RECEVABLE, was_new),
        _secretariat(
            "retirer_ajournee", "Retirer de l’ordre du jour", INSCRITE, S.AJOURNEE, was_ajournee
        ),
        _secretariat(
            "retirer_provisoire",
            "Retirer de l’ordre du jour",
            INSCRITE,
            S.ORIENTEE_PROVISOIRE,
            was_provisoire,
        ),
        _secretariat(
            "orienter_maintien",
            "Orienter vers le maintien",
            INSCRITE,
            S.ORIENTEE_MAINTIEN,
            has_motif,
        ),
        _secretariat(
            "orienter_relogement",
            "Orienter vers le relogement",
            INSCRITE,
            S.ORIENTEE_RELOGEMENT,
            has_motif,
        ),
        _secretariat("ajourner", "Ajourner", INSCRITE, S.AJOURNEE, has_motif),
        _secretariat("refuser", "Refuser", INSCRITE, S.REFUSEE, has_motif),
        _secretariat(
            "corriger",
            "Corriger la décision en séance",
            ORIENTEES | {S.AJOURNEE, S.REFUSEE, S.EN_MISE_EN_OEUVRE},
            S.INSCRITE,
            is_correction,
            is_not_begun,
        ),
        Transition(
            "mettre_en_oeuvre",
            "Mettre en œuvre",
            ORIENTEES,
            S.EN_MISE_EN_OEUVRE,
            METTENT_EN_OEUVRE,
            (),
            of_mise_en_oeuvre,
        ),
        Transition(
            "demander_changement_axe",
            "Demander un changement d’axe",
            frozenset({S.EN_MISE_EN_OEUVRE}),
            S.EN_MISE_EN_OEUVRE,
            ROLES_OPERATEUR,
            (may_change_axe, has_no_reexamen, has_motif),
            of_operateur,
        ),
        _secretariat(
            "changer_axe",
            "Changer d’axe",
            frozenset({S.EN_MISE_EN_OEUVRE}),
            S.EN_MISE_EN_OEUVRE,
            has_reexamen,
            has_motif,
        ),
        _secretariat(
            "classer",
            "Classer sans suite",
            frozenset({S.DEPOSEE, S.RECEVABLE, S.AJOURNEE, S.ORIENTEE_PROVISOIRE}),
            S.CLOSE,
            has_issue,
            has_motif,
        ),
        Transition(
            "clore",
            "Clore la saisine",
            ORIENTEES | {S.EN_MISE_EN_OEUVRE},
            S.CLOSE,
            ROLES_OPERATEUR,
            (has_issue,),
            of_operateur,
        ),
    ],
)
