"""Writes on technical diagnoses and offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.parc.actions.logements import OBJET, lock_logement
from cariatide.parc.lifecycle import CYCLE_OFFRE
from cariatide.parc.models import (
    DiagnosticTechnique,
    ElementDiagnostic,
    Logement,
    OffreLogement,
    Propriete,
)
from cariatide.parc.rules import check_fait, refuse
from cariatide.parc.statuts import (
    OUVERTES,
    ROLES_DIAGNOSTIC,
    ROLES_PARC,
    EtatElement,
    StatutOffre,
)
from cariatide.partenaires.models import Convention
from cariatide.partenaires.queries import en_vigueur
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import Perimetre

OBJET_OFFRE = "parc.offrelogement"


@dataclass(frozen=True)
class ElementVu:
    """One element as the technician saw it."""

    libelle: str
    etat: str
    observation: str = ""


@dataclass(frozen=True)
class DonneesDiagnostic:
    """A technical visit as a form gives it; technicien: by default the person who records it."""

    visite_le: date
    conclusion: str
    elements: Sequence[ElementVu] = ()
    cout_estime: Decimal | None = None
    technicien: str = ""


@transaction.atomic
def record_diagnostic(
    *, perimetre: Perimetre, logement_id: int, donnees: DonneesDiagnostic
) -> DiagnosticTechnique:
    """Keep what the technician saw; an offer still to visit is visited by the same visit."""
    logement = lock_logement(perimetre, logement_id)
    mandat = perimetre.find_mandat(ROLES_DIAGNOSTIC, logement.organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’établir un diagnostic technique.")
    check_fait(donnees.visite_le, perimetre.jour, "visite_le")
    if not donnees.conclusion.strip() and not donnees.elements:
        raise refuse("Notez au moins un élément, ou une conclusion.", "conclusion")
    if len({e.libelle for e in donnees.elements}) != len(donnees.elements):
        raise ErreurMetier("Un même élément figure deux fois dans le diagnostic.")
    for element in donnees.elements:
        if element.etat == EtatElement.DANGEREUX and not element.observation.strip():
            raise ErreurMetier(f"« {element.libelle} » : dites en quoi l’élément est dangereux.")
    diagnostic = DiagnosticTechnique(
        logement=logement,
        visite_le=donnees.visite_le,
        technicien=(donnees.technicien or perimetre.utilisateur)[:160],
        conclusion=donnees.conclusion.strip(),
        cout_estime=donnees.cout_estime,
    )
    diagnostic.save(force_insert=True)
    ElementDiagnostic.objects.bulk_create(
        ElementDiagnostic(
            diagnostic=diagnostic, libelle=e.libelle, etat=e.etat, observation=e.observation.strip()
        )
        for e in donnees.elements
    )
    record_evenement(
        "logement.diagnostic",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=logement.pk,
        libelle=logement.reference,
        apres={"visite_le": donnees.visite_le, "cout_estime": donnees.cout_estime},
    )
    _visit_offre(perimetre, logement, donnees.visite_le)
    return diagnostic


def _visit_offre(perimetre: Perimetre, logement: Logement, le: date) -> None:
    offre = (
        OffreLogement.objects.visible_to(perimetre)
        .filter(logement=logement, statut=StatutOffre.REPEREE, reperee_le__lte=le)
        .values_list("pk", "version")
        .first()
    )
    if offre:
        advance_offre(
            perimetre=perimetre, offre_id=offre[0], acte="visiter", le=le, version=offre[1]
        )


@transaction.atomic
def open_offre(
    *,
    perimetre: Perimetre,
    logement_id: int,
    reperee_le: date,
    convention_id: int | None = None,
    source: str = "",
) -> OffreLogement:
    """A home may suit the public of an agreement: follow it from now on."""
    logement = lock_logement(perimetre, logement_id)
    mandat = perimetre.find_mandat(ROLES_PARC, logement.organisation_id)
    if mandat is None:
        raise ActeRefuse("Aucun de vos mandats ne permet d’ouvrir une offre sur ce logement.")
    check_fait(reperee_le, perimetre.jour, "reperee_le")
    if (
        convention_id is not None
        and not Convention.objects.filter(
            en_vigueur(reperee_le), pk=convention_id, operateur_id=logement.organisation_id
        ).exists()
    ):
        raise refuse("Votre organisation n’opère pas cette convention à cette date.", "convention")
    if (
        OffreLogement.objects.visible_to(perimetre)
        .filter(logement=logement, statut__in=OUVERTES)
        .exists()
    ):
        raise ErreurMetier("Une offre est déjà en cours pour ce logement.")
    offre = OffreLogement(
        logement=logement,
        convention_id=convention_id,
        reperee_le=reperee_le,
        source=source.strip(),
    )
    offre.save(force_insert=True)
    record_evenement(
        "offre.reperee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_OFFRE,
        objet_id=offre.pk,
        libelle=logement.reference,
        apres={"reperee_le": reperee_le, "convention": convention_id},
    )
    return offre


def make_contexte(perimetre: Perimetre, offre: OffreLogement, le: date | None = None) -> Contexte:
    """The facts that the guards of an offer read."""
    jour = le or perimetre.jour
    known = (
        Propriete.objects.visible_to(perimetre)
        .filter(en_vigueur(jour), logement_id=offre.logement_id)
        .exists()
    )
    return Contexte(perimetre, jour, {"has_proprietaire": known})


@transaction.atomic
def advance_offre(
    *, perimetre: Perimetre, offre_id: int, acte: str, le: date, version: int, motif: str = ""
) -> OffreLogement:
    """Do one act of the life of an offer, dated."""
    offre: OffreLogement = (
        OffreLogement.objects.select_for_update(of=("self",))
        .select_related("logement")
        .find_visible(perimetre, offre_id)
    )
    if offre.version != version:
        raise ConflitDeVersion("Quelqu’un d’autre a modifié cette offre entre-temps.")
    avant = offre.statut
    mandat = CYCLE_OFFRE.apply(offre, acte, make_contexte(perimetre, offre, le))
    last = max(d for d in (offre.reperee_le, offre.visitee_le, offre.conclue_le) if d)
    check_fait(le, perimetre.jour, "le", apres=last, quoi="l’étape précédente")
    if acte == "visiter":
        offre.visitee_le = le
    elif acte == "capter":
        offre.captee_le = le
    else:
        offre.conclue_le = le
    if acte == "ecarter":
        if not motif.strip():
            raise refuse("Dites pourquoi l’offre est écartée.", "motif")
        offre.motif_ecart = motif.strip()
    offre.version += 1
    offre.save(
        update_fields=[
            "statut", "visitee_le", "conclue_le", "captee_le", "motif_ecart", "version",
        ]
    )  # fmt: skip
    record_evenement(
        f"offre.{offre.statut}",
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_OFFRE,
        objet_id=offre.pk,
        libelle=offre.logement.reference,
        avant={"statut": avant},
        apres={"statut": offre.statut, "le": le, "motif": offre.motif_ecart},
    )
    return offre
