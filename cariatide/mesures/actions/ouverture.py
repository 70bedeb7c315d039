"""From the decided saisine to a granted measure."""

from datetime import date

from django.db import transaction

from cariatide.demandes.actions import (
    close_saisine,
    hand_over_saisine,
    start_mise_en_oeuvre,
)
from cariatide.demandes.models import Saisine
from cariatide.demandes.statuts import StatutSaisine
from cariatide.echeances.actions import cancel_echeances
from cariatide.menages.actions import attach, detach
from cariatide.menages.statuts import MotifRattachement
from cariatide.mesures.actions.commun import (
    EQUIPE,
    OBJET,
    apply_mesure,
    check_texte,
    consign,
    lock_mesure,
    save,
)
from cariatide.mesures.models import Mesure
from cariatide.mesures.queries import (
    find_decision_en_seance,
    find_duree_maximale,
    is_accord_en_seance,
    list_referents,
)
from cariatide.mesures.rules import check_duree, check_passe
from cariatide.mesures.statuts import Intensite, StatutMesure
from cariatide.partenaires.models import Convention
from cariatide.socle.dates import format_date
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre
from cariatide.socle.references import next_reference

S = StatutSaisine
ORIENTEES = {S.ORIENTEE_MAINTIEN, S.ORIENTEE_RELOGEMENT}
# In an emergency the operator starts before the session ratifies the provisional orientation.
PROVISOIRES = {S.ORIENTEE_PROVISOIRE, S.INSCRITE, S.AJOURNEE}


@transaction.atomic
def create_mesure(
    *,
    perimetre: Perimetre,
    saisine_id: int,
    convention_id: int | None = None,
    referent_id: int | None = None,
    duree_mois: int | None = None,
    intensite: str = "",
) -> Mesure:
    """Open a measure from a decided saisine, under its agreement; the saisine starts.

    convention_id: needed only when the saisine names none. duree_mois, intensite: for a MOUS, whose
    session's decision is the funders' accord, the measure is granted at once with them.
    Raises ActeRefuse or ErreurMetier; Introuvable outside the perimeter.
    """
    saisine: Saisine = (
        Saisine.objects.select_for_update(of=("self",))
        .select_related("convention", "menage")
        .find_visible(perimetre, saisine_id)
    )
    check_ouverture(saisine, perimetre)
    convention = _find_convention(saisine, convention_id, perimetre.jour)
    mandat = perimetre.find_mandat(EQUIPE, convention.operateur_id)
    if mandat is None:
        raise ActeRefuse("Seule l’équipe de l’opérateur de la convention ouvre la mesure.")
    referent_id = _check_referent(referent_id, convention.operateur_id, perimetre)
    mesure = _insert(saisine, convention, referent_id, perimetre.jour)
    attach_all(mesure, perimetre)
    start_mise_en_oeuvre(perimetre=perimetre, saisine_id=saisine.pk, source=(OBJET, mesure.pk))
    if saisine.convention_suivie_id not in (None, convention.pk):
        # Where it was taken refused it: the case comes back.
        hand_over_saisine(
            perimetre=perimetre, saisine_id=saisine.pk, convention_id=convention.pk, axe=mesure.axe
        )
    consign(
        "mesure.prescrite",
        mesure,
        perimetre,
        mandat,
        titre=f"Mesure {convention.get_type_display()} ouverte",
        detail=f"Référence {mesure.reference}, axe {mesure.get_axe_display().lower()}",
        le=perimetre.jour,
        apres={"reference": mesure.reference, "axe": mesure.axe, "convention_id": convention.pk},
    )
    if duree_mois is not None and is_accord_en_seance(mesure) and saisine.decidee_le:
        grant(
            mesure, "accorder_en_seance", perimetre, le=saisine.decidee_le, duree_mois=duree_mois,
            intensite=intensite, reference="Décision de séance",
        )  # fmt: skip
    return mesure


