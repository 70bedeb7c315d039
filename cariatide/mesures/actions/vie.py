"""What happens to a running measure: référent, suspension, review due, end, follow-up."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from cariatide.alertes.actions import transfer_alertes
from cariatide.demandes.statuts import Axe
from cariatide.echeances.actions import (
    cancel_echeances,
    settle_echeance,
    transfer_echeances,
)
from cariatide.menages.actions import detach
from cariatide.menages.statuts import MotifRattachement
from cariatide.mesures.actions.commun import (
    EQUIPE,
    OBJET,
    apply_mesure,
    check_open,
    consign,
    lock_mesure,
    plan,
    require_acteur,
    require_equipe,
    save,
)
from cariatide.mesures.actions.ouverture import attach_referent, end_saisine
from cariatide.mesures.models import Mesure, SuiviPosterieur, Suspension
from cariatide.mesures.queries import (
    REFUS_SUIVI,
    find_suspension_maximale,
    list_referents,
    read_alertes_bilan,
    read_suivis,
    refuse_referent,
    refuse_suivi,
)
from cariatide.mesures.rules import (
    FaitsMesure,
    check_fin,
    check_passe,
    check_suivi,
    check_suspension,
)
from cariatide.mesures.statuts import Maintien, QualiteContact, StatutMesure
from cariatide.socle.access import RequeteProtegee
from cariatide.socle.dates import add_months, format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

# -- référent --------------------------------------------------------------------------------


@transaction.atomic
def assign_referent(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    referent_id: int,
    version: int | None = None,
    ensemble: bool = False,
) -> Mesure:
    """Give the measure to a social worker: rights and delays move with it.

    A head of service assigns anyone of the team; a social worker takes a measure without référent
    or hands over their own. ensemble: one of several, whose notices are given together.
    """
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = may_assign(mesure, perimetre)
    give_mesure(mesure, referent_id, perimetre, mandat, ensemble=ensemble)
    return mesure


def give_mesure(
    mesure: Mesure,
    referent_id: int,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    *,
    ensemble: bool,
) -> None:
    """What changes with the référent of a locked measure, once it is known who decides it."""
    check_open(refuse_referent(mesure))
    if not list_referents(mesure.operateur_id, perimetre.jour).filter(pk=referent_id).exists():
        message = "Cette personne n’est pas de l’équipe d’accompagnement de l’opérateur."
        raise ErreurMetier(message, {"referent": message})
    if mesure.referent_id == referent_id:
        message = "Cette personne est déjà la référente de la mesure."
        raise ErreurMetier(message, {"referent": message})
    avant = mesure.referent_id
    if avant is not None:
        detach(
            source=(OBJET, mesure.pk),
            au=perimetre.jour - timedelta(days=1),
            utilisateur_id=avant,
            motif=MotifRattachement.REFERENT,
        )
    mesure.referent_id = referent_id
    save(mesure, ["referent"])
    attach_referent(mesure, perimetre.jour)
    transfer_echeances(objet=(OBJET, mesure.pk), utilisateur_id=referent_id)
    transfer_alertes(objet=(OBJET, mesure.pk), utilisateur_id=referent_id)
    nouveau = list_referents(mesure.operateur_id, perimetre.jour).get(pk=referent_id)
    consign(
        "mesure.referent",
        mesure,
        perimetre,
        mandat,
        titre="Changement de référent" if avant else "Référent désigné",
        detail=nouveau.nom_complet,
        le=perimetre.jour,
        avant={"referent_id": avant},
        apres={"referent_id": referent_id} | ({"ensemble": True} if ensemble else {}),
    )


def may_assign(mesure: Mesure, perimetre: Perimetre) -> MandatEnVigueur:
    """The mandate that changes the référent of this measure."""
    own = mesure.referent_id in (None, perimetre.utilisateur_id)
    mandat = perimetre.find_mandat(EQUIPE if own else EQUIPE[1:], mesure.operateur_id)
    if mandat is None:
        raise ActeRefuse("Le chef de service de l’opérateur change le référent d’une mesure.")
    return mandat


@transaction.atomic
def follow_axe(*, perimetre: Perimetre, mesure_id: int, version: int | None = None) -> Mesure:
    """A new decision on the saisine changed its axis: the measure follows."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = require_equipe(mesure, perimetre, "changer l’axe de la mesure")
    decide = mesure.saisine.decision_sens if mesure.saisine else ""
    if mesure.is_close or decide not in Axe.values or decide == mesure.axe:
        raise ActeRefuse("Aucune décision n’a changé l’axe de cette mesure.")
    avant, mesure.axe = mesure.axe, decide
    save(mesure, ["axe"])
    consign(
        "mesure.axe",
        mesure,
        perimetre,
        mandat,
        titre=f"Mesure passée à l’axe {mesure.get_axe_display().lower()}",
        le=perimetre.jour,
        avant={"axe": avant},
        apres={"axe": decide},
    )
    return mesure


