"""Draft and deposit of a saisine."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from cariatide.commission.models import Instance
from cariatide.demandes.actions.commun import apply_act, finish, lock_saisine
from cariatide.demandes.actions.donnees import DonneesSaisine, DoublonPossible, Proche
from cariatide.demandes.lifecycle import CYCLE
from cariatide.demandes.models import MotifSaisine, PieceSaisine, Saisine, SaisineSociale
from cariatide.demandes.queries import (
    OBJET,
    find_instance,
    find_saisine_en_cours,
    list_conventions_ouvertes,
    list_motifs,
    list_pieces_requises,
)
from cariatide.demandes.rules import check_dates, check_urgence, list_absences
from cariatide.demandes.statuts import ROLES_REDACTEURS, Canal, StatutSaisine
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import DonneesMenage, attach, create_menage
from cariatide.menages.doublons import find_doublons_of, identify
from cariatide.menages.models import Menage
from cariatide.menages.statuts import MotifRattachement, RoleMenage
from cariatide.partenaires.models import Convention
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse, ErreurMetier
from cariatide.socle.perimetre import Niveau, Perimetre
from cariatide.socle.references import next_reference
from cariatide.territoire.models import Commune

# -- draft -------------------------------------------------------------------------------------


@transaction.atomic
def save_brouillon(
    *,
    perimetre: Perimetre,
    saisie: dict[str, Any],
    expose: str,
    saisine_id: int | None = None,
    version: int | None = None,
) -> Saisine:
    """Keep a saisine as it is typed: nothing is required, nothing is checked.

    saisie: the fields of the form, text as typed. expose: kept apart at level S, one per author.
    """
    if saisine_id is None:
        saisine = build_draft(perimetre)
    else:
        saisine = lock_saisine(perimetre, saisine_id, version)
        if saisine.statut != StatutSaisine.BROUILLON:
            raise ActeRefuse(
                f"La saisine {saisine} est déjà déposée : elle ne se modifie plus ici."
            )
        saisine.version += 1
    saisine.saisie = saisie
    saisine.save()
    _write_expose(saisine, expose, perimetre)
    return saisine


def build_draft(perimetre: Perimetre) -> Saisine:
    """The draft of this writer, not written."""
    mandat = perimetre.find_mandat(ROLES_REDACTEURS)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet de rédiger une saisine.")
    return Saisine(
        statut=CYCLE.initial,
        date_saisine=perimetre.jour,
        redaction_id=mandat.organisation_id,
        origine_organisation_id=mandat.organisation_id,
        prescripteur_id=perimetre.utilisateur_id,
    )


def _write_expose(saisine: Saisine, expose: str, perimetre: Perimetre) -> None:
    """The author's own statement; that of a colleague stays theirs."""
    mine = SaisineSociale.objects.visible_to(perimetre).filter(
        saisine_id=saisine.pk, auteur_id=perimetre.utilisateur_id
    )
    if expose.strip():
        if not mine.update(expose=expose.strip()):
            SaisineSociale(
                saisine=saisine, auteur_id=perimetre.utilisateur_id, expose=expose.strip()
            ).save(force_insert=True)
    else:
        mine.delete()


@transaction.atomic
def discard_brouillon(*, perimetre: Perimetre, saisine_id: int) -> None:
    """Remove a draft: nothing was sent, nobody else knew it."""
    saisine = lock_saisine(perimetre, saisine_id)
    if saisine.statut != StatutSaisine.BROUILLON:
        raise ActeRefuse(f"La saisine {saisine} est déposée : elle ne se supprime pas.")
    record_evenement(
        "saisine.brouillon_supprime",
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=saisine.pk,
        libelle=str(saisine),
    )
    Saisine.objects.visible_to(perimetre).filter(pk=saisine.pk).delete()


# -- deposit -----------------------------------------------------------------------------------


@transaction.atomic
def deposit_saisine(
    *,
    perimetre: Perimetre,
    donnees: DonneesSaisine,
    saisine_id: int | None = None,
    version: int | None = None,
) -> Saisine:
    """Send a saisine to the body that examines it; with `saisine_id`, that of a draft.

    Creates or takes the household, gives their rights to the prescriber (F), the secretariat (F)
    and the operator of the agreement (S). Sending the same draft twice sends it once. Raises
    ErreurMetier with every field to mend, DoublonPossible when people look known.
    """
    if saisine_id is None:
        saisine = build_draft(perimetre)
    else:
        saisine = lock_saisine(perimetre, saisine_id)
        if saisine.statut != StatutSaisine.BROUILLON:
            return saisine
        saisine = lock_saisine(perimetre, saisine_id, version)
    convention, instance = check_depot(donnees, perimetre)
    menage, created = _find_or_create_menage(donnees, convention, saisine, perimetre)
    fill_saisine(saisine, donnees, convention, instance, menage, perimetre)
    mandat = apply_act(saisine, "deposer", perimetre)
    saisine.reference = next_reference("S", perimetre.jour.year)
    saisine.save()
    _write_suites(saisine, donnees, perimetre)
    _attach_all(saisine, convention, instance, perimetre)
    noms = ", ".join(labels_of(donnees.motifs, perimetre.jour))
    return finish(
        saisine,
        "saisine.deposee",
        perimetre=perimetre,
        mandat=mandat,
        avant=StatutSaisine.BROUILLON,
        champs=(),
        titre=f"Saisine {saisine} déposée par {saisine.origine_organisation}",
        detail=f"{convention.get_type_display()} : {noms}"[:300],
        le=donnees.date_saisine,
        apres={"convention": convention.reference, "menage_cree": created},
    )