def _insert(
    saisine: Saisine, convention: Convention, referent_id: int | None, jour: date
) -> Mesure:
    mesure = Mesure(
        reference=next_reference("A", jour.year),
        menage=saisine.menage,
        convention=convention,
        saisine=saisine,
        dispositif=convention.type,
        axe=saisine.decision_sens or saisine.provisoire_sens,
        operateur_id=convention.operateur_id,
        referent_id=referent_id,
        prescripteur_id=saisine.origine_organisation_id,
        ouverte_le=jour,
    )
    mesure.save(force_insert=True)
    return mesure


def check_ouverture(saisine: Saisine, perimetre: Perimetre) -> None:
    """A saisine gives one measure at a time, once it is oriented (or so in an emergency)."""
    provisoire = saisine.statut in PROVISOIRES and saisine.provisoire_le is not None
    oriented = saisine.statut in {*ORIENTEES, S.EN_MISE_EN_OEUVRE} or provisoire
    if not oriented or saisine.menage_id is None:
        raise ActeRefuse(
            "Une mesure s’ouvre sur une saisine orientée vers le maintien ou le relogement."
        )
    other = (
        Mesure.objects.visible_to(perimetre)
        .filter(saisine_id=saisine.pk)
        .exclude(statut=StatutMesure.REFUSEE)
        .filter(reorientee_le__isnull=True)
        .first()
    )
    if other is not None:
        raise ActeRefuse(f"La mesure {other.reference} est déjà ouverte pour cette saisine.")


def _find_convention(saisine: Saisine, convention_id: int | None, jour: date) -> Convention:
    convention = saisine.convention
    if convention is None:
        convention = (
            Convention.objects.filter(pk=convention_id, type=saisine.dispositif).first()
            if convention_id
            else None
        )
    if convention is None:
        raise ErreurMetier(
            "Choisissez la convention de la mesure.",
            {"convention": "Choisissez une convention du dispositif demandé."},
        )
    if not convention.du <= jour <= convention.au:
        raise ActeRefuse(
            f"La convention {convention.reference} n’est pas en vigueur le {format_date(jour)}."
        )
    return convention


def _check_referent(referent_id: int | None, operateur_id: int, perimetre: Perimetre) -> int | None:
    """The référent is of the operator's team; by default the social worker who acts."""
    if referent_id is None:
        mandat = perimetre.find_mandat({EQUIPE[0]}, operateur_id)
        return perimetre.utilisateur_id if mandat else None
    if not list_referents(operateur_id, perimetre.jour).filter(pk=referent_id).exists():
        message = "Cette personne n’est pas de l’équipe d’accompagnement de l’opérateur."
        raise ErreurMetier(message, {"referent": message})
    return referent_id


def attach_all(mesure: Mesure, perimetre: Perimetre) -> None:
    """The operator reads the social part, its référent the confidential one, the funder facts."""
    links = (
        (mesure.operateur_id, Niveau.SOCIAL, MotifRattachement.OPERATEUR),
        (mesure.convention.commanditaire_id, Niveau.FACTUEL, MotifRattachement.FINANCEUR),
    )
    for organisation_id, niveau, motif in links:
        attach(
            menage_id=mesure.menage_id,
            organisation_id=organisation_id,
            niveau=niveau,
            motif=motif,
            source=(OBJET, mesure.pk),
            du=perimetre.jour,
            convention_id=mesure.convention_id,
        )
    if mesure.referent_id:
        attach_referent(mesure, perimetre.jour)


def attach_referent(mesure: Mesure, du: date) -> None:
    attach(
        menage_id=mesure.menage_id,
        organisation_id=mesure.operateur_id,
        utilisateur_id=mesure.referent_id,
        niveau=Niveau.CONFIDENTIEL,
        motif=MotifRattachement.REFERENT,
        source=(OBJET, mesure.pk),
        du=du,
        convention_id=mesure.convention_id,
    )


