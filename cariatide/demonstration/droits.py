"""Requests of persons, a purge to confirm and a couple back together, by the real acts."""

from datetime import date, timedelta
from typing import Any

from cariatide.conformite.actions import prepare_purge, record_demande
from cariatide.conformite.statuts import Droit, NaturePurge
from cariatide.menages.actions import join_menages, separate_menage
from cariatide.menages.models import Appartenance, Menage
from cariatide.menages.statuts import MotifRegroupement, RoleMenage
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre

# Days before today.
SEPARATION, REPRISE, ENVOI = 200, 20, 9
DEMANDES = (
    (Droit.ACCES, "Je demande une copie de ce que vous gardez sur moi."),
    (Droit.RECTIFICATION, "Ma date de naissance est fausse dans vos courriers."),
)


def ask_rights(deleguee: Perimetre, referente: Perimetre, menages: list[Menage]) -> None:
    """Two people write to the officer; both still wait for their answer."""
    for (droit, demande), menage in zip(DEMANDES, menages, strict=False):
        personne = _presents(referente, menage).get(role=RoleMenage.REFERENT).personne
        record_demande(
            perimetre=deleguee,
            menage=menage.reference,
            nom=personne.nom,
            prenom=personne.prenom,
            droit=droit,
            recue_le=deleguee.jour - timedelta(days=ENVOI),
            identite="Copie de la carte d’identité, jointe à la lettre",
            demande=demande,
        )


def plan_purge(deleguee: Perimetre) -> None:
    """Files past their term, counted and waiting for the second step; none when all are recent."""
    try:
        prepare_purge(
            perimetre=deleguee,
            nature=NaturePurge.ARCHIVAGE,
            motif="Revue annuelle des dossiers clos",
        )
    except ErreurMetier:
        return


def reunite(referente: Perimetre, menages: list[Menage]) -> None:
    """A couple parted and lives together again: the first household where two adults are."""
    le, reprise = (referente.jour - timedelta(days=jours) for jours in (SEPARATION, REPRISE))
    for menage in menages:
        conjoint = _presents(referente, menage).filter(role=RoleMenage.CONJOINT, du__lt=le).first()
        if conjoint is not None:
            _part_and_join(referente, menage, conjoint, le, reprise)
            return


def _part_and_join(
    referente: Perimetre, menage: Menage, conjoint: Appartenance, le: date, reprise: date
) -> None:
    parti = separate_menage(
        perimetre=referente,
        menage_id=menage.pk,
        appartenance_ids=[conjoint.pk],
        referent_id=conjoint.pk,
        le=le,
        motif="separation",
        version=menage.version,
    )
    revenu = _presents(referente, parti).get()
    join_menages(
        perimetre=referente,
        menage_id=menage.pk,
        rejoint_id=parti.pk,
        le=reprise,
        motif=MotifRegroupement.VIE_COMMUNE,
        places={revenu.pk: RoleMenage.CONJOINT},
    )


def _presents(perimetre: Perimetre, menage: Menage) -> Any:
    rows = Appartenance.objects.visible_to(perimetre).filter(menage=menage, au__isnull=True)
    return rows.select_related("personne")
