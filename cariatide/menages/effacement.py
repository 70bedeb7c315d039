"""What becomes of each model when its household is made anonymous: said once, by its own app.

Closed by default: a test fails for a model that hangs from a household and says nothing, and for a
text of a kept row that is neither erased nor named as harmless.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Func, TextField, Value, When
from django.db.models.functions import Cast, Concat, Right

from cariatide.socle.access import lift_scope

EFFACE = "Effacé"


@dataclass(frozen=True)
class Effacement:
    """What becomes of the rows of one model.

    supprime: the rows go. efface: fields emptied in place. garde: texts that say nothing of the
    person. references: identifiers printed on papers, drawn again. chemin: path to the household.
    """

    modele: str
    supprime: bool = False
    efface: tuple[str, ...] = ()
    garde: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    chemin: str = "menage_id"

    def rows(self, menage_ids: Sequence[int]) -> Any:
        """The rows of these households, whoever may read them: the worker acts."""
        return manager_of(self.modele).filter(**{f"{self.chemin}__in": list(menage_ids)})

    def empty(self, pks: Sequence[int]) -> int:
        """Remove or empty these rows; returns how many."""
        modele = apps.get_model(self.modele)
        lignes = manager_of(self.modele).filter(pk__in=list(pks))
        if self.supprime:
            lignes.delete()
            return len(pks)
        valeurs = {nom: empty_value(modele, nom) for nom in self.efface}
        valeurs |= {nom: draw_reference(nom) for nom in self.references}
        if valeurs:
            lignes.update(**valeurs)
        return len(pks)


def manager_of(label: str) -> Any:
    """Every row, whoever may see it: these acts need the whole of a household."""
    return lift_scope(
        label, reason="un ménage entier : le réunir, l’effacer, ou répondre à une personne"
    )


def count_effacements(
    effacements: Iterable[Effacement], menage_ids: Sequence[int]
) -> dict[str, int]:
    """Rows of each model that a purge would remove or empty."""
    return {e.modele: e.rows(menage_ids).count() for e in effacements}


def apply_effacements(
    effacements: Iterable[Effacement], menage_ids: Sequence[int]
) -> dict[str, int]:
    """Remove or empty them, in the order given; returns how many rows by model."""
    return {
        e.modele: e.empty(list(e.rows(menage_ids).values_list("pk", flat=True)))
        for e in effacements
    }


def empty_value(modele: type[models.Model], nom: str) -> Any:
    """What stands where a value stood: nothing, or « Effacé » where a constraint asks for words."""
    champ = modele._meta.get_field(nom)
    if not isinstance(champ, models.Field):
        raise TypeError(f"{modele._meta.label}.{nom} ne s’efface pas.")
    if isinstance(champ, models.JSONField):
        if champ.has_default():
            return champ.get_default()
        return None if champ.null else {}
    if isinstance(champ, models.CharField | models.TextField):
        court = champ.max_length is not None and champ.max_length < len(EFFACE)
        if court or isinstance(champ, models.EmailField):
            return ""
        vide = When(**{nom: ""}, then=Value(""))
        return Case(vide, When(**{f"{nom}__isnull": True}, then=None), default=Value(EFFACE))
    if not champ.null:
        raise TypeError(f"{modele._meta.label}.{nom} n’a pas de valeur vide.")
    return None


def draw_reference(nom: str) -> Any:
    """An identifier that leads nowhere; an absent one stays absent."""
    hasard = Right(Cast(Func(function="gen_random_uuid"), TextField()), 12)
    return Case(
        When(**{f"{nom}__isnull": True}, then=None),
        When(**{nom: ""}, then=Value("")),
        default=Concat(Value("X-"), hasard),
    )
