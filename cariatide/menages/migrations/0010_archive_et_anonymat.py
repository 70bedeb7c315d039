"""A file is archived, then anonymous: no link while archived; the journal loses what named it.

Two guards of the database: a household in the archive takes no link, whoever writes it; the rows
of the journal change by one function alone, which only erases, and only for anonymous households.
"""

import django.db.models.expressions
from django.db import migrations, models

SANS_LIEN = """
CREATE FUNCTION menages_archive_sans_lien() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM nouvelles n JOIN menages_menage m ON m.id = n.menage_id
             WHERE m.archive_le IS NOT NULL) THEN
    RAISE EXCEPTION 'Un dossier en archive ne s’ouvre à personne.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER archive_sans_lien AFTER INSERT ON menages_rattachement
  REFERENCING NEW TABLE AS nouvelles
  FOR EACH STATEMENT EXECUTE FUNCTION menages_archive_sans_lien();
"""
SANS_LIEN_RETOUR = """
DROP TRIGGER archive_sans_lien ON menages_rattachement;
DROP FUNCTION menages_archive_sans_lien();
"""
_INSTANT = "to_char(horodatage AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
# The columns that journal.scelle seals, in their order.
_ACTES = (
    f"e.id, nom, {_INSTANT}, acteur_id, acteur, organisation_id, organisation, role, objet_type,"
    " e.objet_id, libelle, menage_id, niveau, donnees"
)
_LECTURES = (
    f"c.id, {_INSTANT}, acteur_id, acteur, organisation, role, objet_type, c.objet_id, libelle,"
    " menage_id, niveau, route, motif"
)
CAVIARDE = f"""
CREATE FUNCTION journal_caviarde(menages bigint[])
RETURNS TABLE (chaine text, pk bigint, contenu bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF EXISTS (SELECT FROM unnest(menages) x(id) WHERE NOT EXISTS
             (SELECT FROM menages_menage m WHERE m.id = x.id AND m.anonymise_le IS NOT NULL)) THEN
    RAISE EXCEPTION 'Seul le journal d’un dossier anonymisé se caviarde.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN QUERY
  WITH vus AS (
    UPDATE journal_evenement e SET
      libelle = CASE WHEN libelle = '' THEN '' ELSE 'Dossier anonymisé' END,
      donnees = jsonb_build_object('champs', (
        SELECT COALESCE(jsonb_agg(DISTINCT cle ORDER BY cle), '[]') FROM (
          SELECT jsonb_object_keys(COALESCE(donnees->'avant', '{{}}')) AS cle
          UNION ALL SELECT jsonb_object_keys(COALESCE(donnees->'apres', '{{}}'))
          UNION ALL SELECT jsonb_array_elements_text(COALESCE(donnees->'champs', '[]'))) k))
    WHERE nom <> 'journal.caviarde' AND (menage_id = ANY(menages)
      -- Their own home, recorded for works, whose address was erased with the rest.
      OR (objet_type = 'parc.logement' AND e.objet_id IN (
        SELECT l.id FROM parc_logement l JOIN amelioration_operationtravaux t
        ON t.logement_id = l.id
        WHERE t.menage_id = ANY(menages) AND l.adresse = 'Effacé')))
    RETURNING e.id AS pk, sha256(convert_to(jsonb_build_array({_ACTES})::text, 'UTF8')) AS reste),
  nus AS (UPDATE journal_maillon m SET sel = '' FROM vus
          WHERE m.chaine = 'actes' AND m.objet_id = vus.pk)
  SELECT 'actes'::text, vus.pk, vus.reste FROM vus;
  RETURN QUERY
  WITH vus AS (
    UPDATE journal_consultation c SET
      libelle = CASE WHEN libelle = '' THEN '' ELSE 'Dossier anonymisé' END,
      motif = CASE WHEN motif = '' THEN '' ELSE 'Effacé' END
    WHERE menage_id = ANY(menages)
    RETURNING c.id AS pk,
      sha256(convert_to(jsonb_build_array({_LECTURES})::text, 'UTF8')) AS reste),
  nus AS (UPDATE journal_maillon m SET sel = '' FROM vus
          WHERE m.chaine = 'consultations' AND m.objet_id = vus.pk)
  SELECT 'consultations'::text, vus.pk, vus.reste FROM vus;
END $$;
REVOKE ALL ON FUNCTION journal_caviarde(bigint[]) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'cariatide_application') THEN
    GRANT EXECUTE ON FUNCTION journal_caviarde(bigint[]) TO cariatide_application;
  END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0004_sel_des_maillons"),
        ("menages", "0009_sans_totaux"),
    ]

    operations = [
        migrations.AddField(
            model_name="menage",
            name="anonymise_le",
            field=models.DateField(blank=True, null=True, verbose_name="anonymisé le"),
        ),
        migrations.AddField(
            model_name="menage",
            name="archive_le",
            field=models.DateField(blank=True, null=True, verbose_name="archivé le"),
        ),
        migrations.AddIndex(
            model_name="menage",
            index=models.Index(
                condition=models.Q(("archive_le__isnull", False)),
                fields=["archive_le", "id"],
                name="menage_archive",
            ),
        ),
        migrations.AddConstraint(
            model_name="menage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("anonymise_le__isnull", True),
                    ("anonymise_le__gte", django.db.models.expressions.F("archive_le")),
                    _connector="OR",
                ),
                name="menage_archive_puis_anonyme",
                violation_error_message="Un dossier est archivé avant d’être anonymisé.",
            ),
        ),
        migrations.RunSQL(SANS_LIEN, SANS_LIEN_RETOUR),
        migrations.RunSQL(CAVIARDE, "DROP FUNCTION journal_caviarde(bigint[]);"),
    ]
