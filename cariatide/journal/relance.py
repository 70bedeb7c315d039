"""Dead letters put back in the queue, by a person and with a trace of it."""

from django.db import transaction

from cariatide.journal.actions import record_evenement
from cariatide.journal.livraison import retry_abandonnee
from cariatide.journal.models import Livraison
from cariatide.journal.queries import list_abandonnees
from cariatide.journal.statuts import ROLES_DES_LIVRAISONS
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import MandatEnVigueur, Perimetre


def _mandat(perimetre: Perimetre) -> MandatEnVigueur:
    mandat = perimetre.find_mandat(ROLES_DES_LIVRAISONS)
    if mandat is None:
        raise ActeRefuse("Seul un administrateur technique relance une livraison.")
    return mandat


@transaction.atomic
def retry_livraison(*, perimetre: Perimetre, livraison_id: int) -> Livraison:
    """Try one again at the worker's next turn."""
    mandat = _mandat(perimetre)
    if not retry_abandonnee(livraison_id):
        raise ActeRefuse("Cette livraison n’est plus en panne : rechargez la page.")
    livraison = Livraison.objects.get(pk=livraison_id)
    record_evenement(
        "livraison.relancee",
        perimetre=perimetre,
        mandat=mandat,
        objet_type="journal.livraison",
        objet_id=livraison_id,
        libelle=livraison.consommateur,
    )
    return livraison


@transaction.atomic
def retry_toutes(*, perimetre: Perimetre, consommateur: str = "") -> int:
    """Try all of them again, or those of one consumer; returns how many."""
    mandat = _mandat(perimetre)
    rows = list_abandonnees()
    if consommateur:
        rows = rows.filter(consommateur=consommateur)
    done = sum(retry_abandonnee(livraison.pk) for livraison in rows.order_by("pk"))
    if done:
        record_evenement(
            "livraison.toutes_relancees",
            perimetre=perimetre,
            mandat=mandat,
            objet_type="journal.livraison",
            objet_id=0,
            libelle=consommateur,
            apres={"nombre": done},
        )
    return done