def check_depot(donnees: DonneesSaisine, perimetre: Perimetre) -> tuple[Convention, Instance]:
    """The agreement and the body, or one error that names every field to mend."""
    champs: dict[str, str] = {}
    jour = perimetre.jour
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_dates(donnees.date_saisine, donnees.information_menage_le, jour),
        lambda: check_urgence(donnees.urgence, donnees.motif_urgence),
        lambda: _check_motifs(donnees.motifs, jour),
        lambda: _check_menage(donnees),
        lambda: _check_origine(donnees, perimetre),
    )
    for check in checks:
        try:
            check()
        except ErreurMetier as erreur:
            champs |= erreur.champs
    commune_id = _commune_of(donnees, perimetre)
    champs |= list_absences(
        convention=donnees.convention_id is not None,
        commune=commune_id is not None,
        motifs=bool(donnees.motifs),
    )
    convention = instance = None
    if donnees.convention_id is not None and commune_id is not None:
        convention, instance, refus = _find_competence(donnees.convention_id, commune_id, jour)
        if refus:
            champs["convention"] = refus
    if champs or convention is None or instance is None:
        raise ErreurMetier("La saisine ne peut pas encore être déposée.", champs)
    return convention, instance


def _find_competence(
    convention_id: int, commune_id: int, jour: date
) -> tuple[Convention | None, Instance | None, str]:
    convention = Convention.objects.filter(pk=convention_id).first()
    if convention is None or not list_conventions_ouvertes(jour).filter(pk=convention_id).exists():
        return None, None, "Cette convention n’est pas en vigueur, ou aucune instance ne l’examine."
    if not list_conventions_ouvertes(jour, commune_id).filter(pk=convention_id).exists():
        commune = Commune.objects.select_related("departement").get(pk=commune_id)
        refus = f"« {convention.intitule} » ne couvre pas {commune.libelle}."
        return convention, None, refus
    return convention, find_instance(convention, jour), ""


def _check_motifs(codes: Any, jour: date) -> None:
    known = set(list_motifs(jour).values_list("code", flat=True))
    if set(codes) - known:
        raise ErreurMetier("Motif inconnu.", {"motifs": "Un de ces motifs n’est plus en usage."})


def _check_menage(donnees: DonneesSaisine) -> None:
    if (donnees.menage_id is None) == (donnees.menage is None):
        message = "Choisissez un ménage connu, ou décrivez-le."
        raise ErreurMetier(message, {"menage": message})


def _check_origine(donnees: DonneesSaisine, perimetre: Perimetre) -> None:
    """Only a secretariat types the saisine of somebody else."""
    if donnees.origine_id is None or donnees.origine_id in perimetre.organisation_ids:
        return
    if not perimetre.has_role(Role.SECRETARIAT):
        message = "Seul un secrétariat saisit la demande d’une autre organisation."
        raise ErreurMetier(message, {"origine": message})


def _commune_of(donnees: DonneesSaisine, perimetre: Perimetre) -> int | None:
    if donnees.commune_id is not None:
        return donnees.commune_id
    if donnees.menage is not None:
        return donnees.menage.domicile.commune_id
    known = Menage.objects.visible_to(perimetre).filter(pk=donnees.menage_id)
    return known.values_list("commune_id", flat=True).first()


def _find_or_create_menage(
    donnees: DonneesSaisine, convention: Convention, saisine: Saisine, perimetre: Perimetre
) -> tuple[Menage, bool]:
    if donnees.menage_id is not None:
        menage: Menage = Menage.objects.find_visible(perimetre, donnees.menage_id)
        known = find_saisine_en_cours(perimetre, menage.pk, convention.pk)
        if known and not donnees.doublon_confirme:
            message = (
                f"La saisine {known.reference} de ce ménage est déjà en cours pour ce dispositif. "
                "Confirmez s’il s’agit bien d’une nouvelle demande."
            )
            raise ErreurMetier(message, {"doublon_confirme": message})
        return menage, False
    assert donnees.menage is not None  # _check_menage
    if not donnees.doublon_confirme:
        proches = find_proches(perimetre, donnees.menage)
        # A file has nobody before it to compare: its preview told what is only alike.
        if donnees.canal == Canal.FICHIER:
            proches = [p for p in proches if p.certain]
        if proches:
            raise DoublonPossible(proches)
    return create_menage(perimetre=perimetre, donnees=donnees.menage, mandat=None), True


