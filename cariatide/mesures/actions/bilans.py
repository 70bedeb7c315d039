"""Reviews: prefilled from the visits, written, submitted, validated, transmitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from cariatide.echeances.actions import settle_echeance
from cariatide.journal.actions import record_evenement
from cariatide.mesures.actions.commun import (
    OBJET,
    apply_mesure,
    apply_objet,
    check_open,
    check_texte,
    consign,
    lock_mesure,
    lock_suite,
    require_acteur,
    require_equipe,
    save,
)
from cariatide.mesures.actions.vie import end_suspension
from cariatide.mesures.lifecycle import CYCLE_BILAN
from cariatide.mesures.models import Bilan, BilanContenu, EvaluationObjectif, Mesure, Objectif
from cariatide.mesures.queries import describe_visites, refuse_bilan, refuse_texte_bilan
from cariatide.mesures.rules import (
    check_atteintes,
    check_bilan_complet,
    check_passe,
    check_type_bilan,
)
from cariatide.mesures.statuts import (
    StatutMesure,
    StatutObjectif,
    SuiteProposee,
    TypeBilan,
)
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import MandatEnVigueur, Niveau, Perimetre

BILAN = "mesures.bilan"
POSTERIEURS = {TypeBilan.SIX_MOIS, TypeBilan.DOUZE_MOIS}


@dataclass(frozen=True)
class DonneesBilan:
    """A review as it is typed. atteintes, commentaires: by id of objective."""

    evolution: str = ""
    actions_menees: str = ""
    difficultes: str = ""
    conclusion: str = ""
    synthese_partenaires: str = ""
    suite: str = ""
    dette_initiale: Decimal | None = None
    dette_actuelle: Decimal | None = None
    atteintes: Mapping[int, int] = field(default_factory=dict)
    commentaires: Mapping[int, str] = field(default_factory=dict)


def lock_bilan(perimetre: Perimetre, bilan_id: int, version: int | None) -> tuple[Bilan, Mesure]:
    """Lock a review and its measure for writing."""
    return lock_suite(Bilan, perimetre, bilan_id, version, "ce bilan")


@transaction.atomic
def create_bilan(*, perimetre: Perimetre, mesure_id: int, type_: str, le: date) -> Bilan:
    """Begin a review: its period follows the last one, the actions come from the visits.

    A final review puts a running measure in « bilan dû » (domain model, 4.2).
    """
    mesure = lock_mesure(perimetre, mesure_id)
    mandat = require_equipe(mesure, perimetre, "établir un bilan")
    check_type_bilan(type_, mesure.statut)
    check_passe("le", le, perimetre.jour, depuis=mesure.debut, quoi="le début de la mesure")
    check_open(refuse_bilan(mesure, perimetre))
    mine = Bilan.objects.visible_to(perimetre).filter(mesure=mesure)
    last = mine.filter(le__lt=le).order_by("-le").values_list("le", flat=True).first()
    du = last + timedelta(days=1) if last else mesure.debut or le
    if type_ == TypeBilan.FINAL and mesure.statut in (
        StatutMesure.ACTIVE, StatutMesure.RENOUVELEE, StatutMesure.SUSPENDUE,
    ):  # fmt: skip
        apply_mesure(mesure, "demander_bilan", perimetre)
        end_suspension(mesure, perimetre, le)
        save(mesure)
    bilan = Bilan(
        menage_id=mesure.menage_id, mesure=mesure, type=type_, du=du, le=le,
        auteur_id=require_acteur(perimetre),
    )  # fmt: skip
    bilan.save(force_insert=True)
    BilanContenu(
        bilan=bilan,
        menage_id=mesure.menage_id,
        actions_menees=describe_visites(mesure.pk, perimetre, du, le),
    ).save(force_insert=True)
    consign(
        "bilan.commence",
        mesure,
        perimetre,
        mandat,
        titre=f"{bilan.get_type_display()} commencé",
        le=le,
        objet=(BILAN, bilan.pk),
        apres={"type": type_, "statut_mesure": mesure.statut},
    )
    return bilan


@transaction.atomic
def write_bilan(
    *, perimetre: Perimetre, bilan_id: int, donnees: DonneesBilan, version: int | None = None
) -> Bilan:
    """Write a review in preparation; what is missing is asked when it is submitted."""
    bilan, mesure = lock_bilan(perimetre, bilan_id, version)
    mandat = require_equipe(mesure, perimetre, "rédiger un bilan")
    check_open(refuse_texte_bilan(bilan))
    for nom in ("dette_initiale", "dette_actuelle"):
        montant = getattr(donnees, nom)
        if montant is not None and montant < 0:
            raise ErreurMetier(
                "Une dette n’est pas négative.", {nom: "Une dette n’est pas négative."}
            )
    if donnees.suite and donnees.suite not in SuiteProposee.values:
        raise ErreurMetier("Proposez une suite.", {"suite": "Choisissez une suite de la liste."})
    contenu: BilanContenu | None = (
        BilanContenu.objects.visible_to(perimetre).filter(bilan=bilan).first()
    )
    if contenu is None:
        raise ActeRefuse("Vos droits sur ce ménage n’ouvrent pas le contenu du bilan.")
    textes = ("evolution", "actions_menees", "difficultes", "conclusion")
    changed = [n for n in textes if getattr(donnees, n).strip() != getattr(contenu, n)]
    for nom in changed:
        setattr(contenu, nom, getattr(donnees, nom).strip())
    contenu.commentaires = {str(k): v.strip() for k, v in donnees.commentaires.items() if v.strip()}
    contenu.save(update_fields=[*changed, "commentaires"])
    _write_evaluations(bilan, perimetre, donnees.atteintes)
    bilan.synthese_partenaires = donnees.synthese_partenaires.strip()
    bilan.suite = donnees.suite
    bilan.dette_initiale, bilan.dette_actuelle = donnees.dette_initiale, donnees.dette_actuelle
    save(bilan, ["synthese_partenaires", "suite", "dette_initiale", "dette_actuelle"])
    record_evenement(
        "bilan.ecrit",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=BILAN,
        objet_id=bilan.pk,
        menage_id=mesure.menage_id,
        libelle=f"Mesure {mesure.reference}",
        niveau=Niveau.SOCIAL,
        apres=dict.fromkeys(changed, ""),
    )
    return bilan


def list_objectifs_du_bilan(bilan: Bilan, perimetre: Perimetre) -> list[Objectif]:
    """Objectives that this review evaluates: not given up, fixed by its day."""
    return list(
        Objectif.objects.visible_to(perimetre)
        .filter(mesure_id=bilan.mesure_id, fixe_le__lte=bilan.le)
        .exclude(statut=StatutObjectif.ABANDONNE)
        .order_by("id")
    )


def _write_evaluations(bilan: Bilan, perimetre: Perimetre, atteintes: Mapping[int, int]) -> None:
    ids = {o.pk for o in list_objectifs_du_bilan(bilan, perimetre)}
    check_atteintes(dict(atteintes), ids & set(atteintes))
    EvaluationObjectif.objects.bulk_create(
        [
            EvaluationObjectif(
                menage_id=bilan.menage_id, bilan=bilan, objectif_id=pk, atteinte=degre
            )
            for pk, degre in sorted(atteintes.items())
        ],
        update_conflicts=True,
        update_fields=["atteinte"],
        unique_fields=["bilan", "objectif"],
    )


@transaction.atomic
def submit_bilan(*, perimetre: Perimetre, bilan_id: int, version: int | None = None) -> Bilan:
    """Give the review to the head of service: it must be complete."""
    bilan, mesure = lock_bilan(perimetre, bilan_id, version)
    mandat = apply_objet(CYCLE_BILAN, bilan, "soumettre", perimetre)
    contenu: BilanContenu | None = (
        BilanContenu.objects.visible_to(perimetre).filter(bilan=bilan).first()
    )
    check_bilan_complet(
        evolution=contenu.evolution if contenu else "",
        conclusion=contenu.conclusion if contenu else "",
        suite=bilan.suite,
        posterieur=bilan.type in POSTERIEURS,
    )
    if bilan.type not in POSTERIEURS:
        evaluations = dict(
            EvaluationObjectif.objects.visible_to(perimetre)
            .filter(bilan=bilan)
            .order_by()
            .values_list("objectif_id", "atteinte")
        )
        expected = {o.pk for o in list_objectifs_du_bilan(bilan, perimetre)}
        check_atteintes({k: v for k, v in evaluations.items() if k in expected}, expected)
    bilan.soumis_le, bilan.motif_renvoi = perimetre.jour, ""
    save(bilan, ["soumis_le", "motif_renvoi"])
    _consign(bilan, mesure, perimetre, mandat, "bilan.soumis", "soumis au chef de service")
    return bilan


def _consign(
    bilan: Bilan,
    mesure: Mesure,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    nom: str,
    verbe: str,
    detail: str = "",
) -> None:
    consign(
        nom,
        mesure,
        perimetre,
        mandat,
        titre=f"{bilan.get_type_display()} {verbe}",
        detail=detail,
        le=perimetre.jour,
        objet=(BILAN, bilan.pk),
        apres={"statut": bilan.statut, "type": bilan.type},
    )


@transaction.atomic
def validate_bilan(*, perimetre: Perimetre, bilan_id: int, version: int | None = None) -> Bilan:
    """The head of service validates; the objectives take the degrees of the review."""
    bilan, mesure = lock_bilan(perimetre, bilan_id, version)
    mandat = apply_objet(CYCLE_BILAN, bilan, "valider", perimetre)
    bilan.valide_le, bilan.valide_par = perimetre.jour, perimetre.utilisateur
    save(bilan, ["valide_le", "valide_par"])
    evaluations = (
        EvaluationObjectif.objects.visible_to(perimetre)
        .filter(bilan=bilan)
        .order_by("objectif_id")
        .values_list("objectif_id", "atteinte")
    )
    for objectif_id, atteinte in list(evaluations):
        statut = StatutObjectif.ATTEINT if atteinte == 4 else StatutObjectif.EN_COURS
        Objectif.objects.visible_to(perimetre).filter(pk=objectif_id).update(
            atteinte=atteinte, statut=statut
        )
    if bilan.type not in POSTERIEURS and mesure.statut == StatutMesure.BILAN_DU:
        settle_echeance(code="mesure.bilan", objet=(OBJET, mesure.pk), le=perimetre.jour)
    _consign(bilan, mesure, perimetre, mandat, "bilan.valide", "validé")
    return bilan


@transaction.atomic
def send_back_bilan(
    *, perimetre: Perimetre, bilan_id: int, motif: str, version: int | None = None
) -> Bilan:
    """The head of service sends the review back to its author, with what to change."""
    bilan, mesure = lock_bilan(perimetre, bilan_id, version)
    mandat = apply_objet(CYCLE_BILAN, bilan, "renvoyer", perimetre)
    if not motif.strip():
        raise ErreurMetier("Dites quoi revoir.", {"motif": "Dites à l’auteur ce qui est à revoir."})
    bilan.soumis_le, bilan.motif_renvoi = None, motif.strip()[:300]
    save(bilan, ["soumis_le", "motif_renvoi"])
    _consign(bilan, mesure, perimetre, mandat, "bilan.renvoye", "renvoyé à son auteur")
    return bilan


@transaction.atomic
def transmit_bilan(
    *, perimetre: Perimetre, bilan_id: int, destinataires: str, version: int | None = None
) -> Bilan:
    """Say to whom the validated review went."""
    bilan, mesure = lock_bilan(perimetre, bilan_id, version)
    mandat = apply_objet(CYCLE_BILAN, bilan, "transmettre", perimetre)
    check_texte("destinataires", destinataires, "Nommez les destinataires.")
    bilan.transmis_le = perimetre.jour
    save(bilan, ["transmis_le"])
    _consign(
        bilan, mesure, perimetre, mandat, "bilan.transmis", "transmis", f"À {destinataires.strip()}"
    )
    return bilan