def grant(
    mesure: Mesure,
    acte: str,
    perimetre: Perimetre,
    *,
    le: date,
    duree_mois: int,
    intensite: str,
    reference: str,
) -> None:
    mandat = apply_mesure(mesure, acte, perimetre)
    check_passe("le", le, perimetre.jour, depuis=None, quoi="")
    convention = mesure.convention
    if not convention.du <= le <= convention.au:
        message = f"La convention {convention.reference} n’était pas en vigueur à cette date."
        raise ErreurMetier(message, {"le": message})
    check_duree(duree_mois, find_duree_maximale(mesure, le))
    if intensite not in Intensite.values:
        raise ErreurMetier("Indiquez l’intensité.", {"intensite": "Indiquez l’intensité accordée."})
    check_texte("reference", reference, "Citez la notification de l’accord.")
    mesure.accordee_le, mesure.duree_mois = le, duree_mois
    mesure.intensite, mesure.accord_reference = intensite, reference.strip()
    save(mesure, ["accordee_le", "duree_mois", "intensite", "accord_reference"])
    consign(
        "mesure.accordee",
        mesure,
        perimetre,
        mandat,
        titre=f"Mesure accordée pour {duree_mois} mois",
        detail=f"{reference.strip()}, intensité {mesure.get_intensite_display().lower()}",
        le=le,
        ton="ok",
        apres={"accordee_le": le, "duree_mois": duree_mois, "intensite": intensite},
    )


@transaction.atomic
def grant_mesure(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    le: date,
    duree_mois: int,
    intensite: str,
    reference: str,
    version: int | None = None,
) -> Mesure:
    """The funder grants the measure: date, notification, number of months, intensity."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    grant(
        mesure, "accorder", perimetre, le=le, duree_mois=duree_mois, intensite=intensite,
        reference=reference,
    )  # fmt: skip
    return mesure


@transaction.atomic
def grant_mesure_en_seance(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    duree_mois: int,
    intensite: str,
    version: int | None = None,
) -> Mesure:
    """The operator records that the session's decision of a MOUS grants the measure."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    grant(
        mesure, "accorder_en_seance", perimetre,
        le=find_decision_en_seance(mesure) or perimetre.jour,
        duree_mois=duree_mois, intensite=intensite, reference="Décision de séance",
    )  # fmt: skip
    return mesure


@transaction.atomic
def reject_mesure(
    *, perimetre: Perimetre, mesure_id: int, motif: str, version: int | None = None
) -> Mesure:
    """The funder does not grant the measure."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    mandat = apply_mesure(mesure, "rejeter", perimetre)
    end_refused(mesure, perimetre, mandat, "Accord refusé par le financeur", motif)
    return mesure


def end_refused(
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    titre: str,
    motif: str,
    *,
    issue_saisine: str = "",
    le: date | None = None,
) -> None:
    """The measure will not take place. issue_saisine: empty when the case may go another way."""
    check_texte("motif", motif, "Indiquez le motif.")
    mesure.refusee_le, mesure.motif_refus = le or perimetre.jour, motif.strip()
    save(mesure, ["refusee_le", "motif_refus", "adhesion", "reponse_le"])
    cancel_echeances(objet=(OBJET, mesure.pk), le=perimetre.jour)
    consign(
        "mesure.refusee",
        mesure,
        perimetre,
        mandat,
        titre=titre,
        le=mesure.refusee_le,
        ton="bad",
        apres={"refusee_le": mesure.refusee_le, "adhesion": mesure.adhesion},
    )
    if issue_saisine:
        end_saisine(mesure, perimetre, issue_saisine, perimetre.jour)
    detach(source=(OBJET, mesure.pk), au=perimetre.jour)


def end_saisine(mesure: Mesure, perimetre: Perimetre, issue: str, le: date) -> None:
    """The saisine that the measure carried out ends with it."""
    saisine = mesure.saisine
    if saisine is not None and saisine.statut == S.EN_MISE_EN_OEUVRE:
        close_saisine(perimetre=perimetre, saisine_id=saisine.pk, issue=issue, le=le)
