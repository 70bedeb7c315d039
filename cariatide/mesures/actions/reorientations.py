"""A measure asked to go on elsewhere: asked by its référent, decided by a session or the funder."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cariatide.mesures.actions.commun import (
    apply_objet,
    check_open,
    check_texte,
    check_version,
    consign,
    lock_mesure,
    require_acteur,
    save,
)
from cariatide.mesures.lifecycle import CYCLE_REORIENTATION
from cariatide.mesures.models import Mesure, Reorientation, ReorientationContenu
from cariatide.mesures.queries import (
    OBJET_REORIENTATION,
    describe_destination,
    find_instance,
    list_destinations,
    list_motifs_reorientation,
    refuse_reorientation,
)
from cariatide.mesures.rules_reorientation import (
    check_demande,
    check_destination,
    find_demandeur,
)
from cariatide.partenaires.models import Convention
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre

CHAMPS_DECISION = ("decidee_le", "decidee_par", "decision_motif", "conditions")


@dataclass(frozen=True)
class DonneesReorientation:
    """synthese: level F, read by who decides. expose: level S, for the two teams."""

    convention_id: int
    motif_id: int
    synthese: str
    expose: str
    avis_menage: str
    avis_le: date


# -- asked -----------------------------------------------------------------------------------


@transaction.atomic
def request_reorientation(
    *,
    perimetre: Perimetre,
    mesure_id: int,
    donnees: DonneesReorientation,
    version: int | None = None,
) -> Reorientation:
    """Ask that the measure go on under another agreement; one request at a time."""
    mesure = lock_mesure(perimetre, mesure_id, version)
    check_open(refuse_reorientation(mesure, perimetre))
    instance = find_instance(mesure, perimetre.jour)
    reorientation = Reorientation(
        menage_id=mesure.menage_id,
        mesure=mesure,
        instance=instance,
        demandee_le=perimetre.jour,
        demandee_par_id=require_acteur(perimetre),
    )
    _fill(reorientation, mesure, donnees, perimetre)
    reorientation.save(force_insert=True)
    ReorientationContenu(
        reorientation=reorientation, menage_id=mesure.menage_id, expose=donnees.expose.strip()
    ).save(force_insert=True)
    save(mesure)
    tell_reorientation(
        "reorientation.demandee", reorientation, mesure, perimetre,
        find_demandeur(mesure, perimetre), "Réorientation demandée",
        detail=f"{reorientation.motif.libelle} : {describe_destination(reorientation)}",
    )  # fmt: skip
    return reorientation


def _fill(
    reorientation: Reorientation,
    mesure: Mesure,
    donnees: DonneesReorientation,
    perimetre: Perimetre,
) -> None:
    """Check and write what the form gives."""
    jour = perimetre.jour
    check_demande(
        synthese=donnees.synthese, expose=donnees.expose, avis=donnees.avis_menage,
        avis_le=donnees.avis_le, ouverte_le=mesure.ouverte_le, jour=jour,
    )  # fmt: skip
    motifs = list_motifs_reorientation(jour, garde=reorientation.motif_id)
    motif = motifs.filter(pk=donnees.motif_id).first()
    if motif is None:
        message = "Choisissez un motif de la liste."
        raise ErreurMetier(message, {"motif": message})
    convention = list_destinations(mesure, jour).filter(pk=donnees.convention_id).first()
    if convention is None:
        message = "Choisissez une convention en vigueur, d’un autre dispositif ou opérateur."
        raise ErreurMetier(message, {"convention": message})
    reorientation.motif, reorientation.convention = motif, convention
    reorientation.synthese = donnees.synthese.strip()
    reorientation.avis_menage, reorientation.avis_le = donnees.avis_menage, donnees.avis_le


@transaction.atomic
def complete_reorientation(
    *,
    perimetre: Perimetre,
    reorientation_id: int,
    donnees: DonneesReorientation,
    version: int | None = None,
) -> Reorientation:
    """Present again a request that was sent back."""
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id, version)
    mandat = apply_objet(CYCLE_REORIENTATION, reorientation, "completer", perimetre)
    _fill(reorientation, mesure, donnees, perimetre)
    save(reorientation, ["motif", "convention", "synthese", "avis_menage", "avis_le"])
    contenu = ReorientationContenu.objects.visible_to(perimetre).get(reorientation=reorientation)
    contenu.expose = donnees.expose.strip()
    contenu.save(update_fields=["expose"])
    tell_reorientation(
        "reorientation.completee", reorientation, mesure, perimetre, mandat,
        "Demande de réorientation complétée", detail=describe_destination(reorientation),
    )  # fmt: skip
    return reorientation


@transaction.atomic
def withdraw_reorientation(
    *, perimetre: Perimetre, reorientation_id: int, motif: str, version: int | None = None
) -> Reorientation:
    """The team gives up its request: the measure goes on as it was."""
    reorientation, mesure = lock_reorientation(perimetre, reorientation_id, version)
    mandat = apply_objet(CYCLE_REORIENTATION, reorientation, "retirer", perimetre)
    check_texte("motif", motif, "Dites pourquoi la demande est retirée.")
    reorientation.retiree_le, reorientation.retrait_motif = perimetre.jour, motif.strip()
    save(reorientation, ["retiree_le", "retrait_motif"])
    tell_reorientation(
        "reorientation.retiree", reorientation, mesure, perimetre, mandat,
        "Demande de réorientation retirée",
    )  # fmt: skip
    return reorientation


# -- shared ----------------------------------------------------------------------------------


def lock_reorientation(
    perimetre: Perimetre, reorientation_id: int, version: int | None = None
) -> tuple[Reorientation, Mesure]:
    """Lock a request, its measure first, as whatever hangs from a measure."""
    known = Reorientation.objects.find_visible(perimetre, reorientation_id)
    mesure = lock_mesure(perimetre, known.mesure_id)
    reorientation: Reorientation = (
        Reorientation.objects.select_related(
            "convention__operateur", "convention__commanditaire", "instance", "motif"
        )
        .select_for_update(of=("self",))
        .find_visible(perimetre, reorientation_id)
    )
    check_version(reorientation, version, "cette demande de réorientation")
    reorientation.mesure = mesure
    return reorientation, mesure


def tell_reorientation(
    nom: str,
    reorientation: Reorientation,
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    titre: str,
    *,
    detail: str = "",
    ton: str = "",
) -> None:
    consign(
        nom, mesure, perimetre, mandat,
        titre=titre, detail=detail, ton=ton, le=reorientation.decidee_le or perimetre.jour,
        objet=(OBJET_REORIENTATION, reorientation.pk),
        apres={"statut": reorientation.statut, "convention_id": reorientation.convention_id},
    )  # fmt: skip


def decide(
    reorientation: Reorientation,
    acte: str,
    perimetre: Perimetre,
    motif: str,
    conditions: str = "",
    *,
    le: date | None = None,
    par: str = "",
) -> MandatEnVigueur | None:
    """Change the state, with the reason, the day and the author of the decision."""
    mandat = apply_objet(CYCLE_REORIENTATION, reorientation, acte, perimetre)
    check_texte("motif", motif, "Motivez la décision.")
    reorientation.decidee_le = le or perimetre.jour
    reorientation.decidee_par = par or perimetre.utilisateur
    reorientation.decision_motif, reorientation.conditions = motif.strip(), conditions.strip()
    return mandat


def check_still(reorientation: Reorientation, mesure: Mesure, jour: date) -> None:
    """The agreement may have ended, or come to the same operator, since the request."""
    vers: Convention = reorientation.convention
    check_destination(
        memes=(vers.type, vers.operateur_id) == (mesure.dispositif, mesure.operateur_id),
        du=vers.du, au=vers.au, jour=jour, reference=vers.reference,
    )  # fmt: skip
