"""Personal data taken off the journal when a household is made anonymous.

The role of the application may not change the journal. One function of the database may, on the
rows of households already marked anonymous, and it can only erase: label, values, purpose and salt
of the seal. A sealed event keeps the hash of what is left of each row: verifie_journal accepts
those rows and no other (ADR 0020).
"""

from collections.abc import Sequence

from django.db import connection, transaction

from cariatide.journal.actions import record_evenement
from cariatide.journal.models import Chaine, Livraison
from cariatide.journal.scelle import CAVIARDE, seal_all
from cariatide.socle.perimetre import Perimetre


@transaction.atomic
def redact(*, perimetre: Perimetre, menage_ids: Sequence[int]) -> dict[str, int]:
    """Erase what names a household in its rows; returns how many rows of each chain."""
    seal_all()
    ids = list(menage_ids)
    Livraison.objects.filter(evenement__menage_id__in=ids).exclude(erreur="").update(erreur="")
    restes: dict[str, dict[str, str]] = {str(chaine.value): {} for chaine in Chaine}
    with connection.cursor() as cursor:
        cursor.execute("SELECT chaine, pk, contenu FROM journal_caviarde(%s)", [ids])
        for chaine, pk, contenu in cursor.fetchall():
            restes[chaine][str(pk)] = bytes(contenu).hex()
    if any(restes.values()):
        record_evenement(
            CAVIARDE,
            perimetre=perimetre,
            objet_type="menages.menage",
            objet_id=ids[0],
            menage_id=ids[0],
            apres=restes,
        )
    return {f"journal.{chaine}": len(lignes) for chaine, lignes in restes.items()}


def count_rows(menage_ids: Sequence[int]) -> dict[str, int]:
    """How many rows of each chain `redact` would touch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'journal.actes', count(*) FROM journal_evenement WHERE menage_id = ANY(%s)"
            " UNION ALL SELECT 'journal.consultations', count(*) FROM journal_consultation"
            " WHERE menage_id = ANY(%s)",
            [list(menage_ids), list(menage_ids)],
        )
        return dict(cursor.fetchall())
