"""The daily computation: one statement a rule to find its cases, a handful to write what changed.

Idempotent: the same day computed twice changes nothing. The cases stand in a temporary table, so
that every step reads the same ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from cariatide.alertes.models import Alerte
from cariatide.alertes.ports import Reglages, RegleAlerte, every_row, regles_alerte
from cariatide.alertes.queries import OBJET, read_reglages
from cariatide.journal.actions import record_evenement
from cariatide.partenaires.statuts import Role
from cariatide.socle.erreurs import ActeRefuse
from cariatide.socle.perimetre import Perimetre

_TABLE = """
CREATE TEMP TABLE alertes_cas (
  regle varchar(60) NOT NULL, objet_type varchar(60) NOT NULL, objet_id bigint NOT NULL,
  menage_id bigint, organisation_id bigint NOT NULL, referent_id bigint, depuis date NOT NULL,
  reference varchar(120) NOT NULL, gravite smallint NOT NULL, responsable varchar(32) NOT NULL,
  escalade int, utilisateur_id bigint)
"""
_CAS = """
INSERT INTO alertes_cas
SELECT DISTINCT ON (c_objet) %s, %s, c_objet, c_menage, c_organisation, c_referent, c_depuis,
  left(c_reference, 120), %s, c_responsable, c_escalade, NULL
FROM ({cas}) AS cas WHERE c_organisation IS NOT NULL ORDER BY c_objet, c_depuis
"""
# A file in archive, or that nobody bears any more, alerts nobody.
_SANS_ARCHIVES = """
DELETE FROM alertes_cas c USING menages_menage m WHERE m.id = c.menage_id
  AND (m.archive_le IS NOT NULL OR m.anonymise_le IS NOT NULL OR m.fusionne_dans_id IS NOT NULL)
"""
# A référent who left the organisation answers no more: its head of service does.
_SANS_REFERENT = """
UPDATE alertes_cas c SET responsable = %(chef)s
WHERE c.responsable = 'referent' AND NOT EXISTS (SELECT FROM partenaires_mandat m
  WHERE m.utilisateur_id = c.referent_id AND m.organisation_id = c.organisation_id
    AND m.du <= %(jour)s AND (m.au IS NULL OR m.au >= %(jour)s))
"""
# A role that one person alone holds is named; several answer together.
_NOMS = """
UPDATE alertes_cas c SET utilisateur_id = CASE c.responsable WHEN 'referent' THEN c.referent_id
  ELSE (SELECT s.utilisateur_id FROM (
    SELECT organisation_id, role, min(utilisateur_id) AS utilisateur_id
    FROM partenaires_mandat WHERE du <= %(jour)s AND (au IS NULL OR au >= %(jour)s)
    GROUP BY 1, 2 HAVING count(DISTINCT utilisateur_id) = 1) s
  WHERE s.organisation_id = c.organisation_id AND s.role = c.responsable) END
"""
_FINIES = """
UPDATE alertes_alerte a SET cause_finie_le = %(jour)s, close_le = COALESCE(a.close_le, %(jour)s),
  fin = CASE a.statut WHEN 'close' THEN a.fin ELSE 'cause' END, statut = 'close',
  prise_par_id = NULL, prise_le = NULL, reportee_au = NULL, version = a.version + 1
WHERE a.cause_finie_le IS NULL AND a.regle = ANY(%(regles)s) AND NOT EXISTS (
  SELECT FROM alertes_cas c WHERE c.regle = a.regle AND c.objet_id = a.objet_id
    AND (a.statut <> 'close' OR c.depuis = a.depuis))
"""
_SUIVIES = """
UPDATE alertes_alerte a SET depuis = c.depuis, menage_id = c.menage_id, reference = c.reference,
  organisation_id = c.organisation_id, responsable = c.responsable, gravite = c.gravite,
  utilisateur_id = c.utilisateur_id
FROM alertes_cas c
WHERE c.regle = a.regle AND c.objet_id = a.objet_id AND a.cause_finie_le IS NULL
  AND a.statut <> 'close' AND (a.depuis, a.menage_id, a.reference, a.organisation_id, a.responsable,
    a.gravite, a.utilisateur_id) IS DISTINCT FROM (c.depuis, c.menage_id, c.reference,
    c.organisation_id, c.responsable, c.gravite, c.utilisateur_id)
"""
_REVENUES = """
UPDATE alertes_alerte SET statut = 'ouverte', reportee_au = NULL, revenue_le = %(jour)s,
  version = version + 1
WHERE statut = 'reportee' AND reportee_au <= %(jour)s AND regle = ANY(%(regles)s)
"""
# Whoever had taken it is no longer of the organisation.
_RENDUES = """
UPDATE alertes_alerte a SET statut = 'ouverte', prise_par_id = NULL, prise_le = NULL,
  version = a.version + 1
WHERE a.statut = 'prise' AND a.regle = ANY(%(regles)s) AND NOT EXISTS (
  SELECT FROM partenaires_mandat m WHERE m.utilisateur_id = a.prise_par_id
    AND m.organisation_id = a.organisation_id
    AND m.du <= %(jour)s AND (m.au IS NULL OR m.au >= %(jour)s))
"""
# Found first, written afterwards: a statement that looks for its rows in the table that it fills
# reads those it has just written, as many times as it has rows (54 s for 34,000, 3 s so).
_INCONNUES = """
CREATE TEMP TABLE alertes_inconnues AS SELECT c.* FROM alertes_cas c WHERE NOT EXISTS (
  SELECT FROM alertes_alerte a WHERE a.regle = c.regle AND a.objet_id = c.objet_id
    AND a.cause_finie_le IS NULL)
