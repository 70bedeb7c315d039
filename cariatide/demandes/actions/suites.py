"""What follows a decision: change of axis asked for, carrying out, end."""

from datetime import date

from django.db import transaction

from cariatide.demandes.actions.commun import apply_act, finish, lock_saisine
from cariatide.demandes.actions.instruction import check_date_cloture, check_issue
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.models import Reexamen, Saisine
from cariatide.demandes.queries import find_reexamen
from cariatide.demandes.statuts import A_RATIFIER, EN_COURS, IssueSaisine, StatutSaisine
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre


@transaction.atomic
def request_changement_axe(
    *, perimetre: Perimetre, saisine_id: int, motif: str, version: int
) -> Saisine:
    """The operator asks the body to turn a maintien into a relogement."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    known = find_reexamen(perimetre, saisine_id)
    mandat = apply_act(
        saisine, "demander_changement_axe", perimetre, motif=motif, reexamen=bool(known)
    )
    Reexamen(
        saisine=saisine,
        motif=motif.strip(),
        demande_le=perimetre.jour,
        auteur=perimetre.utilisateur,
    ).save(force_insert=True)
    return finish(
        saisine,
        "saisine.changement_axe_demande",
        perimetre=perimetre,
        mandat=mandat,
        avant=saisine.statut,
        champs=(),
        titre=f"Changement d’axe demandé pour la saisine {saisine}",
        detail=motif.strip()[:300],
    )


# -- carrying out and end ----------------------------------------------------------------------


@transaction.atomic
def start_mise_en_oeuvre(
    *, perimetre: Perimetre, saisine_id: int, source: tuple[str, int], le: date | None = None
) -> Saisine:
    """A measure or a case was created for the saisine; a second one changes nothing.

    On a provisional orientation it starts at once: the state follows when a session ratifies.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    if saisine.mise_en_oeuvre_le is not None and saisine.statut in EN_COURS:
        return saisine
    avant = saisine.statut
    if _is_started_before_ratification(saisine):
        mandat = CYCLE.find_mandat(
            CYCLE.transitions["mettre_en_oeuvre"], saisine, Contexte(perimetre, perimetre.jour)
        )
        if mandat is None:
            raise ActeRefuse("Votre rôle ne permet pas l’acte « Mettre en œuvre ».")
    else:
        mandat = apply_act(saisine, "mettre_en_oeuvre", perimetre)
    saisine.mise_en_oeuvre_le = le or perimetre.jour
    return finish(
        saisine,
        "saisine.mise_en_oeuvre",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("mise_en_oeuvre_le",),
        titre=f"Saisine {saisine} mise en œuvre",
        detail="Commencée en urgence, avant la séance" if saisine.statut == avant else "",
        le=saisine.mise_en_oeuvre_le,
        apres={"source": list(source)},
    )


def _is_started_before_ratification(saisine: Saisine) -> bool:
    return saisine.provisoire_le is not None and saisine.statut in A_RATIFIER


@transaction.atomic
def close_saisine(
    *,
    perimetre: Perimetre,
    saisine_id: int,
    issue: str,
    le: date | None = None,
    version: int | None = None,
    motif: str = "",
) -> Saisine:
    """The operator ends it with its issue; closing twice changes nothing."""
    saisine = lock_saisine(perimetre, saisine_id, version)
    if saisine.statut == StatutSaisine.CLOSE:
        return saisine
    le = le or perimetre.jour
    check_issue(issue)
    check_date_cloture(saisine, le, perimetre.jour)
    avant = saisine.statut
    mandat = apply_act(saisine, "clore", perimetre, issue=issue)
    saisine.close_le, saisine.issue, saisine.motif_cloture = le, issue, motif.strip()
    return finish(
        saisine,
        "saisine.close",
        perimetre=perimetre,
        mandat=mandat,
        avant=avant,
        champs=("close_le", "issue", "motif_cloture"),
        titre=f"Saisine {saisine} close : {IssueSaisine(issue).label.lower()}",
        detail=motif.strip()[:300],
        le=le,
        apres={"issue": issue},
    )


@transaction.atomic
def hand_over_saisine(
    *, perimetre: Perimetre, saisine_id: int, convention_id: int, axe: str
) -> Saisine:
    """A reorientation took effect: the case goes on under another agreement, on the axis decided.

    The agreement that was asked for, its dates and its first decision stay: they are facts of
    their days, and the delays are counted from them.
    """
    saisine = lock_saisine(perimetre, saisine_id)
    if saisine.statut != StatutSaisine.EN_MISE_EN_OEUVRE:
        raise ActeRefuse("Cette saisine n’est pas en mise en œuvre.")
    avant = {"convention": saisine.convention_suivie_id or saisine.convention_id}
    saisine.convention_suivie_id = convention_id
    saisine.decision_sens = axe
    return finish(
        saisine,
        "saisine.reorientee",
        perimetre=perimetre,
        mandat=None,
        avant=saisine.statut,
        champs=("convention_suivie", "decision_sens"),
        apres={**avant, "convention_suivie": convention_id, "axe": axe},
    )
