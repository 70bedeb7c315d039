"""What somebody does of an alert: take it, give it back, put it off, close it with a reason."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cariatide.alertes.lifecycle import CYCLE
from cariatide.alertes.models import Alerte, GesteAlerte
from cariatide.alertes.ports import every_row
from cariatide.alertes.queries import OBJET, read_report_maximum
from cariatide.alertes.rules import check_cloture, check_report
from cariatide.alertes.statuts import FinAlerte, NatureGeste, StatutAlerte
from cariatide.journal.actions import record_evenement
from cariatide.socle.erreurs import ConflitDeVersion, ErreurMetier
from cariatide.socle.lifecycle import Contexte
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


def _lock(perimetre: Perimetre, alerte_id: int, version: int | None) -> Alerte:
    alerte: Alerte = Alerte.objects.select_for_update(of=("self",)).find_visible(
        perimetre, alerte_id
    )
    if version is not None and alerte.version != version:
        raise ConflitDeVersion("Cette alerte a changé depuis que la page est ouverte.")
    return alerte


def _apply(alerte: Alerte, acte: str, perimetre: Perimetre) -> MandatEnVigueur | None:
    mandat = CYCLE.apply(alerte, acte, Contexte(perimetre, perimetre.jour))
    alerte.prise_par = alerte.prise_le = alerte.reportee_au = None
    return mandat


def _save(
    alerte: Alerte,
    nom: str,
    nature: NatureGeste,
    perimetre: Perimetre,
    mandat: MandatEnVigueur | None,
    **geste: Any,
) -> None:
    alerte.version += 1
    alerte.save(
        update_fields=[
            "statut", "prise_par", "prise_le", "reportee_au", "revenue_le", "close_le", "fin",
            "version",
        ]
    )  # fmt: skip
    GesteAlerte(
        alerte=alerte, nature=nature, le=perimetre.jour, auteur=perimetre.utilisateur, **geste
    ).save(force_insert=True)
    record_evenement(
        nom,
        perimetre=perimetre,
        mandat=mandat,
        objet_type=OBJET,
        objet_id=alerte.pk,
        menage_id=alerte.menage_id,
        libelle=alerte.reference,
        apres={"regle": alerte.regle, "statut": alerte.statut} | geste,
    )


@transaction.atomic
def take_alerte(*, perimetre: Perimetre, alerte_id: int, version: int | None = None) -> Alerte:
    """Somebody deals with it; the owner that the rule names stays written beside."""
    alerte = _lock(perimetre, alerte_id, version)
    mandat = _apply(alerte, "prendre", perimetre)
    assert perimetre.utilisateur_id is not None  # the act asked for a mandate
    alerte.prise_par_id, alerte.prise_le = perimetre.utilisateur_id, perimetre.jour
    _save(alerte, "alerte.prise", NatureGeste.PRISE, perimetre, mandat)
    return alerte


@transaction.atomic
def release_alerte(*, perimetre: Perimetre, alerte_id: int, version: int | None = None) -> Alerte:
    """It goes back to whom the rule names."""
    alerte = _lock(perimetre, alerte_id, version)
    mandat = _apply(alerte, "laisser", perimetre)
    _save(alerte, "alerte.laissee", NatureGeste.LAISSEE, perimetre, mandat)
    return alerte


@transaction.atomic
def postpone_alerte(
    *,
    perimetre: Perimetre,
    alerte_id: int,
    au: date,
    motif: str,
    precision: str = "",
    version: int | None = None,
) -> Alerte:
    """Out of sight until a day, with a reason; it comes back by itself if its cause still lasts."""
    alerte = _lock(perimetre, alerte_id, version)
    maximum = read_report_maximum(perimetre.jour, alerte.organisation_id).entier
    if champs := check_report(perimetre.jour, au, motif, precision, maximum):
        raise ErreurMetier("L’alerte n’est pas reportée.", champs)
    mandat = _apply(alerte, "reporter", perimetre)
    alerte.reportee_au = au
    geste = {"motif": motif, "precision": precision.strip(), "au": au}
    _save(alerte, "alerte.reportee", NatureGeste.REPORTEE, perimetre, mandat, **geste)
    return alerte


@transaction.atomic
def resume_alerte(*, perimetre: Perimetre, alerte_id: int, version: int | None = None) -> Alerte:
    """Back before its day."""
    alerte = _lock(perimetre, alerte_id, version)
    mandat = _apply(alerte, "reprendre", perimetre)
    alerte.revenue_le = perimetre.jour
    _save(alerte, "alerte.reprise", NatureGeste.REPRISE, perimetre, mandat)
    return alerte


@transaction.atomic
def close_alerte(
    *,
    perimetre: Perimetre,
    alerte_id: int,
    motif: str,
    precision: str = "",
    version: int | None = None,
) -> Alerte:
    """Closed while its cause lasts: the rule stays silent on that object until it ends."""
    alerte = _lock(perimetre, alerte_id, version)
    if champs := check_cloture(motif, precision):
        raise ErreurMetier("L’alerte n’est pas close.", champs)
    mandat = _apply(alerte, "clore", perimetre)
    alerte.close_le, alerte.fin = perimetre.jour, FinAlerte.PERSONNE
    geste = {"motif": motif, "precision": precision.strip()}
    _save(alerte, "alerte.close", NatureGeste.CLOSE, perimetre, mandat, **geste)
    return alerte


def transfer_alertes(*, objet: tuple[str, int], utilisateur_id: int | None) -> int:
    """The référent of an object changed: its alerts follow at once.

    One that the former person had taken for themselves goes back to be dealt with.
    """
    rows = every_row(Alerte).filter(objet_type=objet[0], objet_id=objet[1], responsable="referent")
    rows = rows.exclude(statut=StatutAlerte.CLOSE)
    given: list[int] = [
        a.pk for a in rows if a.prise_par_id is not None and a.prise_par_id == a.utilisateur_id
    ]
    every_row(Alerte).filter(pk__in=given).update(
        statut=StatutAlerte.OUVERTE, prise_par=None, prise_le=None
    )
    return rows.update(utilisateur_id=utilisateur_id)


def forget_alertes(*, menage_ids: Sequence[int], le: date) -> int:
    """Their file leaves the active base: nothing of it alerts anybody any more."""
    rows = every_row(Alerte).filter(menage_id__in=list(menage_ids))
    rows.filter(statut=StatutAlerte.CLOSE, cause_finie_le__isnull=True).update(cause_finie_le=le)
    return rows.exclude(statut=StatutAlerte.CLOSE).update(
        statut=StatutAlerte.CLOSE, close_le=le, fin=FinAlerte.CAUSE, cause_finie_le=le,
        prise_par=None, prise_le=None, reportee_au=None,
    )  # fmt: skip
