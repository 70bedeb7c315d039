"""Removal of households that nothing hangs from any more (a cancelled import)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from cariatide.journal.actions import build_evenement, record_evenements
from cariatide.menages.actions.liens import OBJET
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    LigneSituation,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Personne,
    Rattachement,
    Regroupement,
    SituationFinanciere,
)
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.masse import chunks
from cariatide.socle.perimetre import Perimetre

_RAISON = "retrait de ménages que plus rien n’utilise"


@transaction.atomic
def purge_menages(*, perimetre: Perimetre, menage_ids: Sequence[int]) -> None:
    """Delete households, their links, their parcours and the people who belong to them alone.

    Raises ActeRefuse when anything of another domain hangs from one; then nothing is deleted.
    """
    for ids in chunks(menage_ids):
        _purge(perimetre, ids)


def _rows(modele: Any) -> Any:
    return modele.objects.unscoped(reason=_RAISON)


def _purge(perimetre: Perimetre, ids: list[int]) -> None:
    references = dict(_rows(Menage).filter(pk__in=ids).values_list("pk", "reference"))
    people = list(
        _rows(Appartenance).filter(menage_id__in=ids).values_list("personne_id", flat=True)
    )
    for modele in (
        FaitParcours, LigneSituation, SituationFinanciere, MenageSocial, MenageConfidentiel,
        Domicile, Appartenance, Regroupement,
    ):  # fmt: skip
        _rows(modele).filter(menage_id__in=ids).delete()
    Rattachement.objects.filter(menage_id__in=ids).delete()
    try:
        _rows(Menage).filter(pk__in=ids).delete()
    except ProtectedError as error:
        used = sorted(
            {
                references[pk]
                for objet in error.protected_objects
                if (pk := getattr(objet, "menage_id", None)) in references
            }
        )
        names = ", ".join(used[:10]) or "d’autres dossiers"
        raise ActeRefuse(
            f"Des ménages sont utilisés ailleurs et ne peuvent pas être retirés : {names}."
        ) from error
    _rows(Personne).filter(pk__in=people, appartenances__isnull=True).delete()
    record_evenements(
        [
            build_evenement(
                "menage.retire",
                perimetre=perimetre,
                objet_type=OBJET,
                objet_id=pk,
                menage_id=pk,
                libelle=references[pk],
            )
            for pk in ids
        ]
    )
