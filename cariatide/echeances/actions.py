"""The only writes on delays."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cariatide.echeances.models import Echeance
from cariatide.journal.actions import record_evenement
from cariatide.socle.access import RequeteProtegee
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre

_RAISON = "échéance écrite par l’acte d’un domaine"


@transaction.atomic
def plan_echeance(
    *,
    code: str,
    libelle: str,
    objet: tuple[str, int],
    due_le: date,
    organisation_id: int,
    url: str,
    menage_id: int | None = None,
    menage_libelle: str = "",
    utilisateur_id: int | None = None,
    source: str = "",
    regle: str = "",
    alerte_jours: int = 30,
) -> Echeance:
    """Open a delay, or move the one that this object already has under that code.

    due_le: computed date; a date moved by hand (reschedule_echeance) gives way to it only when the
    computed date itself changes.
    """
    existing = _of(objet).select_for_update(of=("self",)).filter(code=code).first()
    echeance: Echeance = existing or Echeance(code=code, objet_type=objet[0], objet_id=objet[1])
    if existing is None or existing.due_calculee_le != due_le or existing.statut != "ouverte":
        echeance.due_le = echeance.due_calculee_le = due_le
        echeance.motif_report = ""
    echeance.libelle, echeance.url = libelle, url
    echeance.menage_id, echeance.menage_libelle = menage_id, menage_libelle
    echeance.organisation_id, echeance.utilisateur_id = organisation_id, utilisateur_id
    echeance.source, echeance.regle, echeance.alerte_jours = source, regle, alerte_jours
    echeance.statut, echeance.close_le = Echeance.Statut.OUVERTE, None
    echeance.save()
    return echeance


def settle_echeance(*, code: str, objet: tuple[str, int], le: date) -> int:
    """Mark the delay of that code done; returns 0 when none was open."""
    return _open(objet).filter(code=code).update(statut=Echeance.Statut.FAITE, close_le=le)


def cancel_echeances(*, objet: tuple[str, int], le: date) -> int:
    """The object came to its end: what was still due no longer is."""
    return _open(objet).update(statut=Echeance.Statut.ANNULEE, close_le=le)


def forget_menages(*, menage_ids: Sequence[int], le: date) -> int:
    """Their file leaves the active base: nothing is due any more, nothing names them."""
    rows = Echeance.objects.unscoped(reason="échéances d’un ménage qui quitte la base active")
    rows = rows.filter(menage_id__in=list(menage_ids))
    rows.filter(statut=Echeance.Statut.OUVERTE).update(statut=Echeance.Statut.ANNULEE, close_le=le)
    return rows.update(menage_libelle="")


def transfer_echeances(*, objet: tuple[str, int], utilisateur_id: int | None) -> int:
    """Open delays of the object change owner (portfolio transfer)."""
    return _open(objet).update(utilisateur_id=utilisateur_id)


def _of(objet: tuple[str, int]) -> RequeteProtegee:
    return Echeance.objects.unscoped(reason=_RAISON).filter(objet_type=objet[0], objet_id=objet[1])


def _open(objet: tuple[str, int]) -> RequeteProtegee:
    return _of(objet).filter(statut=Echeance.Statut.OUVERTE)


@transaction.atomic
def reschedule_echeance(
    *, perimetre: Perimetre, echeance_id: int, due_le: date, motif: str
) -> Echeance:
    """Override a computed date by hand: a reason is required and the computed date stays."""
    if not motif.strip():
        raise ErreurMetier(
            "Indiquez pourquoi la date change.", {"motif": "Un motif est nécessaire."}
        )
    echeance: Echeance = Echeance.objects.select_for_update(of=("self",)).find_visible(
        perimetre, echeance_id
    )
    if echeance.statut != Echeance.Statut.OUVERTE:
        raise ErreurMetier("Cette échéance est déjà close.")
    avant = echeance.due_le
    echeance.due_le, echeance.motif_report = due_le, motif.strip()
    echeance.save(update_fields=["due_le", "motif_report"])
    record_evenement(
        "echeance.reportee",
        perimetre=perimetre,
        objet_type="echeances.echeance",
        objet_id=echeance.pk,
        menage_id=echeance.menage_id,
        libelle=echeance.libelle,
        avant={"due_le": avant},
        apres={"due_le": due_le, "motif": motif.strip()},
    )
    return echeance
