"""Seeded cases, written by the database itself: a million of them in about a minute.

Two readers: a worker of the large operator, whose perimeter holds two cases in three whatever the
size, and one of a small association that follows three hundred of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from cariatide.comptes.models import Utilisateur
from cariatide.partenaires.models import Mandat, Organisation
from cariatide.partenaires.statuts import Role, TypeOrganisation
from cariatide.socle.normalisation import normalise

DEBUT = date(2020, 1, 1)
PETIT_PERIMETRE = 300

# md5 of the rank: the same names each time, whatever the version of PostgreSQL's generator.
_MENAGES = """
INSERT INTO menages_menage (reference, nom_usage, nom_normalise, recherche, commune_id, telephone,
  courriel, adresse_protegee, public_plan, dernier_contact_le, cree_le, version)
SELECT 'M-2026-' || lpad(i::text, 7, '0'), initcap(nom), nom,
  nom || ' ' || prenom || ' m 2026 ' || lpad(i::text, 7, '0') || ' ' || telephone
    || ' ' || (1 + h %% 120) || ' rue ' || voie,
  communes[1 + h %% array_length(communes, 1)], telephone, '', false, h %% 5 = 0,
  date '2026-11-22' - h / 11 %% 900, date '2026-11-22' - h / 13 %% 1200, 1
FROM (
  SELECT i, h, syllabes[1 + h %% 24] || syllabes[1 + h / 24 %% 24] || syllabes[1 + h / 576 %% 24]
      AS nom,
    syllabes[1 + h / 31 %% 24] || syllabes[1 + h / 37 %% 24] AS prenom,
    syllabes[1 + h / 41 %% 24] || syllabes[1 + h / 43 %% 24] || syllabes[1 + h / 47 %% 24] AS voie,
    '06' || lpad((i * 7919 %% 100000000)::text, 8, '0') AS telephone
  FROM (
    SELECT i, ('x' || substr(md5(i::text), 1, 7))::bit(28)::int AS h
    FROM generate_series(1, %(nombre)s::bigint) AS i
  ) AS rangs,
  (SELECT string_to_array('ba lo mi ren dor vel tan gue sar pin lem cor che bru fla mon per vil '
    'du ta no ga hi ro', ' ') AS syllabes) AS s
) AS noms,
(SELECT array_agg(id ORDER BY code) AS communes FROM territoire_commune
  WHERE departement_id = '59' AND type = 'actuelle') AS c
"""
_LIENS = """
INSERT INTO menages_rattachement (menage_id, organisation_id, niveau, motif, source_type,
  source_id, du)
SELECT id, CASE WHEN rang %% 3 < 2 THEN %(grand)s ELSE %(autre)s END, 2, 'operateur', 'banc', id,
  date '2023-01-01'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS rang FROM menages_menage) AS m
UNION ALL
SELECT id, %(service)s, 1, 'instruction', 'banc', id, date '2023-01-01' FROM menages_menage
UNION ALL
(SELECT id, %(petit)s, 2, 'operateur', 'banc', id, date '2023-01-01' FROM menages_menage
  ORDER BY md5(reference) LIMIT %(part)s)
"""
# Two lines of parcours each, over three years and a half: the home page tells the latest.
_FAITS = """
INSERT INTO menages_faitparcours (menage_id, date, enregistre_le, domaine, titre, detail, auteur,
  niveau, source_type, source_id, ton)
SELECT id, date '2026-11-22' - ((id * 7919 + rang * 613) % 1277)::int, now(), 'banc', 'Visite', '',
  'Autre Personne · Banc Service', rang, 'banc', id, ''
FROM menages_menage, generate_series(1, 2) AS rang
"""


@dataclass(frozen=True)
class Lecteurs:
    """Who opens the pages."""

    grand: Utilisateur
    petit: Utilisateur


def seed(nombre: int) -> Lecteurs:
    """Write `nombre` cases, commit them, and let the database count its rows."""
    noms = ("Banc Sambre", "Banc Escaut", "Banc Service", "Banc Association")
    organisations = {
        nom: Organisation.objects.create(
            type=TypeOrganisation.OPERATEUR, nom=nom, nom_normalise=normalise(nom), du=DEBUT
        )
        for nom in noms
    }
    grand, autre, service, petit = (o.pk for o in organisations.values())
    with connection.cursor() as cursor:
        cursor.execute(_MENAGES, {"nombre": nombre})
        cursor.execute(
            _LIENS,
            {"grand": grand, "autre": autre, "service": service, "petit": petit,
             "part": PETIT_PERIMETRE},
        )  # fmt: skip
        cursor.execute(_FAITS)
    return Lecteurs(
        _reader("grand", organisations["Banc Sambre"]),
        _reader("petit", organisations["Banc Association"]),
    )


def _reader(nom: str, organisation: Any) -> Utilisateur:
    lecteur = Utilisateur.objects.create_user(
        f"{nom}@exemple.invalid", prenom="Banc", nom=nom.capitalize()
    )
    Mandat.objects.create(
        utilisateur=lecteur, organisation=organisation, role=Role.TRAVAILLEUR_SOCIAL, du=DEBUT
    )
    return lecteur
