"""Pure rules of the saisine; "today" is an argument. The guards of lifecycle.py are here.

Source of the states and of what each needs: domain model 4.1 and inventory C2-C4.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cariatide.demandes.statuts import Axe, SensOrientation, StatutSaisine
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.lifecycle import Contexte


@dataclass(frozen=True)
class PieceAttendue:
    """A piece of a saisine as the completeness needs it."""

    libelle: str
    obligatoire: bool
    recue_le: date | None = None


def list_manquantes(pieces: Iterable[PieceAttendue]) -> list[str]:
    """Labels of the required pieces not received yet."""
    return [p.libelle for p in pieces if p.obligatoire and p.recue_le is None]


def check_dates(date_saisine: date, information_menage_le: date | None, jour: date) -> None:
    """Refuse a saisine or an information of the household dated after `jour`, or no information.

    The household is told before its data is sent (domain model 4.1).
    """
    champs: dict[str, str] = {}
    if date_saisine > jour:
        champs["date_saisine"] = "Cette date est dans l’avenir."
    if information_menage_le is None:
        champs["information_menage_le"] = (
            "Indiquez la date à laquelle le ménage a été informé de la saisine."
        )
    elif information_menage_le > jour:
        champs["information_menage_le"] = "Cette date est dans l’avenir."
    if champs:
        raise ErreurMetier(next(iter(champs.values())), champs)


def check_urgence(urgence: bool, motif: str) -> None:
    """An urgency says why: it changes the order in which others wait."""
    if urgence and not motif.strip():
        raise ErreurMetier(
            "Dites en une phrase pourquoi la situation est urgente.",
            {"motif_urgence": "Le motif de l’urgence est nécessaire."},
        )


def list_absences(*, convention: bool, commune: bool, motifs: bool) -> dict[str, str]:
    """What a deposit cannot do without, by field, with the sentence that asks for it."""
    asked = {
        "convention": (convention, "Choisissez le dispositif demandé."),
        "commune_saisie": (commune, "Indiquez la commune où vit le ménage."),
        "motifs": (motifs, "Choisissez au moins un motif."),
    }
    return {champ: phrase for champ, (present, phrase) in asked.items() if not present}


def check_le(le: date, jour: date, depuis: date, champ: str = "le") -> None:
    """The date of an act is neither in the future nor before the saisine."""
    if le > jour:
        raise ErreurMetier("Cette date est dans l’avenir.", {champ: "Cette date est à venir."})
    if le < depuis:
        message = "Cette date précède la saisine."
        raise ErreurMetier(message, {champ: message})


def count_jours(debut: date | None, fin: date | None) -> int | None:
    """Days between two dates, None when one is missing."""
    return (fin - debut).days if debut and fin else None


# -- guards ------------------------------------------------------------------------------------
# A page evaluates them without the values of the act (`donnees` has no such key): what the form
# will ask for does not close the act.


def has_information(saisine: Any, ctx: Contexte) -> str | None:
    if saisine.information_menage_le is None:
        return "Le ménage doit avoir été informé de la saisine : indiquez à quelle date."
    return None


def has_instance(saisine: Any, ctx: Contexte) -> str | None:
    if saisine.instance_id is None:
        return "Aucune instance n’examine ce dispositif sur cette commune."
    return None


def has_pieces(saisine: Any, ctx: Contexte) -> str | None:
    manquantes = ctx.donnees.get("manquantes", ())
    if not manquantes:
        return None
    if len(manquantes) == 1:
        return f"Une pièce obligatoire manque : {manquantes[0]}."
    return f"{len(manquantes)} pièces obligatoires manquent : {', '.join(manquantes)}."


def has_motif(saisine: Any, ctx: Contexte) -> str | None:
    if "motif" in ctx.donnees and not str(ctx.donnees["motif"]).strip():
        return "Cet acte demande un motif."
    return None


def has_axe(saisine: Any, ctx: Contexte) -> str | None:
    if "axe" in ctx.donnees and ctx.donnees["axe"] not in set(Axe):
        return "Choisissez l’axe : maintien dans les lieux ou relogement."
    return None


def has_issue(saisine: Any, ctx: Contexte) -> str | None:
    if "issue" in ctx.donnees and not ctx.donnees["issue"]:
        return "Dites comment la demande se termine."
    return None


def is_urgente(saisine: Any, ctx: Contexte) -> str | None:
    if not saisine.urgence:
        return "Seule une saisine urgente peut être orientée à titre provisoire."
    return None


def is_never_provisoire(saisine: Any, ctx: Contexte) -> str | None:
    if saisine.provisoire_le is not None:
        return "Cette saisine a déjà reçu une orientation provisoire."
    return None


def was_ajournee(saisine: Any, ctx: Contexte) -> str | None:
    return None if saisine.ajournements else "Cette saisine n’a pas été ajournée."


def was_provisoire(saisine: Any, ctx: Contexte) -> str | None:
    if saisine.provisoire_le is None or saisine.ajournements:
        return "Cette saisine n’a pas d’orientation provisoire à ratifier."
    return None


def was_new(saisine: Any, ctx: Contexte) -> str | None:
    if saisine.provisoire_le is not None or saisine.ajournements:
        return "Cette saisine a déjà été examinée."
    return None


def may_change_axe(saisine: Any, ctx: Contexte) -> str | None:
    """The axis changes once, from maintien to relogement, by a new decision (inventory C3)."""
    if saisine.decision_sens != SensOrientation.MAINTIEN:
        return "L’axe ne change qu’une fois, du maintien vers le relogement."
    return None


def has_no_reexamen(saisine: Any, ctx: Contexte) -> str | None:
    if ctx.donnees.get("reexamen"):
        return "Un changement d’axe est déjà demandé : l’instance doit l’examiner."
    return None


def has_reexamen(saisine: Any, ctx: Contexte) -> str | None:
    if not ctx.donnees.get("reexamen"):
        return "Aucun changement d’axe n’est demandé."
    return None


def is_correction(saisine: Any, ctx: Contexte) -> str | None:
    """Only the engine of sessions, before the session closes, says that it corrects."""
    if not ctx.donnees.get("correction"):
        return "Une décision ne se corrige que dans sa séance, avant la clôture."
    return None


def is_not_begun(saisine: Any, ctx: Contexte) -> str | None:
    """What a provisional orientation began stays begun; another measure closes the correction."""
    if saisine.statut == StatutSaisine.EN_MISE_EN_OEUVRE and saisine.provisoire_le is None:
        return "La mise en œuvre a commencé : demandez un changement d’axe."
    return None
