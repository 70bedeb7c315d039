"""Reads of the pages of accounts."""

from cariatide.comptes.models import Brouillon


def read_brouillon(utilisateur_id: int, cle: str) -> Brouillon | None:
    """The draft of that person under the key of its form."""
    return Brouillon.objects.filter(utilisateur_id=utilisateur_id, cle=cle[:120]).first()
