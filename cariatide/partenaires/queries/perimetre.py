"""Mandates in force, organisations and agreements in force: what the other apps read."""

from dataclasses import replace
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.models import Convention, Organisation, SessionException
from cariatide.partenaires.rules import NIVEAU_MAX, ROLES_EQUIPE, ROLES_EXCEPTION
from cariatide.partenaires.statuts import Role
from cariatide.socle.perimetre import ExceptionEnVigueur, MandatEnVigueur, Perimetre


def en_vigueur(jour: date, prefix: str = "") -> Q:
    """Rows whose period covers the day; `prefix` ends with __ for a related model."""
    return Q(**{f"{prefix}du__lte": jour}) & (
        Q(**{f"{prefix}au__isnull": True}) | Q(**{f"{prefix}au__gte": jour})
    )


# Every request asks it: the ORM took four times longer to write it than the database to answer.
_MANDATS = """
SELECT m.id, m.organisation_id, o.nom, o.sigle, m.role, m.secteur_id, m.convention_id
  FROM partenaires_mandat m JOIN partenaires_organisation o ON o.id = m.organisation_id
 WHERE m.utilisateur_id = %(qui)s AND m.du <= %(jour)s AND (m.au IS NULL OR m.au >= %(jour)s)
 ORDER BY m.id
"""


def build_perimetre(utilisateur: Utilisateur, jour: date) -> Perimetre:
    """The mandates in force of a person on that day: one query, two for who may open a file by
    exception.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MANDATS, {"qui": utilisateur.pk, "jour": jour})
        rows = cursor.fetchall()
    perimetre = Perimetre(
        utilisateur_id=utilisateur.pk,
        utilisateur=utilisateur.nom_complet,
        jour=jour,
        mandats=tuple(
            MandatEnVigueur(
                id=id_,
                organisation_id=organisation_id,
                organisation=sigle or nom,
                role=role,
                role_libelle=Role(role).label,
                niveau_max=NIVEAU_MAX[Role(role)],
                equipe=role in ROLES_EQUIPE,
                secteur_id=secteur_id,
                convention_id=convention_id,
            )
            for id_, organisation_id, nom, sigle, role, secteur_id, convention_id in rows
        ),
    )
    if not perimetre.has_role(*ROLES_EXCEPTION):
        return perimetre
    return replace(perimetre, exceptions=list_en_vigueur(perimetre))


def en_cours() -> Q:
    """Exceptional sessions that run now, by the clock of the database."""
    return Q(close_le__isnull=True, terme__gt=Now())


def list_en_vigueur(perimetre: Perimetre) -> tuple[ExceptionEnVigueur, ...]:
    """The exceptional sessions of this person that run now: read at each request."""
    rows = (
        SessionException.objects.visible_to(perimetre)
        .filter(en_cours(), utilisateur_id=perimetre.utilisateur_id)
        .order_by("id")
        .values_list("id", "menage_id", "reference", "motif", "terme")
    )
    return tuple(ExceptionEnVigueur(*row) for row in rows)


def list_organisations(jour: date, *types: str) -> QuerySet[Organisation]:
    """Organisations in force on that day, of these kinds (all when none is given)."""
    found = Organisation.objects.filter(en_vigueur(jour)).order_by("nom_normalise", "id")
    return found.filter(type__in=types) if types else found


def list_conventions(jour: date, *types: str) -> QuerySet[Convention]:
    """Agreements in force on that day, of these kinds."""
    found = Convention.objects.filter(en_vigueur(jour)).select_related("operateur", "commanditaire")
    return (found.filter(type__in=types) if types else found).order_by("du", "id")
