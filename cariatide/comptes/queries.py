"""Reads of the pages of accounts."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from cariatide.comptes.models import Brouillon, IdentiteFederee, SessionOuverte
from cariatide.comptes.rules import INCONNU

# Names inside a session, written at sign-in and by the middleware of its limits.
APPAREIL, OUVERTE_LE, VUE_LE = "appareil", "ouverte_le", "vue_le"


@dataclass(frozen=True)
class LigneSession:
    """One open session. `cle` opens it: it never leaves the server; `marque` names it in a page."""

    cle: str
    marque: str
    appareil: str
    ouverte_le: datetime | None
    vue_le: datetime | None


def read_brouillon(utilisateur_id: int, cle: str) -> Brouillon | None:
    """The draft of that person under the key of its form."""
    return Brouillon.objects.filter(utilisateur_id=utilisateur_id, cle=cle[:120]).first()


def list_identites(utilisateur_id: int) -> list[datetime]:
    """When each identity of that person was linked, the oldest first."""
    rows = IdentiteFederee.objects.filter(utilisateur_id=utilisateur_id).order_by("liee_le", "pk")
    return list(rows.values_list("liee_le", flat=True))


def list_sessions(utilisateur_id: int) -> list[LigneSession]:
    """The sessions in force of that person, the latest used first."""
    rows = SessionOuverte.objects.filter(
        utilisateur_id=utilisateur_id, expire_date__gt=timezone.now()
    )
    found = [_present(row) for row in rows.order_by("pk")]
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(found, key=lambda ligne: ligne.vue_le or oldest, reverse=True)


def _present(row: SessionOuverte) -> LigneSession:
    donnees: dict[str, Any] = row.get_decoded()
    return LigneSession(
        cle=row.pk,
        marque=mark_of(row.pk),
        appareil=donnees.get(APPAREIL) or INCONNU,
        ouverte_le=_moment(donnees.get(OUVERTE_LE)),
        vue_le=_moment(donnees.get(VUE_LE)),
    )


def mark_of(cle: str | None) -> str:
    """What names a session in a page without opening it."""
    return hashlib.sha256((cle or "").encode()).hexdigest()[:24]


def _moment(secondes: int | None) -> datetime | None:
    return datetime.fromtimestamp(secondes, tz=UTC) if secondes else None
