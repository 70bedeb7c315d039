"""The answer of the household, the contract, the beginning."""

from datetime import date

from django.db import transaction

from cariatide.echeances.actions import settle_echeance
from cariatide.mesures.actions.commun import (
    OBJET,
    apply_mesure,
    check_open,
    consign,
    lock_mesure,
    plan,
    require_equipe,
    save,
)
from cariatide.mesures.actions.ouverture import end_refused
from cariatide.mesures.models import Mesure
from cariatide.mesures.queries import read_entier, refuse_adhesion
from cariatide.mesures.rules import (
    BILAN_ALERTE,
    check_passe,
    check_sans_contrat,
    compute_fin,
)
from cariatide.mesures.statuts import Adhesion, Contrat
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre


@transaction.atomic
def propose_mesure(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    le: date,
    signature_prevue_le: date,
    version: int | None = None,
) -> Mesure:
    """Propose the measure to the household, and fix with it the day when the contract is signed."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "proposer", perimetre)
    check_passe("le", le, perimetre.jour, depuis=mesure.accordee_le, quoi="l’accord")
    if signature_prevue_le < le:
        message = "La signature suit la proposition."
        raise ErreurMetier(message, {"signature_prevue_le": message})
    mesure.proposee_le, mesure.adhesion = le, Adhesion.PROPOSEE
    save(mesure, ["proposee_le", "adhesion"])
    plan(
        mesure, "mesure.contrat", "Contrat d’accompagnement à signer", signature_prevue_le,
        source="Date convenue avec le ménage",
    )  # fmt: skip
    consign(
        "mesure.proposee",
        mesure,
        perimetre,
        mandat,
        titre="Mesure proposée au ménage",
        detail=f"Signature prévue le {format_date(signature_prevue_le)}",
        le=le,
        contact=True,
        apres={"proposee_le": le},
    )
    return mesure


@transaction.atomic
def record_adhesion(
    *, perimetre: Perimetre, mesure_id: int, le: date, version: int | None = None
) -> Mesure:
    """The household says yes; the state follows once the contract is signed."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    check_open(refuse_adhesion(mesure))
    mandat = require_equipe(mesure, perimetre, "enregistrer l’adhésion")
    check_passe("le", le, perimetre.jour, depuis=mesure.proposee_le, quoi="la proposition")
    mesure.adhesion, mesure.reponse_le = Adhesion.OUI, le
    save(mesure, ["adhesion", "reponse_le"])
    consign(
        "mesure.adhesion",
        mesure,
        perimetre,
        mandat,
        titre="Adhésion du ménage à la mesure",
        le=le,
        ton="ok",
        contact=True,
        apres={"adhesion": mesure.adhesion, "reponse_le": le},
    )
    return mesure


@transaction.atomic
def sign_contrat(
    *, perimetre: Perimetre, mesure_id: int, le: date, version: int | None = None
) -> Mesure:
    """The contract is signed: the household has joined. A yes not recorded before is dated so."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "adherer", perimetre)
    depuis = mesure.reponse_le or mesure.proposee_le
    check_passe("le", le, perimetre.jour, depuis=depuis, quoi="l’accord du ménage")
    mesure.contrat, mesure.contrat_signe_le = Contrat.SIGNE, le
    mesure.adhesion, mesure.reponse_le = Adhesion.OUI, mesure.reponse_le or le
    save(mesure, ["contrat", "contrat_signe_le", "adhesion", "reponse_le"])
    settle_echeance(code="mesure.contrat", objet=(OBJET, mesure.pk), le=perimetre.jour)
    consign(
        "mesure.contrat_signe",
        mesure,
        perimetre,
        mandat,
        titre="Contrat d’accompagnement signé",
        le=le,
        ton="ok",
        contact=True,
        apres={"contrat_signe_le": le},
    )
    return mesure


@transaction.atomic
def waive_contrat(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    sans_contrat_motif: str,
    sans_contrat_precision: str,
    version: int | None = None,
) -> Mesure:
    """The head of service records why this measure goes on without a contract."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "dispenser", perimetre)
    check_sans_contrat(sans_contrat_motif, sans_contrat_precision)
    mesure.contrat = Contrat.SANS_CONTRAT
    mesure.sans_contrat_motif = sans_contrat_motif
    mesure.sans_contrat_precision = sans_contrat_precision.strip()
    save(mesure, ["contrat", "sans_contrat_motif", "sans_contrat_precision"])
    settle_echeance(code="mesure.contrat", objet=(OBJET, mesure.pk), le=perimetre.jour)
    consign(
        "mesure.sans_contrat",
        mesure,
        perimetre,
        mandat,
        titre="Mesure poursuivie sans contrat",
        detail=mesure.get_sans_contrat_motif_display(),
        le=perimetre.jour,
        apres={"sans_contrat_motif": sans_contrat_motif},
    )
    return mesure


@transaction.atomic
def refuse_mesure(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    le: date,
    adhesion: str,
    motif: str,
    version: int | None = None,
) -> Mesure:
    """The household refuses, withdraws, or does not answer."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "refuser", perimetre)
    check_passe("le", le, perimetre.jour, depuis=mesure.proposee_le, quoi="la proposition")
    if adhesion not in (Adhesion.REFUS, Adhesion.SANS_REPONSE):
        raise ErreurMetier(
            "Précisez.", {"adhesion": "Indiquez un refus ou une absence de réponse."}
        )
    mesure.adhesion, mesure.reponse_le = adhesion, le
    refus = adhesion == Adhesion.REFUS
    end_refused(
        mesure, perimetre, mandat,
        "Mesure refusée par le ménage" if refus else "Mesure restée sans réponse du ménage",
        motif, issue_saisine="abandon" if refus else "sans_contact", le=le,
    )  # fmt: skip
    return mesure


@transaction.atomic
def activate_mesure(
    *, perimetre: Perimetre, mesure_id: int, debut: date, version: int | None = None
) -> Mesure:
    """Begin: the contract (or why there is none) and the initial diagnosis are there."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "activer", perimetre)
    check_passe(
        "debut", debut, perimetre.jour,
        depuis=mesure.contrat_signe_le or mesure.accordee_le,
        quoi="la signature du contrat" if mesure.contrat_signe_le else "l’accord",
    )  # fmt: skip
    mesure.debut = debut
    mesure.fin_prevue = compute_fin(debut, mesure.duree_mois or 1)
    save(mesure, ["debut", "fin_prevue"])
    plan_terme(mesure, perimetre)
    consign(
        "mesure.activee",
        mesure,
        perimetre,
        mandat,
        titre="Accompagnement commencé",
        detail=f"Terme prévu le {format_date(mesure.fin_prevue)}",
        le=debut,
        ton="ok",
        apres={"debut": debut, "fin_prevue": mesure.fin_prevue},
    )
    return mesure


def plan_terme(mesure: Mesure, perimetre: Perimetre) -> None:
    """The review before the term, and the term itself."""
    if mesure.fin_prevue is None:
        return
    alerte = read_entier(BILAN_ALERTE, mesure, perimetre.jour)
    plan(
        mesure, "mesure.bilan", "Bilan à établir avant le terme", mesure.fin_prevue,
        source="Bilan écrit avant chaque renouvellement et à la fin",
        regle="R-ASLL-1" if mesure.dispositif == "asll" else "PLATEFORME-MESURES",
        alerte_jours=alerte,
    )  # fmt: skip
    plan(
        mesure, "mesure.fin", "Terme de la mesure", mesure.fin_prevue,
        source=f"Durée accordée, {mesure.accord_reference}", alerte_jours=alerte,
    )  # fmt: skip