# -- suspension ------------------------------------------------------------------------------


@transaction.atomic
def suspend_mesure(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    motif: str,
    du: date,
    au_prevu: date,
    precision: str = "",
    version: int | None = None,
) -> Mesure:
    """Stop the measure for a while, within the maximum of the local text."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "suspendre", perimetre)
    maximum = find_suspension_maximale(mesure, du)
    if maximum is None or mesure.debut is None:
        raise ActeRefuse("La durée maximale d’une suspension n’est pas fixée à cette date.")
    check_suspension(
        motif=motif, precision=precision, du=du, au_prevu=au_prevu, debut=mesure.debut,
        jour=perimetre.jour, maximum=maximum,
    )  # fmt: skip
    overlap = Suspension.objects.visible_to(perimetre).filter(mesure=mesure, au__gt=du)
    if overlap.exists():
        message = "La mesure était déjà suspendue à cette date."
        raise ErreurMetier(message, {"du": message})
    suspension = Suspension(
        menage_id=mesure.menage_id, mesure=mesure, motif=motif, precision=precision.strip(),
        du=du, au_prevu=au_prevu,
    )  # fmt: skip
    suspension.save(force_insert=True)
    save(mesure)
    plan(
        mesure, "mesure.reprise", "Reprise prévue de la mesure", au_prevu,
        source=f"Suspension de {maximum} mois au plus", regle="PLATEFORME-MESURES",
    )  # fmt: skip
    consign(
        "mesure.suspendue",
        mesure,
        perimetre,
        mandat,
        titre="Mesure suspendue",
        detail=f"Reprise prévue le {format_date(au_prevu)}",
        le=du,
        apres={"du": du, "au_prevu": au_prevu, "motif": motif},
    )
    return mesure


def end_suspension(mesure: Mesure, perimetre: Perimetre, le: date) -> None:
    """Close the suspension still open of a measure that the caller has locked."""
    opened = Suspension.objects.visible_to(perimetre).filter(mesure=mesure, au__isnull=True)
    for suspension in opened:
        check_passe("le", le, perimetre.jour, depuis=suspension.du, quoi="la suspension")
        suspension.au = le
        suspension.save(update_fields=["au"])
        settle_echeance(code="mesure.reprise", objet=(OBJET, mesure.pk), le=perimetre.jour)


@transaction.atomic
def resume_mesure(
    *, perimetre: Perimetre, mesure_id: int, le: date, version: int | None = None
) -> Mesure:
    """Go on again."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "reprendre", perimetre)
    end_suspension(mesure, perimetre, le)
    save(mesure)
    consign("mesure.reprise", mesure, perimetre, mandat, titre="Mesure reprise", le=le)
    return mesure


# -- review due ------------------------------------------------------------------------------


