"""Renewal: the social worker proposes, the head of service validates, the funder grants."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cariatide.mesures.actions.adhesion import plan_terme
from cariatide.mesures.actions.commun import (
    EQUIPE,
    apply_mesure,
    apply_objet,
    check_texte,
    consign,
    lock_mesure,
    lock_suite,
    require_acteur,
    save,
)
from cariatide.mesures.actions.suivi import DonneesObjectif, insert_objectifs
from cariatide.mesures.lifecycle import CYCLE_RENOUVELLEMENT
from cariatide.mesures.models import Mesure, Objectif, Renouvellement
from cariatide.mesures.queries import (
    count_mois_accordes,
    find_bilan_recent,
    load_faits,
    load_renouvelable,
    refuse_proposition,
)
from cariatide.mesures.rules import check_passe, check_renouvellement, compute_fin, list_derogations
from cariatide.mesures.statuts import (
    StatutObjectif,
    StatutRenouvellement,
)
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

RENOUVELLEMENT = "mesures.renouvellement"


@transaction.atomic
def propose_renouvellement(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    mois: int,
    motif: str,
    objectifs: Sequence[DonneesObjectif],
    derogation: str = "",
    version: int | None = None,
) -> Renouvellement:
    """Propose to renew: recent validated review, new objectives, a derogation past the limits.

    The age of the review is measured today: it accompanies the proposal, whose examination by the
    head of service and the funder does not make it older.
    """
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = perimetre.find_mandat(EQUIPE, mesure.operateur_id)
    if mandat is None:
        raise ActeRefuse("L’équipe de l’opérateur propose le renouvellement.")
    refus = refuse_proposition(mesure, perimetre)
    if refus or mesure.debut is None or mesure.fin_prevue is None:
        raise ActeRefuse(refus)
    if not motif.strip():
        raise ErreurMetier("Motivez la demande.", {"motif": "Motivez le renouvellement."})
    bilan = find_bilan_recent(mesure, perimetre)
    reference = load_renouvelable(mesure, perimetre, nouveaux_objectifs=len(objectifs), bilan=bilan)
    check_renouvellement(reference, mois=mois, derogation=derogation, jour=perimetre.jour)
    renouvellement = Renouvellement(
        menage_id=mesure.menage_id,
        mesure=mesure,
        bilan=bilan,
        mois=mois,
        motif=motif.strip(),
        derogation=derogation.strip(),
        propose_le=perimetre.jour,
        propose_par_id=require_acteur(perimetre),
        fin_avant=mesure.fin_prevue,
        fin_apres=compute_fin(mesure.debut, reference.mois_accordes + mois),
    )
    renouvellement.save(force_insert=True)
    insert_objectifs(mesure, objectifs, perimetre.jour, renouvellement=renouvellement)
    save(mesure)
    _consign(
        renouvellement, mesure, perimetre, mandat, "renouvellement.propose",
        f"Renouvellement de {mois} mois proposé", perimetre.jour,
    )  # fmt: skip
    return renouvellement


def _consign(
    renouvellement: Renouvellement,
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    nom: str,
    titre: str,
    le: date,
    detail: str = "",
    ton: str = "",
) -> None:
    consign(
        nom,
        mesure,
        perimetre,
        mandat,
        titre=titre,
        detail=detail,
        ton=ton,
        le=le,
        objet=(RENOUVELLEMENT, renouvellement.pk),
        apres={"statut": renouvellement.statut, "mois": renouvellement.mois},
    )


def _lock(
    perimetre: Perimetre, renouvellement_id: int, version: int | None
) -> tuple[Renouvellement, Mesure]:
    return lock_suite(Renouvellement, perimetre, renouvellement_id, version, "cette proposition")


@transaction.atomic
def validate_renouvellement(
    *, perimetre: Perimetre, renouvellement_id: int, version: int | None = None
) -> Renouvellement:
    """The head of service validates the proposal: the funder is asked."""
    renouvellement, mesure = _lock(perimetre, renouvellement_id, version)
    mandat = apply_objet(CYCLE_RENOUVELLEMENT, renouvellement, "valider", perimetre)
    renouvellement.valide_le = perimetre.jour
    renouvellement.valide_par = perimetre.utilisateur
    save(renouvellement, ["valide_le", "valide_par"])
    _consign(
        renouvellement, mesure, perimetre, mandat, "renouvellement.valide",
        "Proposition de renouvellement validée", perimetre.jour,
    )  # fmt: skip
    return renouvellement


@transaction.atomic
def grant_renouvellement(
    *,
    perimetre: Perimetre,
    renouvellement_id: int,
    le: date,
    reference: str,
    derogation: str = "",
    version: int | None = None,
) -> Mesure:
    """The funder agrees: the term moves. After the term, or past the maximum, a derogation."""
    renouvellement, mesure = _lock(perimetre, renouvellement_id, version)
    faits = load_faits(mesure, perimetre)
    mandat = apply_objet(CYCLE_RENOUVELLEMENT, renouvellement, "accorder", perimetre)
    check_passe("le", le, perimetre.jour, depuis=renouvellement.valide_le, quoi="la validation")
    check_texte("reference", reference, "Citez la notification de l’accord.")
    reasons = list_derogations(
        load_renouvelable(mesure, perimetre, nouveaux_objectifs=1, bilan=renouvellement.bilan),
        mois=renouvellement.mois,
        jour=le,
    )
    motif = derogation.strip() or renouvellement.derogation
    if reasons and not motif:
        raise ErreurMetier(
            "Une dérogation est nécessaire.",
            {"derogation": f"{' '.join(reasons)} Motivez la dérogation."},
        )
    apply_mesure(
        mesure, "renouveler", perimetre, Contexte(perimetre, perimetre.jour, {"faits": faits})
    )
    renouvellement.decide_le, renouvellement.accord_reference = le, reference.strip()
    renouvellement.derogation = motif
    if mesure.debut:
        mois = count_mois_accordes(mesure, perimetre) + renouvellement.mois
        renouvellement.fin_apres = compute_fin(mesure.debut, mois)
    mesure.fin_prevue = renouvellement.fin_apres
    save(renouvellement, ["decide_le", "accord_reference", "derogation", "fin_apres"])
    save(mesure, ["fin_prevue"])
    plan_terme(mesure, perimetre)
    _consign(
        renouvellement, mesure, perimetre, mandat, "mesure.renouvelee",
        f"Mesure renouvelée pour {renouvellement.mois} mois", le,
        f"Nouveau terme le {format_date(renouvellement.fin_apres)}", "ok",
    )  # fmt: skip
    return mesure


@transaction.atomic
def refuse_renouvellement(
    *, perimetre: Perimetre, renouvellement_id: int, motif: str, version: int | None = None
) -> Renouvellement:
    """The head of service does not forward the proposal, or the funder refuses it."""
    renouvellement, mesure = _lock(perimetre, renouvellement_id, version)
    propose = renouvellement.statut == StatutRenouvellement.PROPOSE
    acte = "ecarter" if propose else "refuser"
    mandat = apply_objet(CYCLE_RENOUVELLEMENT, renouvellement, acte, perimetre)
    check_texte("motif", motif, "Motivez le refus.")
    renouvellement.decide_le, renouvellement.motif_refus = perimetre.jour, motif.strip()
    save(renouvellement, ["decide_le", "motif_refus"])
    Objectif.objects.visible_to(perimetre).filter(renouvellement=renouvellement).update(
        statut=StatutObjectif.ABANDONNE
    )
    _consign(
        renouvellement, mesure, perimetre, mandat, "renouvellement.refuse",
        "Proposition de renouvellement écartée" if propose else "Renouvellement refusé",
        perimetre.jour, ton="bad",
    )  # fmt: skip
    return renouvellement
