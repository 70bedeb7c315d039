"""Row level security: the second lock on the tables of social and confidential fields.

The first lock is access_condition; this one answers no row when a query forgets it or runs outside
socle.contexte. It reads the same links (menages_rattachement) and is coarser on purpose: it
ignores the territory and the agreement of a mandate.
"""

from django.db import migrations

from cariatide.socle.perimetre import Niveau

_SETTINGS = {
    Niveau.SOCIAL: ("organisations_sociales", "equipes_sociales"),
    Niveau.CONFIDENTIEL: ("organisations_confidentielles", "equipes_confidentielles"),
}

_LINKS = """EXISTS (
  SELECT FROM menages_rattachement r
  WHERE r.menage_id = {menage}
    AND r.niveau >= {niveau}
    AND r.organisation_id = ANY(
      NULLIF(current_setting('cariatide.{organisations}', true), '')::bigint[])
    AND (r.utilisateur_id IS NULL
      OR r.utilisateur_id = NULLIF(current_setting('cariatide.utilisateur', true), '')::bigint
      OR r.organisation_id = ANY(
        NULLIF(current_setting('cariatide.{equipes}', true), '')::bigint[]))
    AND r.du <= NULLIF(current_setting('cariatide.jour', true), '')::date
    AND (r.au IS NULL OR r.au >= NULLIF(current_setting('cariatide.jour', true), '')::date))"""

_AUTHOR = "{column} = NULLIF(current_setting('cariatide.utilisateur', true), '')::bigint"
_SYSTEM = "COALESCE(current_setting('cariatide.systeme', true), '') <> ''"


def _enable(table: str, condition: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY perimetre ON {table} USING ({_SYSTEM} OR ({condition}));",
        f"DROP POLICY perimetre ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def enable_rls(
    table: str, niveau: Niveau, menage: str = "", autrement: str = ""
) -> migrations.RunSQL:
    """Migration operation: rows of `table` are readable through the links of their household.

    menage: SQL expression of the row's household, its own column when empty. autrement: SQL of the
    other door, for rows that were given to somebody without any link (ADR 0030).
    """
    organisations, equipes = _SETTINGS[niveau]
    liens = _LINKS.format(
        menage=menage or f"{table}.menage_id",
        niveau=int(niveau),
        organisations=organisations,
        equipes=equipes,
    )
    return _enable(table, f"{liens} OR {autrement}" if autrement else liens)


def enable_author_rls(table: str, column: str = "auteur_id") -> migrations.RunSQL:
    """Migration operation: rows of `table` are readable by their author alone (personal notes)."""
    return _enable(table, _AUTHOR.format(column=column))
