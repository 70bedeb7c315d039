"""`python -m bench.rival_export csv`: the rival of the exports, in a process of its own."""

import os
import resource
import sys
import time
from typing import Any

import django

LIGNES = 20_000


def export_rival(format_: str) -> None:
    """What django-import-export needs to export that many rows: it builds the file whole."""
    django.setup()
    from import_export import fields, resources

    from cariatide.menages.models import Menage

    class Ressource(resources.ModelResource):  # type: ignore[misc]
        commune = fields.Field("commune__nom", "Commune")

        class Meta:
            model = Menage
            fields: Any = (
                "reference", "nom_usage", "commune", "telephone", "dernier_contact_le", "cree_le",
                "public_plan",
            )  # fmt: skip

    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    start = time.perf_counter()
    rows = Menage.objects.unscoped(reason="banc").select_related("commune").order_by("pk")
    contenu = Ressource().export(rows[:LIGNES]).export(format_)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        f"django-import-export, {format_:<4} {LIGNES} lignes, {len(contenu) / 1e6:.1f} Mo "
        f"en {time.perf_counter() - start:.1f} s, mémoire {base:.0f} Mo au repos, {peak:.0f} Mo "
        "au plus"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    export_rival(sys.argv[1])
