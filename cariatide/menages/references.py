"""Port of the journal: a reference typed by the data-protection officer names a household."""

from cariatide.menages.models import Menage


def find_menage_id(reference: str) -> int | None:
    """The id behind a reference, nothing else: the officer reads no household."""
    return (
        Menage.objects.unscoped(reason="recherche d’un ménage dans le journal, par sa référence")
        .filter(reference=reference.strip().upper())
        .values_list("pk", flat=True)
        .first()
    )
