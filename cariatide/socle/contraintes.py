"""Constraints shared by the models: dated periods, and exclusion without any extension.

PostgreSQL excludes overlaps on (id, period) when the id is written as a one-point range, so the
btree_gist extension, which embedded servers may lack, is not needed.
"""

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db import models
from django.db.models import F, Func, Q


class PeriodeDeDates(Func):
    """daterange(du, au, '[]'): both ends included, an absent end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()
    template = "%(function)s(%(expressions)s, '[]')"


class PeriodeOuverte(Func):
    """daterange(entree, sortie, '[)'): the day of exit belongs to the next period."""

    function = "DATERANGE"
    output_field = DateRangeField()
    template = "%(function)s(%(expressions)s, '[)')"


class Point(Func):
    """A column of integers as a one-point range; NULL counts as 0."""

    output_field = BigIntegerRangeField()
    template = "int8range(COALESCE(%(expressions)s, 0), COALESCE(%(expressions)s, 0), '[]')"


class PointTexte(Func):
    """A column of text as the one-point range of its hash."""

    output_field = BigIntegerRangeField()
    template = "int8range(hashtext(%(expressions)s), hashtext(%(expressions)s), '[]')"


def fin_apres_debut(nom: str, du: str = "du", au: str = "au") -> models.CheckConstraint:
    """The end of a period does not come before its start."""
    return models.CheckConstraint(
        condition=Q(**{f"{au}__isnull": True}) | Q(**{f"{au}__gte": F(du)}),
        name=nom,
        violation_error_message="La date de fin précède la date de début.",
    )


def date_si_statut(
    nom: str, date: str, statuts: frozenset[str], message: str
) -> models.CheckConstraint:
    """The date is set exactly in these states: state and date cannot disagree."""
    dans = Q(statut__in=sorted(statuts))
    return models.CheckConstraint(
        condition=(dans & Q(**{f"{date}__isnull": False}))
        | (~dans & Q(**{f"{date}__isnull": True})),
        name=nom,
        violation_error_message=message,
    )
