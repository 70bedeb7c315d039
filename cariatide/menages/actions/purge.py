"""Removal of a household that nothing hangs from any more (a cancelled import)."""

from django.db import transaction
from django.db.models import ProtectedError

from cariatide.journal.actions import record_evenement
from cariatide.menages.actions.liens import OBJET
from cariatide.menages.models import (
    Appartenance,
    Domicile,
    FaitParcours,
    Menage,
    MenageConfidentiel,
    MenageSocial,
    Personne,
    Rattachement,
)
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Perimetre

_RAISON = "retrait d’un ménage que plus rien n’utilise"


@transaction.atomic
def purge_menage(*, perimetre: Perimetre, menage_id: int) -> None:
    """Delete a household, its links, its parcours and the people who belong to it alone.

    Raises ActeRefuse when anything of another domain hangs from it; then nothing is deleted.
    """
    menage = Menage.objects.unscoped(reason=_RAISON).get(pk=menage_id)
    people = list(
        Appartenance.objects.unscoped(reason=_RAISON)
        .filter(menage_id=menage_id)
        .values_list("personne_id", flat=True)
    )
    for modele in (FaitParcours, MenageSocial, MenageConfidentiel, Domicile, Appartenance):
        modele.objects.unscoped(reason=_RAISON).filter(menage_id=menage_id).delete()
    Rattachement.objects.filter(menage_id=menage_id).delete()
    try:
        Menage.objects.unscoped(reason=_RAISON).filter(pk=menage_id).delete()
    except ProtectedError as error:
        raise ActeRefuse(
            f"Le ménage {menage.reference} est utilisé ailleurs : il ne peut pas être retiré."
        ) from error
    Personne.objects.unscoped(reason=_RAISON).filter(
        pk__in=people, appartenances__isnull=True
    ).delete()
    record_evenement(
        "menage.retire",
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=menage_id,
        menage_id=menage_id,
        libelle=menage.reference,
    )
