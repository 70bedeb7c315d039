"""Drafts seen from outside of a request: the row rule opens them to the system alone."""

from typing import Any

from cariatide.comptes.models import Brouillon, Utilisateur
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import perimetre_systeme
from tests.distribution import JOUR


def set_brouillon(utilisateur: Utilisateur, cle: str, donnees: dict[str, Any]) -> None:
    with ouvre_transaction(perimetre_systeme("test", JOUR), systeme="test"):
        Brouillon.objects.create(utilisateur=utilisateur, cle=cle, donnees=donnees)


def list_brouillons(cle: str = "") -> list[dict[str, Any]]:
    """What every draft (of that key) holds."""
    with ouvre_transaction(perimetre_systeme("test", JOUR), systeme="test"):
        found = Brouillon.objects.order_by("pk")
        return [b.donnees for b in (found.filter(cle=cle) if cle else found)]
