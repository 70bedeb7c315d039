"""A whole portfolio, or part of it, given to somebody else of the team."""

from collections.abc import Sequence

from django.db import transaction

from cariatide.comptes.models import Utilisateur
from cariatide.journal.actions import record_evenement
from cariatide.mesures.actions.vie import assign_referent
from cariatide.mesures.queries import list_portefeuille
from cariatide.mesures.statuts import MotifTransfert
from cariatide.socle.erreurs import ErreurMetier
from cariatide.socle.perimetre import Perimetre


@transaction.atomic
def transfer_portefeuille(
    *, perimetre: Perimetre, de_id: int, vers_id: int, mesures: Sequence[int], motif: str
) -> int:
    """Give these measures of one référent to another, all of them or none; returns how many.

    Each goes through the act of one measure: rights, delays and the household's parcours follow.
    Both people get one notice for the whole; the reason stays in the journal.
    """
    if motif not in MotifTransfert.values:
        raise ErreurMetier("Ce motif n’existe pas.", {"motif": "Choisissez un motif."})
    if not mesures:
        raise ErreurMetier("Choisissez une mesure.", {"mesures": "Choisissez au moins une mesure."})
    # In one order, so that two transfers never wait for each other.
    siennes = list(
        list_portefeuille(perimetre, de_id)
        .filter(pk__in=mesures)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if len(siennes) != len(set(mesures)):
        message = "Une de ces mesures n’est plus dans ce portefeuille : rechargez la page."
        raise ErreurMetier(message, {"mesures": message})
    for mesure_id in siennes:
        assign_referent(
            perimetre=perimetre, mesure_id=mesure_id, referent_id=vers_id, ensemble=True
        )
    record_evenement(
        "portefeuille.transfere",
        perimetre=perimetre,
        objet_type="comptes.utilisateur",
        objet_id=de_id,
        libelle=f"Portefeuille de {Utilisateur.objects.get(pk=de_id).nom_complet}",
        avant={"referent_id": de_id},
        apres={"referent_id": vers_id, "nombre": len(siennes), "motif": motif},
    )
    return len(siennes)