"""
_NOUVELLES = """
INSERT INTO alertes_alerte (regle, objet_type, objet_id, menage_id, reference, gravite, depuis,
  organisation_id, responsable, utilisateur_id, statut, ouverte_le, fin, version)
SELECT c.regle, c.objet_type, c.objet_id, c.menage_id, c.reference, c.gravite, c.depuis,
  c.organisation_id, c.responsable, c.utilisateur_id, 'ouverte', %(jour)s, '', 1
FROM alertes_inconnues c ORDER BY c.regle, c.depuis, c.objet_id
ON CONFLICT DO NOTHING
"""
_REMONTEES = """
UPDATE alertes_alerte a SET remontee_le = %(jour)s, remontee_rang = %(rang)s
FROM alertes_cas c
WHERE c.regle = a.regle AND c.objet_id = a.objet_id AND a.cause_finie_le IS NULL
  AND a.remontee_le IS NULL AND a.statut IN ('ouverte', 'prise') AND a.responsable <> %(chef)s
  AND COALESCE(a.revenue_le, a.ouverte_le) + c.escalade <= %(jour)s
"""
# The last alert known, and which computation of that day this one is.
_DEBUT = """
SELECT COALESCE(max(id), 0), (SELECT COALESCE(max(remontee_rang), 0) + 1 FROM alertes_alerte
  WHERE remontee_le = %(jour)s) FROM alertes_alerte
"""
_VERROU = "SELECT pg_advisory_xact_lock(hashtext('alertes.calcul'))"


@dataclass(frozen=True)
class Calcul:
    """What one computation changed."""

    ouvertes: int
    closes: int
    revenues: int
    remontees: int


def lock_calcul() -> None:
    """One computation at a time, one change of its settings: the others wait, then read them."""
    with connection.cursor() as cursor:
        cursor.execute(_VERROU)


@transaction.atomic
def compute_alertes(*, perimetre: Perimetre, codes: Iterable[str] = ()) -> Calcul:
    """Bring every alert up to date, those of `codes` alone if any is given."""
    wanted = set(codes)
    lock_calcul()
    reglages = read_reglages(perimetre.jour, wanted)
    regles = {code: regle for code, regle in regles_alerte.items() if code in reglages}
    valeurs: dict[str, Any] = {
        "jour": perimetre.jour,
        "regles": list(regles),
        "chef": str(Role.CHEF_DE_SERVICE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DEBUT, valeurs)
        avant, valeurs["rang"] = cursor.fetchone()
        _find_cas(cursor, regles, reglages, valeurs)
        closes = _run(cursor, _FINIES, valeurs)
        _run(cursor, _SUIVIES, valeurs)
        revenues = _run(cursor, _REVENUES, valeurs)
        _run(cursor, _RENDUES, valeurs)
        _run(cursor, _INCONNUES, valeurs)
        ouvertes = _run(cursor, _NOUVELLES, valeurs)
        remontees = _run(cursor, _REMONTEES, valeurs)
        cursor.execute("DROP TABLE alertes_cas, alertes_inconnues")
    calcul = Calcul(ouvertes, closes, revenues, remontees)
    _tell(calcul, avant, valeurs["rang"], perimetre)
    return calcul


def _run(cursor: Any, requete: str, valeurs: dict[str, Any]) -> int:
    cursor.execute(requete, valeurs)
    return int(cursor.rowcount)


def _find_cas(
    cursor: Any,
    regles: dict[str, RegleAlerte],
    reglages: dict[str, Reglages],
    valeurs: dict[str, Any],
) -> None:
    cursor.execute(_TABLE)
    for code, regle in regles.items():
        if not reglages[code].parle:
            continue
        cas, parametres = regle.list_cas(reglages[code]).query.sql_with_params()
        debut = [code, regle.objet_type, int(regle.gravite)]
        cursor.execute(_CAS.format(cas=cas), [*debut, *parametres])
    for requete in (_SANS_ARCHIVES, _SANS_REFERENT, _NOMS):
        cursor.execute(requete, valeurs)
    cursor.execute("ANALYZE alertes_cas")


def _tell(calcul: Calcul, avant: int, rang: int, perimetre: Perimetre) -> None:
    """One event a computation that opened or escalated anything: the notices read it."""
    if not calcul.ouvertes and not calcul.remontees:
        return
    record_evenement(
        "alerte.calcul",
        perimetre=perimetre,
        objet_type=OBJET,
        objet_id=0,
        libelle="Calcul des alertes",
        apres={
            "ouvertes": calcul.ouvertes,
            "closes": calcul.closes,
            "remontees": calcul.remontees,
            "rang": rang,
            "le": perimetre.jour,
            "apres_id": avant,
            "jusqu_id": _last(),
        },
    )


def _last() -> int:
    rows = every_row(Alerte)
    dernier: int = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    return dernier


@transaction.atomic
def refresh_alertes(*, perimetre: Perimetre, roles: frozenset[str]) -> Calcul:
    """The same on demand, for whoever answers for rules."""
    if perimetre.find_mandat(roles) is None:
        raise ActeRefuse("Votre rôle ne permet pas de recalculer les alertes.")
    return compute_alertes(perimetre=perimetre)
