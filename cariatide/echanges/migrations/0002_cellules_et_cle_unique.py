"""Whole lines are kept for the file of rejects; a fact is integrated once, whatever is sent."""

from django.db import migrations, models
from django.db.models import Q

# The cells that were kept go to the place of their header; the others were not kept.
_CELLULES = """
UPDATE echanges_ligneimport AS l SET cellules = (
  SELECT coalesce(jsonb_agg(coalesce(l.valeurs ->> (
      SELECT c.key FROM jsonb_each_text(t.correspondance) AS c WHERE c.value = e.value LIMIT 1
    ), '') ORDER BY e.ordinality), '[]')
  FROM jsonb_array_elements_text(t.entetes) WITH ORDINALITY AS e(value, ordinality))
FROM echanges_lotimport AS t WHERE t.id = l.lot_id
"""
_CLES = """
UPDATE echanges_ligneimport AS l SET cle = encode(
  sha256(convert_to(t.genre || '|' || t.organisation_id || '|' || l.cle, 'UTF8')), 'hex')
FROM echanges_lotimport AS t WHERE t.id = l.lot_id
"""


class Migration(migrations.Migration):
    dependencies = [("echanges", "0001_initial")]

    operations = [
        migrations.AddField("ligneimport", "cellules", models.JSONField(default=list)),
        migrations.RunSQL(_CELLULES, migrations.RunSQL.noop),
        migrations.RunSQL(_CLES, migrations.RunSQL.noop),
        migrations.RemoveField("ligneimport", "valeurs"),
        migrations.RemoveIndex("ligneimport", "ligne_cle_integree"),
        migrations.AddConstraint(
            "ligneimport",
            models.UniqueConstraint(
                fields=["cle"],
                condition=Q(statut="integree"),
                name="ligne_integree_une_fois",
                violation_error_message="Cette ligne est déjà importée.",
            ),
        ),
    ]
