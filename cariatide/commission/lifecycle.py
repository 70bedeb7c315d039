"""Lives of a session and of a case on its agenda."""

from collections.abc import Iterable
from typing import Any

from cariatide.commission.rules import refuse_decision
from cariatide.commission.statuts import EXAMINES, OUVERTS, StatutPassage, StatutSeance
from cariatide.partenaires.statuts import Role
from cariatide.socle.dates import format_date
from cariatide.socle.lifecycle import Contexte, Lifecycle, Transition

SECRETARIAT = frozenset({Role.SECRETARIAT})


def of_instance(seance: Any) -> Iterable[int]:
    return (seance.instance.secretariat_id,)


def of_seance(passage: Any) -> Iterable[int]:
    return (passage.seance.instance.secretariat_id,)


def has_composition(seance: Any, ctx: Contexte) -> str | None:
    if ctx.donnees.get("votants", 0) == 0:
        return "L’instance n’a aucun membre ayant voix délibérative à la date de la séance."
    return None


def has_regle_quorum(seance: Any, ctx: Contexte) -> str | None:
    if ctx.donnees.get("regle") is None:
        return "Aucune règle de quorum n’est enregistrée pour la date de la séance."
    return None


def is_a_venir(seance: Any, ctx: Contexte) -> str | None:
    if seance.le < ctx.jour:
        return "La date de la séance est passée : changez-la avant de convoquer."
    return None


def is_venue(seance: Any, ctx: Contexte) -> str | None:
    if ctx.jour < seance.le:
        return f"La séance s’ouvre le {format_date(seance.le)}, pas avant."
    return None


def is_epuisee(seance: Any, ctx: Contexte) -> str | None:
    restants = ctx.donnees.get("restants", 0)
    if restants > 1:
        return f"{restants} dossiers ne sont ni décidés ni reportés."
    return "Un dossier n’est ni décidé ni reporté." if restants else None


def has_motif(objet: Any, ctx: Contexte) -> str | None:
    # A page evaluates the act before anything is typed: the reason is then asked for, not refused.
    if "motif" in ctx.donnees and not str(ctx.donnees["motif"]).strip():
        return "Indiquez le motif."
    return None


def is_en_seance(passage: Any, ctx: Contexte) -> str | None:
    if passage.seance.statut != StatutSeance.OUVERTE:
        return "La séance n’est pas ouverte."
    return None


def is_avant_seance(passage: Any, ctx: Contexte) -> str | None:
    if passage.seance.statut not in (StatutSeance.PLANIFIEE, StatutSeance.CONVOQUEE):
        return "La séance est ouverte : décidez ce dossier ou reportez-le."
    return None


def has_quorum(passage: Any, ctx: Contexte) -> str | None:
    quorum = ctx.donnees.get("quorum")
    if quorum is None:
        return "Le quorum n’a pas été compté."
    return refuse_decision(quorum, bool(ctx.donnees.get("deja_convoque")))


CYCLE_SEANCE = Lifecycle(
    "seance",
    StatutSeance,
    initial=StatutSeance.PLANIFIEE,
    finaux={StatutSeance.CLOSE, StatutSeance.ANNULEE},
    transitions=[
        Transition(
            "convoquer", "Convoquer les membres", frozenset({StatutSeance.PLANIFIEE}),
            StatutSeance.CONVOQUEE, SECRETARIAT, (has_composition, has_regle_quorum, is_a_venir),
            of_instance,
        ),
        Transition(
            "replanifier", "Changer la date", frozenset({StatutSeance.CONVOQUEE}),
            StatutSeance.PLANIFIEE, SECRETARIAT, (), of_instance,
        ),
        Transition(
            "ouvrir", "Ouvrir la séance", frozenset({StatutSeance.CONVOQUEE}),
            StatutSeance.OUVERTE, SECRETARIAT, (has_regle_quorum, is_venue), of_instance,
        ),
        Transition(
            "clore", "Clore la séance", frozenset({StatutSeance.OUVERTE}), StatutSeance.CLOSE,
            SECRETARIAT, (is_epuisee,), of_instance,
        ),
        Transition(
            "annuler", "Annuler la séance",
            frozenset({StatutSeance.PLANIFIEE, StatutSeance.CONVOQUEE}), StatutSeance.ANNULEE,
            SECRETARIAT, (has_motif,), of_instance,
        ),
    ],
)  # fmt: skip

CYCLE_PASSAGE = Lifecycle(
    "passage",
    StatutPassage,
    initial=StatutPassage.INSCRIT,
    finaux={StatutPassage.REPORTE, StatutPassage.RETIRE},
    transitions=[
        Transition(
            "examiner", "Mettre à l’examen", frozenset({StatutPassage.INSCRIT}),
            StatutPassage.EN_COURS, SECRETARIAT, (is_en_seance,), of_seance,
        ),
        Transition(
            "suspendre", "Revenir plus tard", frozenset({StatutPassage.EN_COURS}),
            StatutPassage.INSCRIT, SECRETARIAT, (is_en_seance,), of_seance,
        ),
        Transition(
            "decider", "Enregistrer la décision", OUVERTS | EXAMINES, StatutPassage.DECIDE,
            SECRETARIAT, (is_en_seance, has_quorum), of_seance,
        ),
        Transition(
            "ajourner", "Ajourner", OUVERTS | EXAMINES, StatutPassage.AJOURNE, SECRETARIAT,
            (is_en_seance, has_quorum), of_seance,
        ),
        Transition(
            "reporter", "Reporter sans décision", OUVERTS, StatutPassage.REPORTE, SECRETARIAT,
            (is_en_seance,), of_seance,
        ),
        Transition(
            "retirer", "Retirer de l’ordre du jour", frozenset({StatutPassage.INSCRIT}),
            StatutPassage.RETIRE, SECRETARIAT, (is_avant_seance, has_motif), of_seance,
        ),
    ],
)  # fmt: skip
