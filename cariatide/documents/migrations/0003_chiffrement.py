"""Confidential files are encrypted; a change of the key writes them again, and nothing else does."""

from django.db import migrations

import cariatide.socle.chiffrement

# Another key, the same content: what identifies the file stays.
PORTE = """IF TG_OP = 'UPDATE' THEN
    IF COALESCE(current_setting('cariatide.rechiffrement', true), '') = 'oui'
       AND (NEW.id, NEW.document_id, NEW.piece_id, NEW.menage_id)
           IS NOT DISTINCT FROM (OLD.id, OLD.document_id, OLD.piece_id, OLD.menage_id)
    THEN RETURN NEW; END IF;"""
FONCTION = """
CREATE FUNCTION documents_fichier_chiffre_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {debut}
    IF (NEW.id, NEW.document_id, NEW.piece_id, NEW.contexte, NEW.octets)
       IS NOT DISTINCT FROM (OLD.id, OLD.document_id, OLD.piece_id, OLD.contexte, OLD.octets)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'Le contenu d’un document ou d’une pièce ne change pas.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF COALESCE(current_setting('cariatide.purge', true), '') = 'oui' THEN RETURN OLD; END IF;
  IF EXISTS (SELECT 1 FROM documents_piece p
             WHERE p.id = OLD.piece_id AND p.retiree_le IS NOT NULL) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'Le contenu d’un document ou d’une pièce ne se supprime pas.'
    USING ERRCODE = 'restrict_violation';
END $$;
""".replace("{debut}", PORTE)
TABLE = "documents_fichierconfidentiel"


def attach(fonction: str) -> str:
    return (
        f"DROP TRIGGER immuable ON {TABLE};"
        f"CREATE TRIGGER immuable BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW "
        f"EXECUTE FUNCTION {fonction}();"
    )


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_immuables_et_regles_de_lignes")]
    operations = [
        migrations.AlterField(
            model_name="fichierconfidentiel",
            name="contexte",
            field=cariatide.socle.chiffrement.JSONChiffre(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="fichierconfidentiel",
            name="octets",
            field=cariatide.socle.chiffrement.OctetsChiffres(),
        ),
        migrations.RunSQL(
            FONCTION + attach("documents_fichier_chiffre_immuable"),
            attach("documents_fichier_immuable")
            + "DROP FUNCTION documents_fichier_chiffre_immuable();",
        ),
    ]
