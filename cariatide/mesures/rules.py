"""Pure rules of accompaniment; "today" is an argument.

Two kinds: guards of the lifecycles (a sentence when the act is refused, read from the state alone
so that a page can show them), and checks of what an act is given (ErreurMetier, by field).
Values fixed by a local text (durations, delays) are arguments: the caller reads them in bareme.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cariatide.mesures.statuts import (
    CLOSES,
    EN_COURS,
    OUVERTES,
    RENCONTRES,
    Contrat,
    IssueMesure,
    MotifSansContrat,
    MotifSuspension,
    Presence,
    StatutMesure,
    StatutRenouvellement,
    TypeBilan,
    TypeIntervention,
)
from cariatide.socle.dates import add_months, format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte

# Codes of bareme by kind of agreement: first duration, renewal, total (R-ASLL-1, R-AVDL-3).
# A kind that is absent has no duration of its own: the agreement and the funder decide.
CODES_DUREE: dict[str, tuple[str, str, str]] = {
    "asll": ("asll.duree", "asll.duree", "asll.duree_maximale"),
    "avdl": ("avdl.duree", "avdl.duree_renouvellement", "avdl.duree_maximale"),
}
SUSPENSION_MAXIMALE = "mesure.suspension_maximale"
BILAN_ALERTE = "bilan.alerte"
BILAN_ANCIENNETE = "bilan.anciennete_maximale"
SUIVIS = "mesure.suivi"
REFUS_REORIENTATION = (
    "Une réorientation attend sa décision, ou la clôture de la séance qui l’a prise : retirez la "
    "demande, ou attendez."
)


@dataclass(frozen=True)
class FaitsMesure:
    """What guards read beside the measure: loaded by queries.load_faits, in one place.

    suspension_maximale: months; None when no local text fixes it yet (the act is then refused).
    """

    has_diagnostic: bool = False
    has_objectifs: bool = False
    bilan_final_valide: bool = False
    renouvellement: str = ""
    reorientation: bool = False
    suivis_faits: frozenset[int] = frozenset()
    suivis_attendus: tuple[int, ...] = ()
    alerte_jours: int = 0
    suspension_maximale: int | None = None
    decision_vaut_accord: bool = False


def _faits(ctx: Contexte) -> FaitsMesure:
    faits = ctx.donnees.get("faits")
    # Closed by default: without facts no guard lets an act through.
    return faits if isinstance(faits, FaitsMesure) else FaitsMesure()


# -- guards of the measure -------------------------------------------------------------------


def decision_is_accord(mesure: Any, ctx: Contexte) -> str | None:
    """The session of a MOUS gathers its funders: its decision grants the measure."""
    if not _faits(ctx).decision_vaut_accord:
        return (
            "L’accord vient du financeur : aucune décision de séance ne vaut accord "
            "pour cette convention."
        )
    return None


def has_objectifs(mesure: Any, ctx: Contexte) -> str | None:
    if not _faits(ctx).has_objectifs:
        return "Fixez au moins un objectif avec le ménage : le contrat les reprend."
    return None


def has_contrat(mesure: Any, ctx: Contexte) -> str | None:
    """No measure is active without a contract, but for the motivated « sans contrat »."""
    if mesure.contrat == Contrat.A_SIGNER:
        return "Le contrat n’est pas signé."
    return None


def has_diagnostic(mesure: Any, ctx: Contexte) -> str | None:
    if not _faits(ctx).has_diagnostic:
        return "Rédigez d’abord le diagnostic initial."
    return None


def suspension_is_bounded(mesure: Any, ctx: Contexte) -> str | None:
    if _faits(ctx).suspension_maximale is None:
        return (
            "La durée maximale d’une suspension n’est pas fixée : demandez à l’administrateur "
            "d’enregistrer celle du règlement local dans les barèmes."
        )
    return None


def bilan_is_near(mesure: Any, ctx: Contexte) -> str | None:
    """The review falls due within the alert before the term."""
    if mesure.fin_prevue is None:
        return "Cette mesure n’a pas de terme."
    ouverture = mesure.fin_prevue - timedelta(days=_faits(ctx).alerte_jours)
    if ctx.jour < ouverture:
        return f"Le bilan sera dû à partir du {format_date(ouverture)}."
    return None


def renouvellement_is_valide(mesure: Any, ctx: Contexte) -> str | None:
    statut = _faits(ctx).renouvellement
    if statut == StatutRenouvellement.PROPOSE:
        return "Le chef de service n’a pas encore validé la proposition de renouvellement."
    if statut != StatutRenouvellement.VALIDE:
        return "Aucun renouvellement n’est proposé pour cette mesure."
    return None


def has_bilan_final(mesure: Any, ctx: Contexte) -> str | None:
    if not _faits(ctx).bilan_final_valide:
        return "Il manque le bilan final, validé par le chef de service."
    return None


def no_renouvellement_ouvert(mesure: Any, ctx: Contexte) -> str | None:
    if _faits(ctx).renouvellement in (StatutRenouvellement.PROPOSE, StatutRenouvellement.VALIDE):
        return "Un renouvellement attend une décision : faites-le refuser d’abord."
    return None


def no_reorientation_ouverte(mesure: Any, ctx: Contexte) -> str | None:
    # Closed by default, as the others: without facts nothing says that none is open.
    if "faits" not in ctx.donnees or _faits(ctx).reorientation:
        return REFUS_REORIENTATION
    return None


def reorientation_is_acceptee(mesure: Any, ctx: Contexte) -> str | None:
    """The measure goes on elsewhere by an accepted request, and by nothing else."""
    if not ctx.donnees.get("reorientation_acceptee"):
        return "Aucune réorientation n’est acceptée pour cette mesure."
    return None


def suivis_are_done(mesure: Any, ctx: Contexte) -> str | None:
    faits = _faits(ctx)
    missing = [m for m in faits.suivis_attendus if m not in faits.suivis_faits]
    if not faits.suivis_attendus:
        return "Aucune évaluation n’est prévue après la fin de cette mesure."
    if missing:
        return f"L’évaluation à {missing[0]} mois n’est pas encore faite."
    return None


# -- durations -------------------------------------------------------------------------------


def compute_fin(debut: date, mois: int) -> date:
    """Last day of a measure of `mois` months: the eve of the same day number."""
    return add_months(debut, mois) - timedelta(days=1)


def _champ(nom: str, message: str) -> ErreurMetier:
    return ErreurMetier(message, {nom: message})


def check_passe(nom: str, le: date, jour: date, *, depuis: date | None, quoi: str) -> None:
    """A fact is neither in the future nor before what it follows."""
    if le > jour:
        raise _champ(nom, "Cette date est dans l’avenir.")
    if depuis is not None and le < depuis:
        raise _champ(nom, f"Cette date précède {quoi} ({format_date(depuis)}).")


def check_duree(mois: int, maximum: int | None, deja: int = 0) -> None:
    """R-ASLL-1, R-AVDL-3: total duration within the maximum of the local text."""
    if mois < 1:
        raise _champ("duree_mois", "La durée est d’au moins un mois.")
    if maximum is not None and deja + mois > maximum:
        raise _champ(
            "duree_mois",
            f"La durée totale serait de {deja + mois} mois : le maximum est de {maximum} mois.",
        )


def check_sans_contrat(motif: str, precision: str) -> None:
    if motif not in MotifSansContrat.values:
        raise _champ("sans_contrat_motif", "Choisissez pourquoi il n’y a pas de contrat.")
    if not precision.strip():
        raise _champ("sans_contrat_precision", "Citez le mandat ou l’obligation qui s’applique.")


# -- interventions ---------------------------------------------------------------------------


def refuse_ecriture(statut: str, *, cloture: date | None) -> str:
    """Why nothing is written of a measure in that state; "" when it is open."""
    if statut in CLOSES:
        label = StatutMesure(statut).label.lower()
        quand = f" le {format_date(cloture)}" if cloture else ""
        return f"Cette mesure a été {label}{quand}."
    return "" if statut in OUVERTES else "La mesure n’est pas encore accordée."


def check_ecriture(statut: str, *, cloture: date | None) -> None:
    """Somebody may have closed the measure since the form was opened: say so, write nothing."""
    if refus := refuse_ecriture(statut, cloture=cloture):
        raise ActeRefuse(
            f"{refus.removesuffix('.')} : rien n’a été enregistré. "
            "Votre texte reste dans le formulaire et dans votre brouillon."
        )


def check_intervention(
    *, type_: str, le: date, presence: str, duree: int | None, accordee_le: date, jour: date
) -> None:
    """A meeting is past, after the agreement to the measure, and says whether somebody came."""
    check_passe("date", le, jour, depuis=accordee_le, quoi="l’accord de la mesure")
    if type_ in RENCONTRES and presence == Presence.SANS_OBJET:
        raise _champ("presence", "Indiquez si le ménage était présent.")
    if type_ not in RENCONTRES and presence in (Presence.ABSENT, Presence.EXCUSE):
        raise _champ("presence", "Seule une rencontre peut être manquée.")
    if duree is not None and not 1 <= duree <= 1440:
        raise _champ("duree_minutes", "Une durée va de 1 minute à 24 heures.")


def check_lieu(type_: str, lieu: str, *, adresse_protegee: bool) -> None:
    """A protected address is level C: it is not written again in a fact that partners read."""
    if adresse_protegee and type_ == TypeIntervention.VAD and lieu.strip():
        raise _champ(
            "lieu", "L’adresse de ce ménage est protégée : laissez le lieu de la visite vide."
        )


def is_contact(type_: str, presence: str) -> bool:
    """Whether the intervention was a contact with the household itself."""
    return presence == Presence.PRESENT or type_ == TypeIntervention.TELEPHONE


# -- renewal, suspension, end ----------------------------------------------------------------


@dataclass(frozen=True)
class Renouvelable:
    """What a renewal is measured against."""

    fin_prevue: date
    mois_accordes: int
    maximum: int | None
    bilan_le: date | None
    anciennete_maximale: int
    nouveaux_objectifs: int


def check_bilan_recent(bilan_le: date | None, anciennete: int, jour: date) -> None:
    """A renewal rests on a validated review, recent on the day it is proposed."""
    if bilan_le is None:
        raise _champ("bilan", "Un renouvellement s’appuie sur un bilan validé.")
    if (jour - bilan_le).days > anciennete:
        raise _champ(
            "bilan",
            f"Le bilan du {format_date(bilan_le)} a plus de {anciennete} jours : "
            "établissez-en un nouveau.",
        )


def check_renouvellement(r: Renouvelable, *, mois: int, derogation: str, jour: date) -> None:
    """Table 4.17: recent review, new objectives; past the term or the maximum, a derogation."""
    check_bilan_recent(r.bilan_le, r.anciennete_maximale, jour)
    if r.nouveaux_objectifs < 1:
        raise _champ("objectif_1", "Fixez au moins un nouvel objectif.")
    if mois < 1:
        raise _champ("mois", "La durée est d’au moins un mois.")
    reasons = list_derogations(r, mois=mois, jour=jour)
    if reasons and not derogation.strip():
        raise _champ("derogation", f"{' '.join(reasons)} Motivez la dérogation.")


def list_derogations(r: Renouvelable, *, mois: int, jour: date) -> list[str]:
    """Why this renewal would need a motivated derogation; empty when it does not."""
    reasons = []
    if jour > r.fin_prevue:
        reasons.append(f"Le terme du {format_date(r.fin_prevue)} est dépassé.")
    total = r.mois_accordes + mois
    if r.maximum is not None and total > r.maximum:
        reasons.append(f"La durée totale serait de {total} mois, pour {r.maximum} au plus.")
    return reasons


def check_suspension(
    *, motif: str, precision: str, du: date, au_prevu: date, debut: date, jour: date, maximum: int
) -> None:
    check_passe("du", du, jour, depuis=debut, quoi="le début de la mesure")
    if au_prevu <= du:
        raise _champ("au_prevu", "La reprise prévue suit le début de la suspension.")
    limite = add_months(du, maximum)
    if au_prevu > limite:
        raise _champ(
            "au_prevu",
            f"Une suspension dure au plus {maximum} mois : jusqu’au {format_date(limite)}.",
        )
    if motif == MotifSuspension.AUTRE and not precision.strip():
        raise _champ("precision", "Précisez le motif.")


def check_fin(*, issue: str, relais: str, le: date, debut: date, jour: date) -> None:
    """Table 4.17: dated end, outcome, and the relay named when the outcome is one."""
    check_passe("le", le, jour, depuis=debut, quoi="le début de la mesure")
    if issue not in IssueMesure.values:
        raise _champ("issue", "Choisissez l’issue de la mesure.")
    if issue == IssueMesure.RELAIS and not relais.strip():
        raise _champ("relais", "Nommez l’organisme qui prend le relais.")


def expects_suivi(issue: str) -> bool:
    """Nobody is called six months after a death."""
    return issue != IssueMesure.DECES


def check_suivi(
    *, mois: int, le: date, terminee_le: date, jour: date, attendus: Iterable[int], faits: set[int]
) -> None:
    if mois not in attendus:
        raise _champ("mois", "Cette évaluation n’est pas prévue.")
    if mois in faits:
        raise _champ("mois", f"L’évaluation à {mois} mois est déjà faite.")
    check_passe("le", le, jour, depuis=None, quoi="")
    ouverture = add_months(terminee_le, mois)
    if le < ouverture:
        raise _champ("le", f"Cette évaluation se fait à partir du {format_date(ouverture)}.")


def check_atteintes(atteintes: dict[int, int], attendus: set[int]) -> None:
    """Every current objective is evaluated, from 0 to 4."""
    for objectif_id in sorted(attendus):
        degre = atteintes.get(objectif_id)
        if degre is None:
            raise _champ(f"atteinte_{objectif_id}", "Évaluez cet objectif.")
        if not 0 <= degre <= 4:
            raise _champ(f"atteinte_{objectif_id}", "Le degré d’atteinte va de 0 à 4.")
    unknown = set(atteintes) - attendus
    if unknown:
        raise ErreurMetier("Un objectif évalué n’est pas de cette mesure.")


# -- writings --------------------------------------------------------------------------------


def check_sections(contenu: dict[str, str], *, carence: bool) -> None:
    """A diagnosis holds its recommendations and, unless nobody was met, what they rest on."""
    if not contenu.get("preconisations", "").strip():
        raise _champ("preconisations", "Écrivez les préconisations.")
    bases = ("composition", "ressources", "logement")
    if not carence and not any(contenu.get(nom, "").strip() for nom in bases):
        raise _champ("composition", "Décrivez la situation du ménage ou son logement.")


def check_type_bilan(type_: str, statut: str) -> None:
    """A review of the accompaniment during it; a review at 6 or 12 months after its end."""
    posterieur = type_ in (TypeBilan.SIX_MOIS, TypeBilan.DOUZE_MOIS)
    if type_ not in TypeBilan.values:
        raise _champ("type", "Choisissez le type de bilan.")
    if posterieur and statut != StatutMesure.TERMINEE:
        raise _champ("type", "Ce bilan s’établit après la fin de la mesure.")
    if not posterieur and statut not in EN_COURS:
        raise _champ("type", "Ce bilan s’établit pendant l’accompagnement.")


def check_bilan_complet(*, evolution: str, conclusion: str, suite: str, posterieur: bool) -> None:
    """What a head of service is asked to validate."""
    if not evolution.strip():
        raise _champ("evolution", "Décrivez l’évolution de la situation.")
    if not conclusion.strip():
        raise _champ("conclusion", "Écrivez la conclusion.")
    if not posterieur and not suite:
        raise _champ("suite", "Proposez une suite.")
