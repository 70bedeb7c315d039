"""Write everything confidential again with the newest key, so that the former one may go."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models
from django.utils import timezone

from cariatide.socle.access import lift_scope
from cariatide.socle.chiffrement import Chiffre, rechiffreurs
from cariatide.socle.contexte import ouvre_transaction
from cariatide.socle.perimetre import Perimetre, perimetre_systeme

MOTIF = "changement de la clé de chiffrement"
LOT = 200


class Command(BaseCommand):
    help = "Récrit ce qui est confidentiel avec la première clé de CARIATIDE_CLES_CONFIDENTIELLES."

    def handle(self, *args: Any, **options: Any) -> None:
        perimetre = perimetre_systeme(MOTIF, timezone.localdate())
        total = sum(rewrite(perimetre, modele, champs) for modele, champs in list_chiffres())
        for rechiffre in rechiffreurs:
            with ouvre_transaction(perimetre, systeme=MOTIF):
                total += rechiffre()
        self.stdout.write(f"{total} lignes confidentielles récrites avec la clé la plus récente.")


def list_chiffres() -> list[tuple[type[models.Model], list[str]]]:
    """Models of the product with their encrypted fields."""
    found = []
    for modele in apps.get_models():
        champs = [f.attname for f in modele._meta.concrete_fields if isinstance(f, Chiffre)]
        if champs:
            found.append((modele, champs))
    return found


def rewrite(perimetre: Perimetre, modele: type[models.Model], champs: list[str]) -> int:
    """Rows of the model written again, a batch to a transaction.

    The service runs meanwhile: nobody waits for more than a batch, and what was written before an
    interruption stays.
    """
    written, last = 0, 0
    while True:
        with ouvre_transaction(perimetre, systeme=MOTIF):
            pks = _rewrite_lot(modele, champs, last)
        written += len(pks)
        if len(pks) < LOT:
            return written
        last = pks[-1]


def _rewrite_lot(modele: type[models.Model], champs: list[str], apres: int) -> list[int]:
    """The next rows, value for value; their keys."""
    with connection.cursor() as cursor:
        # The files never change otherwise: their content stays the same here.
        cursor.execute("SELECT set_config('cariatide.rechiffrement', 'oui', true)")
    rows = lift_scope(modele, reason="rechiffrement de toutes les lignes, valeur pour valeur")
    lignes = list(
        rows.select_for_update(of=("self",))
        .filter(pk__gt=apres)
        .order_by("pk")
        .values_list("pk", *champs)[:LOT]
    )
    for pk, *valeurs in lignes:
        rows.filter(pk=pk).update(**dict(zip(champs, valeurs, strict=True)))
    return [pk for pk, *_ in lignes]
