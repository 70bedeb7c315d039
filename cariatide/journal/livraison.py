"""Delivery of events to their consumers: at least once tried, exactly once done.

The handler's work and the mark that it was done are one transaction: a killed worker leaves
neither. Handlers still are idempotent, for those whose effect leaves the database.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cariatide.journal.models import Livraison
from cariatide.journal.ports import consommateurs
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme

log = logging.getLogger("cariatide.livraison")

TENTATIVES_MAX = 8
PREMIER_DELAI = timedelta(seconds=30)  # doubled at each failure, one hour at most
DELAI_MAX = timedelta(hours=1)
MOTIF = "livraison d’un événement"


def deliver_one() -> bool:
    """Deliver the next due event; returns whether there was one."""
    now = timezone.now()
    failure: Exception | None = None
    with transaction.atomic():
        livraison = (
            Livraison.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(statut=Livraison.Statut.A_FAIRE, prochaine_tentative__lte=now)
            .order_by("prochaine_tentative", "id")
            .first()
        )
        if livraison is None:
            return False
        try:
            perimetre = perimetre_systeme(MOTIF, timezone.localdate())
            with ouvre_transaction(perimetre, systeme=MOTIF):
                consommateurs.get(livraison.consommateur).handle(livraison.evenement_id)
        except Exception as error:  # noqa: BLE001  whatever fails is tried again, then shown
            failure = error
        _mark(livraison, failure)
    if failure:
        log.warning(
            "livraison refusée consommateur=%s evenement=%s tentative=%s erreur=%s",
            livraison.consommateur,
            livraison.evenement_id,
            livraison.tentatives,
            type(failure).__name__,
        )
    return True


def _mark(livraison: Livraison, failure: Exception | None) -> None:
    livraison.tentatives += 1
    if failure is None:
        livraison.statut, livraison.erreur = Livraison.Statut.FAITE, ""
    else:
        livraison.erreur = f"{type(failure).__name__} : {failure}"[:2000]
        if livraison.tentatives >= TENTATIVES_MAX:
            livraison.statut = Livraison.Statut.ABANDONNEE
        delay = min(PREMIER_DELAI * 2 ** (livraison.tentatives - 1), DELAI_MAX)
        livraison.prochaine_tentative = timezone.now() + delay
    livraison.save(update_fields=["tentatives", "statut", "erreur", "prochaine_tentative"])


def retry_abandonnee(livraison_id: int) -> bool:
    """Put a dead letter back in the queue; returns whether it was one."""
    return bool(
        Livraison.objects.filter(pk=livraison_id, statut=Livraison.Statut.ABANDONNEE).update(
            statut=Livraison.Statut.A_FAIRE, tentatives=0, prochaine_tentative=timezone.now()
        )
    )