@transaction.atomic
def request_bilan(*, perimetre: Perimetre, mesure_id: int, version: int | None = None) -> Mesure:
    """The team prepares the review before the alert: early end, or renewal in advance."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "demander_bilan", perimetre)
    end_suspension(mesure, perimetre, perimetre.jour)
    save(mesure)
    consign(
        "mesure.bilan_du", mesure, perimetre, mandat, titre="Bilan de fin de période à établir",
        le=perimetre.jour,
    )  # fmt: skip
    return mesure


def lock_for_daily() -> RequeteProtegee:
    """Every measure, locked for writing: the daily jobs have nobody behind them."""
    return (
        Mesure.objects.unscoped(reason="travail quotidien sur les mesures")
        .select_related("menage", "convention", "saisine")
        .select_for_update(of=("self",))
    )


def mark_bilans_dus(jour: date, perimetre: Perimetre) -> int:
    """Daily job: measures whose term enters the alert fall in « bilan dû »; returns how many."""
    alertes = read_alertes_bilan(jour)
    # Only the measures concerned are read and locked: the others are being worked on.
    due = Q(pk__in=[])
    for commanditaire_id, alerte in alertes.items():
        terme = jour + timedelta(days=alerte)
        due |= Q(convention__commanditaire=commanditaire_id, fin_prevue__lte=terme)
    running = lock_for_daily().filter(statut__in=[StatutMesure.ACTIVE, StatutMesure.RENOUVELEE])
    done = 0
    for mesure in running.filter(due).order_by("pk"):
        alerte = alertes[mesure.convention.commanditaire_id]
        faits = FaitsMesure(alerte_jours=alerte)
        apply_mesure(mesure, "echoir", perimetre, Contexte(perimetre, jour, {"faits": faits}))
        save(mesure)
        consign("mesure.bilan_du", mesure, perimetre, None, titre="Bilan dû", le=jour)
        done += 1
    return done


# -- end and follow-up -----------------------------------------------------------------------


@transaction.atomic
def terminate_mesure(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    le: date,
    issue: str,
    relais: str = "",
    version: int | None = None,
) -> Mesure:
    """End the measure with its outcome; the saisine closes, the follow-ups are planned."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "terminer", perimetre)
    check_fin(issue=issue, relais=relais, le=le, debut=mesure.debut or le, jour=perimetre.jour)
    mesure.terminee_le, mesure.issue, mesure.relais = le, issue, relais.strip()
    save(mesure, ["terminee_le", "issue", "relais"])
    for code in ("mesure.bilan", "mesure.fin"):
        settle_echeance(code=code, objet=(OBJET, mesure.pk), le=perimetre.jour)
    cancel_echeances(objet=(OBJET, mesure.pk), le=perimetre.jour)
    suivis = read_suivis(mesure, le)
    for mois in suivis:
        plan(
            mesure, f"mesure.suivi_{mois}", f"Évaluation à {mois} mois", add_months(le, mois),
            source="Suivi après la fin de la mesure", regle="PLATEFORME-MESURES",
        )  # fmt: skip
    relais_dit = f", relais : {mesure.relais}" if mesure.relais else ""
    consign(
        "mesure.terminee",
        mesure,
        perimetre,
        mandat,
        titre="Mesure terminée",
        detail=f"{mesure.get_issue_display()}{relais_dit}",
        le=le,
        ton="ok",
        apres={"terminee_le": le, "issue": issue},
    )
    end_saisine(mesure, perimetre, issue, le)
    if not suivis:
        detach(source=(OBJET, mesure.pk), au=perimetre.jour)
    return mesure


def _list_suivis(
    mesure: Mesure, perimetre: Perimetre, terminee_le: date
) -> tuple[tuple[int, ...], set[int]]:
    """Months expected after the end, and those already evaluated."""
    faits = (
        SuiviPosterieur.objects.visible_to(perimetre)
        .filter(mesure=mesure)
        .order_by()
        .values_list("mois", flat=True)
    )
    return read_suivis(mesure, terminee_le), set(faits)


@transaction.atomic
def record_suivi(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    mois: int,
    le: date,
    contact: str,
    maintien: str,
    precision: str = "",
    version: int | None = None,
) -> Mesure:
    """What became of the household 6 or 12 months later; the last one evaluates the measure."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = perimetre.find_mandat(EQUIPE, mesure.operateur_id)
    if mandat is None:
        raise ActeRefuse(REFUS_SUIVI)
    if mesure.terminee_le is None or refuse_suivi(mesure):
        raise ActeRefuse(REFUS_SUIVI)
    attendus, faits = _list_suivis(mesure, perimetre, mesure.terminee_le)
    check_suivi(
        mois=mois, le=le, terminee_le=mesure.terminee_le, jour=perimetre.jour, attendus=attendus,
        faits=faits,
    )  # fmt: skip
    if contact not in QualiteContact.values or maintien not in Maintien.values:
        raise ErreurMetier(
            "Indiquez le contact et le maintien.", {"maintien": "Oui, non ou inconnu."}
        )
    SuiviPosterieur(
        menage_id=mesure.menage_id, mesure=mesure, mois=mois, le=le, contact=contact,
        maintien=maintien, precision=precision.strip(), auteur_id=require_acteur(perimetre),
    ).save(force_insert=True)  # fmt: skip
    settle_echeance(code=f"mesure.suivi_{mois}", objet=(OBJET, mesure.pk), le=perimetre.jour)
    if last := {*faits, mois} >= set(attendus):
        mandat = apply_mesure(mesure, "evaluer", perimetre)
    save(mesure)
    consign(
        "mesure.evaluee" if last else "mesure.suivi",
        mesure,
        perimetre,
        mandat,
        titre=f"Évaluation à {mois} mois",
        detail=f"Maintien dans le logement : {Maintien(maintien).label.lower()}",
        le=le,
        contact=contact in (QualiteContact.RENCONTRE, QualiteContact.TELEPHONE),
        apres={"mois": mois, "maintien": maintien, "contact": contact},
    )
    if last:
        cancel_echeances(objet=(OBJET, mesure.pk), le=perimetre.jour)
        detach(source=(OBJET, mesure.pk), au=perimetre.jour)
    return mesure