def find_proches(perimetre: Perimetre, menage: DonneesMenage) -> list[Proche]:
    """Visible households one of whose members looks like someone described, the surest first."""
    identites = [
        identify(p, menage.telephone, menage.courriel)
        if p.role == RoleMenage.REFERENT
        else identify(p)
        for p in menage.personnes
    ]
    rows = [r for found in find_doublons_of(perimetre, identites) for r in found]
    found: dict[int, Proche] = {}
    for row in sorted(rows, key=lambda r: not r.certain):
        known, personne = row.appartenance.menage, str(row.appartenance.personne)
        proche = Proche(
            known.pk, known.reference, known.nom_usage, personne, row.texte, row.certain
        )
        found.setdefault(known.pk, proche)
    return list(found.values())


def fill_saisine(
    saisine: Saisine,
    donnees: DonneesSaisine,
    convention: Convention,
    instance: Instance,
    menage: Menage,
    perimetre: Perimetre,
) -> None:
    """What a deposited saisine says, taken from what was given."""
    saisine.date_saisine = donnees.date_saisine
    saisine.deposee_le = perimetre.jour
    saisine.information_menage_le = donnees.information_menage_le
    saisine.convention, saisine.instance, saisine.menage = convention, instance, menage
    saisine.dispositif = convention.type
    saisine.canal, saisine.agent = donnees.canal, donnees.agent
    saisine.urgence = donnees.urgence
    saisine.motif_urgence = donnees.motif_urgence.strip() if donnees.urgence else ""
    saisine.commune_id = _commune_of(donnees, perimetre)
    saisine.demarches = donnees.demarches.strip()
    saisine.saisie = {}
    for champ, valeur in vars(donnees.logement).items():
        setattr(saisine, champ, valeur)
    if donnees.origine_id is not None and donnees.origine_id != saisine.redaction_id:
        saisine.origine_organisation_id = donnees.origine_id
        # The writer typed it for somebody else: the notices go to that organisation.
        saisine.prescripteur_id = None
    elif saisine.prescripteur_id is None:
        saisine.prescripteur_id = perimetre.utilisateur_id


def _write_suites(saisine: Saisine, donnees: DonneesSaisine, perimetre: Perimetre) -> None:
    motifs = list_motifs(perimetre.jour).filter(code__in=list(donnees.motifs))
    MotifSaisine.objects.bulk_create(MotifSaisine(saisine=saisine, motif=m) for m in motifs)
    PieceSaisine.objects.bulk_create(
        PieceSaisine(
            saisine=saisine,
            code=piece.code,
            libelle=piece.libelle,
            obligatoire=piece.obligatoire,
            ordre=piece.ordre,
            recue_le=perimetre.jour if piece.code in donnees.pieces_recues else None,
        )
        for piece in list_pieces_requises(saisine.dispositif, perimetre.jour)
    )
    _write_expose(saisine, donnees.expose, perimetre)


def labels_of(codes: Any, jour: date) -> list[str]:
    return list(list_motifs(jour).filter(code__in=list(codes)).values_list("libelle", flat=True))


def _attach_all(
    saisine: Saisine, convention: Convention, instance: Instance, perimetre: Perimetre
) -> None:
    """Who may see the household because of this saisine, and at which level."""
    assert saisine.menage_id is not None  # fill_saisine
    for organisation_id, motif in (
        (saisine.origine_organisation_id, MotifRattachement.PRESCRIPTION),
        (instance.secretariat_id, MotifRattachement.SECRETARIAT),
    ):
        attach(
            menage_id=saisine.menage_id,
            organisation_id=organisation_id,
            niveau=Niveau.FACTUEL,
            motif=motif,
            source=(OBJET, saisine.pk),
            du=perimetre.jour,
            convention_id=convention.pk,
        )
    attach_operateur(saisine, perimetre.jour)


def attach_operateur(saisine: Saisine, du: date) -> None:
    """The operator of the agreement reads the household, social level included."""
    if saisine.convention is not None and saisine.menage_id is not None:
        attach(
            menage_id=saisine.menage_id,
            organisation_id=saisine.convention.operateur_id,
            niveau=Niveau.SOCIAL,
            motif=MotifRattachement.INSTRUCTION,
            source=(OBJET, saisine.pk),
            du=du,
            convention_id=saisine.convention.pk,
        )
