"""A person's rights on their data: the request and its clock, the answer, the rectification."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from cariatide.bareme.queries import value
from cariatide.conformite.actions.gels import pose_gel, require_mandat
from cariatide.conformite.lifecycle import CYCLE_DROIT
from cariatide.conformite.models import DemandeDroit
from cariatide.conformite.queries import find_menage_de, list_gels
from cariatide.conformite.statuts import Droit, StatutDemande
from cariatide.echeances.actions import plan_echeance, settle_echeance
from cariatide.journal.actions import record_evenement
from cariatide.menages.actions import rectify_personne
from cariatide.menages.rules import check_passe
from cariatide.socle.dates import add_months
from cariatide.socle.erreurs import ActeRefuse, ConflitDeVersion, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre
from cariatide.socle.references import next_reference

OBJET_DROIT = "conformite.demandedroit"
CODE = "droit.reponse"
PARAMETRE = "rgpd.reponse_droits"


@transaction.atomic
def record_demande(
    *,
    perimetre: Perimetre,
    menage: str,
    nom: str,
    prenom: str,
    droit: str,
    recue_le: date,
    identite: str,
    demande: str,
) -> DemandeDroit:
    """Register a request: the person is found by what they wrote, never chosen in a list."""
    mandat = require_mandat(perimetre)
    check_passe(recue_le, perimetre.jour, "recue_le")
    menage_id, personne_id = find_menage_de(perimetre, menage, nom, prenom)
    delai = value(PARAMETRE, le=recue_le)
    objet = DemandeDroit(
        reference=next_reference("DR", perimetre.jour.year),
        menage_id=menage_id,
        personne_id=personne_id,
        droit=droit,
        recue_le=recue_le,
        echeance_le=add_months(recue_le, delai.entier),
        organisation_id=mandat.organisation_id,
        identite=identite.strip()[:200],
        demande=demande.strip(),
    )
    objet.save(force_insert=True)
    plan_echeance(
        code=CODE,
        libelle=f"Répondre à la demande {objet.reference}",
        objet=(OBJET_DROIT, objet.pk),
        due_le=objet.echeance_le,
        organisation_id=mandat.organisation_id,
        url=reverse("conformite:droit", args=[objet.pk]),
        source=delai.reference,
        regle=PARAMETRE,
        alerte_jours=7,
    )
    _record("droit.enregistre", perimetre, objet, mandat, {"droit": droit, "recue_le": recue_le})
    return objet


@transaction.atomic
def close_demande(
    *, perimetre: Perimetre, demande_id: int, sens: str, reponse: str, version: int
) -> DemandeDroit:
    """Answer, or turn down with a reason; an accepted limitation holds the file."""
    objet = _lock(perimetre, demande_id, version)
    if not reponse.strip():
        raise ErreurMetier("Une réponse s’écrit.", {"reponse": "Écrivez ce qui a été répondu."})
    acte = "rejeter" if sens == StatutDemande.REJETEE else "repondre"
    mandat = CYCLE_DROIT.apply(objet, acte, Contexte(perimetre, perimetre.jour))
    objet.reponse, objet.close_le = reponse.strip(), perimetre.jour
    objet.close_par = perimetre.utilisateur[:200]
    objet.version += 1
    objet.save(update_fields=["statut", "reponse", "close_le", "close_par", "version"])
    settle_echeance(code=CODE, objet=(OBJET_DROIT, objet.pk), le=perimetre.jour)
    gels = list_gels(perimetre, objet.menage_id).filter(leve_le__isnull=True)
    if acte == "repondre" and objet.droit == Droit.LIMITATION and not gels.exists():
        pose_gel(
            perimetre=perimetre,
            menage_id=objet.menage_id,
            motif=f"Limitation du traitement, demande {objet.reference}",
        )
    nom = "droit.rejete" if acte == "rejeter" else "droit.repondu"
    _record(nom, perimetre, objet, mandat, {"droit": objet.droit})
    return objet


@transaction.atomic
def rectify(
    *, perimetre: Perimetre, demande_id: int, valeurs: dict[str, Any], motif: str
) -> list[str]:
    """Correct the person's identity as asked; whoever reads their files is told. Fields changed."""
    mandat = require_mandat(perimetre)
    objet: DemandeDroit = DemandeDroit.objects.select_for_update(of=("self",)).find_visible(
        perimetre, demande_id
    )
    if objet.droit != Droit.RECTIFICATION or objet.statut != StatutDemande.RECUE:
        raise ActeRefuse("Une rectification répond à une demande de rectification en cours.")
    return rectify_personne(
        perimetre=perimetre,
        mandat=mandat,
        menage_id=objet.menage_id,
        personne_id=objet.personne_id,
        valeurs=valeurs,
        motif=f"Demande {objet.reference} : {motif.strip()}"[:300],
    )


def _lock(perimetre: Perimetre, demande_id: int, version: int) -> DemandeDroit:
    objet: DemandeDroit = DemandeDroit.objects.select_for_update(of=("self",)).find_visible(
        perimetre, demande_id
    )
    if objet.version != version:
        raise ConflitDeVersion("Cette demande a changé depuis l’ouverture de la page.")
    return objet


def _record(
    nom: str,
    perimetre: Perimetre,
    objet: DemandeDroit,
    mandat: MandatEnVigueur | None,
    apres: dict[str, Any],
) -> None:
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET_DROIT,
        objet_id=objet.pk,
        menage_id=objet.menage_id,
        libelle=objet.reference,
        apres=apres,
    )
